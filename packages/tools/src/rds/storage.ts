import { duration, quote } from "../kubernetes/checks/words.ts";
import type { Instance } from "./instance.ts";
import { first, holding, last, least } from "./samples.ts";
import type { Sign } from "./sign.ts";
import { bytes, figure, moment } from "./words.ts";

const FULL =
  /\b(ran|run|runs|running|is) out of (storage|disk|space)|storage[- ]full|insufficient (storage|disk)|no space left/i;
/** AWS asks for action below a tenth; below this share, or this size, writes are about to stop. */
const EMPTY_SHARE = 0.01;
const EMPTY_BYTES = 512 * 1024 ** 2;
/** A minimum this far below what is free now is over. */
const REGAINED = 5;
const SOON_HOURS = 6;
const HOUR_MS = 3_600_000;

/** Storage that is used up: writes stand still from then on. */
export function storageFull(instance: Instance): Sign | undefined {
  const free = instance.metric("FreeStorageSpace");
  const told = instance.events.filter(({ message }) => FULL.test(message));
  const floor = Math.max(EMPTY_BYTES, EMPTY_SHARE * (instance.storageBytes ?? 0));
  const empty = holding(free, (value) => value <= floor);
  const left = last(free);
  const regained = left !== undefined && left > floor && left > REGAINED * Math.max(1, least(free));
  if (empty === undefined && (told.length === 0 || regained)) return undefined;
  const words =
    free.length === 0
      ? "CloudWatch holds no FreeStorageSpace for this time."
      : `FreeStorageSpace went from ${bytes(first(free) ?? 0)} to ${bytes(left ?? 0)}.`;
  const stopped = writesStopped(instance);
  return {
    code: "disk.full",
    severity: "critical",
    confidence: told.length > 0 ? 0.95 : 0.85,
    since: told[0]?.at ?? empty?.since,
    summary:
      `DBInstance ${instance.name} has run out of storage space. ` +
      `${told
        .slice(0, 2)
        .map(({ at, message }) => `RDS says at ${moment(at)}: "${quote(message)}" `)
        .join("")}${words}${stopped}`,
    evidence: [
      ...told.map(({ at }) => `RDS event ${moment(at)}`),
      ...(free.length > 0 ? ["CloudWatch/FreeStorageSpace"] : []),
      ...(stopped === "" ? [] : ["CloudWatch/WriteIOPS"]),
    ],
  };
}

function writesStopped(instance: Instance): string {
  const writes = instance.metric("WriteIOPS");
  const latency = last(instance.metric("WriteLatency"));
  if ((first(writes) ?? 0) < 1 || holding(writes, (value) => value < 1) === undefined) return "";
  return ` Writes have stopped: WriteIOPS fell from ${figure(first(writes) ?? 0)} to ${figure(last(writes) ?? 0)}${
    latency === undefined ? "" : `, WriteLatency is ${figure(latency)} s`
  }.`;
}

/** Storage that falls so fast that it is used up within hours. */
export function storageFilling(instance: Instance): Sign | undefined {
  const free = instance.metric("FreeStorageSpace");
  const [from, to] = [free[0], free.at(-1)];
  const falls = free.slice(-4).every(([, value], i, tail) => i === 0 || value < (tail[i - 1]?.[1] ?? 0));
  if (from === undefined || to === undefined || free.length < 4 || !falls) return undefined;
  const left = to[1] / ((from[1] - to[1]) / (to[0] - from[0]));
  if (left > SOON_HOURS * HOUR_MS) return undefined;
  return {
    code: "disk.filling",
    severity: "warning",
    confidence: 0.7,
    since: from[0],
    summary: `The storage of DBInstance ${instance.name} fills up: FreeStorageSpace fell from ${bytes(from[1])} to ${bytes(to[1])} in ${duration(to[0] - from[0])}; at this rate nothing is left in ${duration(left)}.`,
    evidence: ["CloudWatch/FreeStorageSpace"],
  };
}
