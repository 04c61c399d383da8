import type { LogLine } from "@oncall/backends";
import { type FindingCode, findingCodes } from "@oncall/core";
import { failureIn } from "../../logs/known.ts";
import { patternsOf } from "../../logs/patterns.ts";
import { readLogText, type TextLogEvent } from "../../logs/read-text.ts";
import type { LogPatternRow } from "../../outputs/index.ts";
import type { Cluster } from "./cluster.ts";
import { livingContainersOf } from "./containers.ts";
import type { Draft } from "./finding.ts";
import { addressOf, pointer, type Resource } from "./resource.ts";
import { plural, quote, some } from "./words.ts";

const LAST_LINES = 5_000;
/** One line may be a hiccup that was got over. */
const REPEATED = 2;
const MAX_QUOTED = 5;
const LEAST_AFTER = 3;

/**
 * Errors in the logs of what Kubernetes holds for well: one finding a workload, over all its pods, with each kind of
 * error and how often it came. Workloads in `explained` have trouble of their own, which quotes its logs itself.
 */
export function troubleInLogs(cluster: Cluster, explained: ReadonlySet<string>): Draft[] {
  const lines = new Map<string, { pods: Set<Resource>; lines: LogLine[] }>();
  for (const pod of cluster.ofKind("Pod")) {
    const root = addressOf(cluster.rootOf(pod));
    const own = explained.has(root) ? [] : linesOf(pod, cluster);
    if (own.length === 0) continue;
    const known = lines.get(root) ?? { pods: new Set(), lines: [] };
    known.pods.add(pod);
    for (const line of own) known.lines.push(line);
    lines.set(root, known);
  }
  return [...lines.values()].flatMap(({ pods, lines: own }) => {
    const errors = patternsOf({ lines: own, linesBefore: [], quietUntil: "", nameOf: () => null }).filter(
      ({ known_as, level }) => known_as !== null || level === "error" || level === "fatal",
    );
    return errors.length === 0 ? [] : [toDraft(errors, [...pods], cluster)];
  });
}

function linesOf(pod: Resource, cluster: Cluster): LogLine[] {
  if (pod.deletionAt !== undefined) return [];
  const texts = new Set(namesIn(pod).map((name) => cluster.logsOf(pod, name).current));
  return [...texts].flatMap((current) =>
    sinceTrouble(readLogText(current.slice(-LAST_LINES))).map(({ text, level, from, to }) => ({
      at: "",
      level,
      message: text.split("\n", 1)[0] ?? "",
      pod: pod.name,
      ...(to > from ? { stack: text } : {}),
    })),
  );
}

/** Without what a container got over: errors while it started, say, and since then more lines without any. */
function sinceTrouble(events: readonly TextLogEvent[]): readonly TextLogEvent[] {
  const last = events.findLastIndex(
    ({ failure, level }) => failure !== null || level === "error" || level === "fatal",
  );
  const after = events.length - last - 1;
  return after > Math.max(last, LEAST_AFTER) ? events.slice(last + 1) : events;
}

/** Without names of containers the log is the pod's. */
function namesIn(pod: Resource): string[] {
  const names = livingContainersOf(pod).map(({ name }) => name);
  return names.length === 0 ? [""] : names;
}

function toDraft(errors: readonly LogPatternRow[], pods: readonly Resource[], cluster: Cluster): Draft {
  const [first] = pods;
  if (first === undefined) throw new Error("Errors come from a pod.");
  const known = errors
    .flatMap(({ known_as }) =>
      known_as !== null && known_as in findingCodes ? [known_as as FindingCode] : [],
    )
    .sort((a, b) => findingCodes[b].specificity - findingCodes[a].specificity);
  const count = (some: readonly LogPatternRow[]) => some.reduce((sum, row) => sum + row.count, 0);
  const often = count(errors.filter(({ known_as }) => known_as !== null)) >= REPEATED;
  const quoted = [...errors]
    .sort((a, b) => Number(b.known_as !== null) - Number(a.known_as !== null) || b.count - a.count)
    .slice(0, MAX_QUOTED);
  return {
    code: known[0] ?? "log.errors",
    severity: known.length > 0 && often ? "warning" : "info",
    confidence: often ? 0.7 : 0.5,
    at: first,
    summary:
      `Kubernetes shows nothing wrong with ${pods.length === 1 ? `pod ${first.name}` : `${plural(pods.length, "pod")} (${some(pods.map(({ name }) => name))})`}, ` +
      `but ${pods.some((pod) => isCut(pod, cluster)) ? `the last ${LAST_LINES} lines of the log hold` : "the log holds"} ${plural(count(errors), "error")}: ${quoted.map(inWords).join("; ")}` +
      `${errors.length > quoted.length ? `; and ${errors.length - quoted.length} more kinds` : ""}.`,
    evidence: pods.map((pod) => pointer(pod)),
    weight: count(errors),
  };
}

function isCut(pod: Resource, cluster: Cluster): boolean {
  return namesIn(pod).some((name) => cluster.logsOf(pod, name).current.length > LAST_LINES);
}

function inWords({ count, example, root_exception }: LogPatternRow): string {
  const meaning = failureIn(example)?.meaning;
  const words =
    root_exception === null || example.includes(root_exception) ? example : `${example} ${root_exception}`;
  return `${count} × "${quote(words, 240)}"${meaning === undefined ? "" : ` (${meaning})`}`;
}
