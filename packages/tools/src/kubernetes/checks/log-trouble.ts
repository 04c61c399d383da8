import type { FindingCode } from "@oncall/core";
import type { KnownFailure } from "../../logs/known/known-failure.ts";
import { readLogText, type TextLogEvent } from "../../logs/read-text.ts";
import type { Cluster } from "./cluster.ts";
import { livingContainersOf, named } from "./containers.ts";
import type { Draft } from "./finding.ts";
import { addressOf, pointer, type Resource } from "./resource.ts";
import { plural, quote, some } from "./words.ts";

const LAST_LINES = 2_000;
/** One line may be a hiccup that was got over. */
const REPEATED = 2;
const MAX_QUOTED = 2;

interface Seen {
  readonly pod: Resource;
  readonly where: string;
  readonly failure: KnownFailure;
  readonly event: TextLogEvent;
}

/**
 * Known failures in the logs of containers that Kubernetes holds for well: each failure of a workload once, over all
 * its pods. Workloads in `explained` have trouble of their own, which quotes its logs itself.
 */
export function troubleInLogs(cluster: Cluster, explained: ReadonlySet<string>): Draft[] {
  const groups = new Map<string, Seen[]>();
  for (const pod of cluster.ofKind("Pod")) {
    const root = addressOf(cluster.rootOf(pod));
    if (explained.has(root)) continue;
    for (const seen of failuresOf(pod, cluster)) {
      const key = `${root} ${seen.failure.code}`;
      groups.set(key, [...(groups.get(key) ?? []), seen]);
    }
  }
  return [...groups.values()].map(toDraft);
}

function failuresOf(pod: Resource, cluster: Cluster): Seen[] {
  return livingContainersOf(pod)
    .filter(({ running, ready }) => running && ready)
    .flatMap((container) =>
      readLogText(cluster.logsOf(pod, container.name).current.slice(-LAST_LINES)).flatMap((event) =>
        event.failure === null || isWell(event, event.failure)
          ? []
          : [{ pod, where: named(container), failure: event.failure, event }],
      ),
    );
}

/** A level that says all is well makes no failure of words. */
function isWell({ level }: TextLogEvent, failure: KnownFailure): boolean {
  return (level === "info" || level === "debug") && failure.anyLevel !== true;
}

function toDraft(seen: readonly Seen[]): Draft {
  const [first] = seen;
  if (first === undefined) throw new Error("A group has at least one line.");
  const pods = [...new Set(seen.map(({ pod }) => pod.name))];
  const lines = [...new Map(seen.map(({ event }) => [shape(event.text), event.text])).values()];
  const code: FindingCode = first.failure.code;
  return {
    code,
    severity: seen.length < REPEATED ? "info" : "warning",
    confidence: Math.min(0.8, 0.5 + 0.1 * seen.length),
    at: first.pod,
    summary:
      `${pods.length === 1 ? `${first.where.charAt(0).toUpperCase()}${first.where.slice(1)} is` : `${plural(pods.length, "pod")} (${some(pods)}) are`} ` +
      `Running and Ready, so Kubernetes shows nothing, but the log says ${plural(seen.length, "time")}: ${first.failure.meaning} ` +
      lines
        .slice(0, MAX_QUOTED)
        .map((line) => `"${quote(line, 200)}"`)
        .join(" "),
    evidence: [...new Set(seen.map(({ pod }) => pointer(pod)))],
    weight: seen.length,
  };
}

/** Lines that differ by their numbers only are the same statement. */
function shape(line: string): string {
  return line.replace(/\d+/g, "#");
}
