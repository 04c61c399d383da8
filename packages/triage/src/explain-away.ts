import { type FindingCode, findingCodes, minutesBetween } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { Graph } from "./graph.ts";

/** What alone is never a cause: it says that something is wrong, not why. */
const SYMPTOM_BELOW = 0.4;

export function isChange(finding: Finding): boolean {
  return finding.code.startsWith("change.");
}

export function isSymptom(finding: Finding): boolean {
  return !isChange(finding) && findingCodes[finding.code].specificity < SYMPTOM_BELOW;
}

const codes = Object.keys(findingCodes) as FindingCode[];

// From concrete to vague: how trouble of any kind shows on the same subject. Each is explained by whatever
// stands before it, and by every finding that is not in the list.
const effects: readonly FindingCode[] = [
  "db.connection_refused",
  "app.panic",
  "k8s.crash_loop",
  "k8s.probe_failing",
  "k8s.rollout_stuck",
  // Down by its own measure says more than that a caller gets no connection.
  "dependency.down",
  "db.connection_timeout",
  "network.refused",
  "network.upstream",
  "network.timeout",
  "network.reset",
  "k8s.not_ready",
  "queue.lag",
  "dependency.degraded",
];

// Of two findings on one subject, those that the other brings about or tells of in vaguer words.
const overload: readonly FindingCode[] = [
  "db.pool_exhausted",
  "db.query_timeout",
  "db.too_many_connections",
  "k8s.autoscaler_limit",
  "k8s.cpu_throttled",
];
const heldConnections: readonly FindingCode[] = ["db.pool_exhausted", "db.query_timeout"];
// More load is what a service grows with: what keeps it from growing is the fault.
const refusedGrowth: readonly FindingCode[] = ["k8s.autoscaler_limit", "k8s.cpu_throttled", "traffic.surge"];
const bringsAbout: Partial<Record<FindingCode, readonly FindingCode[]>> = {
  "app.memory_leak": ["app.gc_pressure"],
  "app.out_of_memory": ["app.gc_pressure", "app.memory_leak"],
  "cache.stampede": overload,
  "db.deadlock": heldConnections,
  "db.lock_contention": heldConnections,
  "db.too_many_connections": heldConnections,
  "k8s.autoscaler_limit": ["k8s.cpu_throttled"],
  "k8s.hpa_metrics": ["traffic.surge"],
  "k8s.hpa_target": ["traffic.surge"],
  "k8s.limit_range": ["traffic.surge"],
  "k8s.node_full": ["traffic.surge"],
  "k8s.node_not_ready": ["k8s.evicted", "k8s.unschedulable"],
  "k8s.node_pressure": ["k8s.evicted"],
  // The kernel and the runtime tell of the same shortage.
  "k8s.oom_killed": ["app.gc_pressure", "app.memory_leak", "app.out_of_memory"],
  "k8s.pvc_lost": ["k8s.unschedulable"],
  "k8s.pvc_missing": ["k8s.unschedulable"],
  "k8s.pvc_pending": ["k8s.unschedulable"],
  "k8s.quota": refusedGrowth,
  "k8s.unschedulable": refusedGrowth,
  "traffic.surge": overload,
};

// These come first, however long before the fault shows: a shortage grows before it kills, load before it cannot be met.
const comesFirst: ReadonlySet<FindingCode> = new Set(["app.gc_pressure", "app.memory_leak", "traffic.surge"]);

// What a service under too much load does to what it stands on.
const loads: ReadonlySet<FindingCode> = new Set(["cache.stampede", "traffic.surge"]);
const effectsOfLoad: ReadonlySet<FindingCode> = new Set([
  "db.query_timeout",
  "db.too_many_connections",
  "dependency.degraded",
  "queue.lag",
]);

// How trouble of a dependency shows on what stands on it.
const effectsOnCallers: ReadonlySet<FindingCode> = new Set([
  "db.connection_refused",
  "db.connection_timeout",
  "dependency.degraded",
  "dependency.down",
  "k8s.not_ready",
  "k8s.probe_failing",
  "network.refused",
  "network.reset",
  "network.timeout",
  "network.upstream",
]);

