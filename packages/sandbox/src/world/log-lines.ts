import type { Scenario } from "../data/scenario.ts";
import type { LogPattern, ServiceData } from "../data/types.ts";
import { hasRun, isDown, podsAt, type Revision } from "./pods.ts";
import { HEX_ALPHABET, type Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

const BUCKET_MS = 10_000;
/** Older lines have been deleted, as by a retention policy. */
export const LOG_RETENTION_MS = 48 * 60 * 60_000;

export interface LogDocument {
  readonly "@timestamp": string;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly service: string;
  readonly kubernetes: {
    readonly namespace: string;
    readonly pod_name: string;
    readonly container_name: string;
    readonly host: string;
  };
  readonly stack_trace?: string;
}

/** A service's log lines in [fromMs, toMs), oldest first: a function of the time alone. */
export type LogSource = (fromMs: number, toMs: number) => LogDocument[];

interface TimedPattern {
  readonly key: string;
  readonly pattern: LogPattern;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Only from the pods of the newest release. */
  readonly newest: boolean;
  readonly many: (bucket: number) => number;
  readonly more: (bucket: number) => number;
}

export function createLogSource(
  service: ServiceData,
  revisions: readonly Revision[],
  scenario: Scenario,
  timeline: Timeline,
  random: Random,
): LogSource {
  const patterns: TimedPattern[] = [
    ...service.workload.logs.map((pattern) => ({
      pattern,
      fromMs: Number.NEGATIVE_INFINITY,
      untilMs: Number.POSITIVE_INFINITY,
      newest: false,
    })),
    ...scenario.logs
      .filter((log) => log.service === service.name)
      .map((pattern) => ({
        pattern,
        fromMs: timeline.afterOnset(pattern.from),
        untilMs: pattern.until === undefined ? Number.POSITIVE_INFINITY : timeline.afterOnset(pattern.until),
        newest: pattern.pods === "new",
      })),
  ].map((entry, i) => {
    const key = `${service.name} log ${i}`;
    return { ...entry, key, many: random.stream(key), more: random.stream(`${key} extra`) };
  });

  return (askedFrom, askedTo) => {
    const fromMs = Math.max(askedFrom, timeline.now() - LOG_RETENTION_MS);
    const toMs = Math.min(askedTo, timeline.now() + 1);
    const lines: { at: number; document: LogDocument }[] = [];
    for (let bucket = Math.floor(fromMs / BUCKET_MS); bucket * BUCKET_MS < toMs; bucket++) {
      for (const timed of patterns) {
        for (const line of linesOf(timed, bucket)) if (line.at >= fromMs && line.at < toMs) lines.push(line);
      }
    }
    return lines.sort((a, b) => a.at - b.at).map((line) => line.document);
  };

  function* linesOf({ key, pattern, fromMs, untilMs, newest, many, more }: TimedPattern, bucket: number) {
    if ((bucket + 1) * BUCKET_MS < fromMs || bucket * BUCKET_MS >= untilMs) return;
    // Half as many to half again as many as the rate says; the fraction left is a chance of one more.
    const expected = (pattern.per_minute / 6) * (0.5 + many(bucket));
    const count = Math.floor(expected) + (more(bucket) < expected % 1 ? 1 : 0);
    for (let n = 0; n < count; n++) {
      const step = bucket * 100 + n;
      const at = bucket * BUCKET_MS + random.int(0, BUCKET_MS - 1, `${key} at`, step);
      if (at < fromMs || at >= untilMs) continue;
      const pods = podsAt(newest ? revisions.slice(-1) : revisions, at).filter(
        (pod) => !isDown(pod.crash, at) && hasRun(pod, at) && pod.createdMs + 5000 <= at,
      );
      const pod = pods[Math.floor(random.unit(`${key} pod`, step) * pods.length)];
      if (!pod) continue;
      yield { at, document: toDocument(pattern, pod, at, key, step) };
    }
  }

  function toDocument(
    pattern: LogPattern,
    pod: { name: string; node: string },
    at: number,
    key: string,
    step: number,
  ): LogDocument {
    return {
      "@timestamp": new Date(at).toISOString(),
      level: pattern.level,
      logger: pattern.logger,
      message: fillMessage(pattern.message, random, key, step),
      service: service.name,
      kubernetes: {
        namespace: service.namespace,
        pod_name: pod.name,
        container_name: service.name,
        host: pod.node,
      },
      ...(pattern.stack_trace === undefined ? {} : { stack_trace: pattern.stack_trace.trimEnd() }),
    };
  }
}

/** `${int:1-90}`, `${hex:8}` and `${pick:a|b}` in a message become values of that line. */
function fillMessage(message: string, random: Random, key: string, step: number): string {
  let hole = 0;
  return message.replace(/\$\{(int|hex|pick):([^}]*)\}/g, (_, kind: string, argument: string) => {
    const holeKey = `${key} ${hole++}`;
    if (kind === "int") {
      const [from = "0", to = "0"] = argument.split("-");
      return String(random.int(Number(from), Number(to), holeKey, step));
    }
    if (kind === "hex") {
      return Array.from(
        { length: Number(argument) },
        (_, i) => HEX_ALPHABET[random.int(0, 15, `${holeKey} ${i}`, step)],
      ).join("");
    }
    const choices = argument.split("|");
    return choices[random.int(0, choices.length - 1, holeKey, step)] ?? "";
  });
}
