import type { Instance } from "./instance.ts";
import { first, holding, last } from "./samples.ts";
import type { Sign } from "./sign.ts";
import { bytes } from "./words.ts";

const LITTLE_BYTES = 256 * 1024 ** 2;

/** Memory that is used up: the next large query swaps, or the engine is killed. */
export function memoryLow(instance: Instance): Sign | undefined {
  const free = instance.metric("FreeableMemory");
  const low = holding(free, (value) => value < LITTLE_BYTES);
  if (low === undefined) return undefined;
  const swap = instance.metric("SwapUsage");
  return {
    code: "db.memory_low",
    severity: "warning",
    confidence: 0.7,
    since: low.since,
    summary:
      `DBInstance ${instance.name} is short of memory: FreeableMemory went from ${bytes(first(free) ?? 0)} to ${bytes(last(free) ?? 0)}` +
      `${swap.length === 0 ? "" : `, SwapUsage from ${bytes(first(swap) ?? 0)} to ${bytes(last(swap) ?? 0)}`}.`,
    evidence: ["CloudWatch/FreeableMemory", ...(swap.length > 0 ? ["CloudWatch/SwapUsage"] : [])],
  };
}
