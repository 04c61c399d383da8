import { quote } from "../kubernetes/checks/words.ts";
import type { DatabaseLoad } from "./facts.ts";
import type { Instance } from "./instance.ts";
import { first, holding, last, least, type Stretch } from "./samples.ts";
import type { Sign } from "./sign.ts";
import { figure, moment, statementWords, waitWords } from "./words.ts";

const HIGH_CPU = 85;
const QUEUE = 10;
const SLOW_SECONDS = 0.02;
const SLOWER = 5;
/** Below this share of the sessions, the CPU is not what they wait for. */
const CPU_BOUND = 0.4;
const LOCK_BOUND = 0.5;
const MANY_SESSIONS = 2;
const STORM = /checkpoint|vacuum|\bI\/O\b/i;

/** A CPU that is used up by queries; where sessions wait for something else, that is the matter. */
export function cpuSaturated(instance: Instance): Sign | undefined {
  const cpu = instance.metric("CPUUtilization");
  const high = holding(cpu, (value) => value >= HIGH_CPU);
  const { load } = instance;
  if (
    high === undefined ||
    (load !== undefined && load.waits.length > 0 && shareOf(load, /^CPU/) < CPU_BOUND)
  )
    return undefined;
  return {
    code: "db.cpu_saturated",
    severity: "critical",
    confidence: 0.85,
    since: high.since,
    summary: `The CPU of DBInstance ${instance.name} is saturated: ${cpuWords(instance, high)}.${reads(instance)}${topStatement(load)}`,
    evidence: ["CloudWatch/CPUUtilization", ...(load === undefined ? [] : ["Performance Insights"])],
  };
}

/** A disk that does not keep up, by its queue or its latency. */
export function diskSaturated(instance: Instance): Sign | undefined {
  const queue = instance.metric("DiskQueueDepth");
  const queued = holding(queue, (value) => value >= QUEUE);
  const slow = (["WriteLatency", "ReadLatency"] as const).flatMap((name) => {
    const samples = instance.metric(name);
    const from = Math.max(0.0005, least(samples));
    const stretch = holding(samples, (value) => value >= SLOW_SECONDS && value >= SLOWER * from);
    return stretch === undefined ? [] : [{ name, samples, since: stretch.since }];
  });
  const since = queued?.since ?? slow[0]?.since;
  if (since === undefined) return undefined;
  const { load } = instance;
  const cpu = holding(instance.metric("CPUUtilization"), (value) => value >= HIGH_CPU);
  const storm = instance.events.filter(({ message }) => STORM.test(message)).slice(-2);
  return {
    code: "db.io_saturated",
    severity: "critical",
    confidence: queued === undefined ? 0.75 : 0.85,
    since,
    summary:
      `The disk of DBInstance ${instance.name} does not keep up: ` +
      `${[
        ...(queued === undefined
          ? []
          : [`DiskQueueDepth went from ${figure(first(queue) ?? 0)} to ${figure(last(queue) ?? 0)}`]),
        ...slow.map(
          ({ name, samples }) =>
            `${name} from ${figure((first(samples) ?? 0) * 1000)} ms to ${figure((last(samples) ?? 0) * 1000)} ms`,
        ),
        ...writes(instance),
      ].join(", ")}.${topStatement(load)}` +
      `${storm.map(({ at, message }) => ` RDS says at ${moment(at)}: "${quote(message)}"`).join("")}` +
      `${cpu === undefined || load === undefined || shareOf(load, /^CPU/) >= CPU_BOUND ? "" : ` That ${cpuWords(instance, cpu)} is its effect: hardly a session waits for the CPU.`}`,
    evidence: [
      ...(queued === undefined ? [] : ["CloudWatch/DiskQueueDepth"]),
      ...slow.map(({ name }) => `CloudWatch/${name}`),
      ...(load === undefined ? [] : ["Performance Insights"]),
      ...storm.map(({ at }) => `RDS event ${moment(at)}`),
    ],
  };
}

/** Sessions that wait for each other's locks. */
export function locked({ name, load }: Instance): Sign | undefined {
  if (load === undefined || shareOf(load, /^Lock:/) < LOCK_BOUND) return undefined;
  const many = holding(load.samples, (value) => value >= MANY_SESSIONS);
  if (many === undefined) return undefined;
  return {
    code: "db.lock_contention",
    severity: "warning",
    confidence: 0.75,
    since: many.since,
    summary: `Sessions of DBInstance ${name} wait for locks (${waitWords(load.waits)}; ${figure(last(load.samples) ?? 0)} sessions are active).${topStatement(load)}`,
    evidence: ["Performance Insights"],
  };
}

function shareOf({ waits }: DatabaseLoad, of: RegExp): number {
  const total = waits.reduce((sum, { sessions }) => sum + sessions, 0);
  const own = waits.filter(({ name }) => of.test(name)).reduce((sum, { sessions }) => sum + sessions, 0);
  return total === 0 ? 0 : own / total;
}

function topStatement(load: DatabaseLoad | undefined): string {
  const [top] = load?.statements ?? [];
  if (load === undefined || top === undefined) return "";
  const user = load.users[0];
  return ` Performance Insights: the query with the most load is ${statementWords(top)}${user === undefined ? "" : ` by user ${user.name}`}; all sessions wait for ${waitWords(load.waits)}.`;
}

function cpuWords(instance: Instance, { since, began }: Stretch): string {
  const cpu = instance.metric("CPUUtilization");
  return `CPUUtilization is ${figure(last(cpu) ?? 0)} % (${began ? `above ${HIGH_CPU} % since ${moment(since)}` : "all the time that was measured"})`;
}

function reads(instance: Instance): string {
  const samples = instance.metric("ReadIOPS");
  return samples.length === 0 ? "" : ` ReadIOPS is ${figure(last(samples) ?? 0)}.`;
}

function writes(instance: Instance): string[] {
  const samples = instance.metric("WriteIOPS");
  const [from, to] = [first(samples), last(samples)];
  return from === undefined || to === undefined ? [] : [`WriteIOPS from ${figure(from)} to ${figure(to)}`];
}