// A database that does not answer also drains the pools of its callers and kills them at their start.
const databaseGone: ReadonlySet<FindingCode> = new Set([
  "aws.outage",
  "db.connection_refused",
  "dependency.down",
  "disk.full",
]);
const effectsOfDatabaseGone: ReadonlySet<FindingCode> = new Set([
  "app.panic",
  "db.pool_exhausted",
  "k8s.crash_loop",
]);

// Sources date the same moment differently; an effect may be seen this long before its cause.
const SLACK_MINUTES = 10;
const SPECIFIC_ENOUGH = 0.5;

/** The findings nothing else explains, each with those it explains, however many steps away. */
export function explainAway(candidates: readonly Finding[], graph: Graph): Map<Finding, Finding[]> {
  const explainer = new Map<Finding, Finding>();
  for (const finding of candidates) {
    const best = candidates
      .filter((other) => explains(other, finding, graph) && !explains(finding, other, graph))
      .sort((a, b) => findingCodes[b.code].specificity - findingCodes[a.code].specificity)[0];
    if (best !== undefined) explainer.set(finding, best);
  }
  const roots = new Map<Finding, Finding[]>();
  for (const finding of candidates) if (!explainer.has(finding)) roots.set(finding, []);
  for (const finding of explainer.keys()) {
    const root = rootOf(finding, explainer);
    // A ring of findings that explain each other has no root: each then stands for itself.
    if (root === finding) roots.set(finding, roots.get(finding) ?? []);
    else roots.get(root)?.push(finding);
  }
  return roots;
}

/**
 * What would explain the finding away if it were found: codes at its own node and at what that stands on. Of a change
 * that merely came before, that is every fault.
 */
export function wouldExplain(finding: Finding, graph: Graph): Pick<Finding, "code" | "subject">[] {
  const isFault = ({ code }: Pick<Finding, "code">) => findingCodes[code].specificity >= SPECIFIC_ENOUGH;
  return [finding.subject, ...graph.dependenciesOf(finding.subject)]
    .flatMap((subject) => codes.map((code) => ({ ...finding, code, subject, since: null })))
    .filter((other) =>
      isChange(finding)
        ? isFault(other) && !isChange(other)
        : explains(other, finding, graph) && !explains(finding, other, graph),
    );
}

function rootOf(finding: Finding, explainer: ReadonlyMap<Finding, Finding>): Finding {
  const seen = new Set<Finding>([finding]);
  let at = finding;
  for (let next = explainer.get(at); next !== undefined; next = explainer.get(at)) {
    if (seen.has(next)) return finding;
    seen.add(next);
    at = next;
  }
  return at;
}

function explains(cause: Finding, effect: Finding, graph: Graph): boolean {
  if (cause === effect || findingCodes[cause.code].specificity < SPECIFIC_ENOUGH || isChange(cause))
    return false;
  const isSame = cause.subject === effect.subject;
  if (isSame && comesFirst.has(effect.code)) return bringsAbout[cause.code]?.includes(effect.code) === true;
  if (cause.since !== null && effect.since !== null) {
    if (minutesBetween(effect.since, cause.since) > SLACK_MINUTES) return false;
  }
  if (isSame) {
    if (bringsAbout[cause.code]?.includes(effect.code)) return true;
    const rank = effects.indexOf(effect.code);
    const own = effects.indexOf(cause.code);
    return rank !== -1 && (own === -1 || own < rank);
  }
  if (graph.reaches(effect.subject, cause.subject)) {
    return (
      effectsOnCallers.has(effect.code) ||
      (cause.code.startsWith("db.") && bringsAbout[cause.code]?.includes(effect.code) === true) ||
      (databaseGone.has(cause.code) &&
        effectsOfDatabaseGone.has(effect.code) &&
        graph.nodes.get(cause.subject)?.type === "database")
    );
  }
  if (loads.has(cause.code) && effectsOfLoad.has(effect.code) && graph.reaches(cause.subject, effect.subject))
    return true;
  // Who should empty a queue and is in trouble of its own leaves it full.
  if (effect.code === "queue.lag" && graph.dependenciesOf(cause.subject).includes(effect.subject))
    return true;
  // The caller's own pool makes its waits look like the database's timeouts.
  return (
    cause.code === "db.pool_exhausted" &&
    effect.code === "db.connection_timeout" &&
    graph.dependenciesOf(cause.subject).includes(effect.subject)
  );
}
