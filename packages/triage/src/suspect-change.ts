import type { FindingCode } from "@oncall/core";
import type { Finding, SuspectChange } from "@oncall/incidents";
import type { Touch } from "./analyzers/touches.ts";
import { isChange } from "./explain-away.ts";
import type { Graph } from "./graph.ts";

export interface Suspicion {
  readonly change: SuspectChange;
  /** 0..1: how much what was touched has to do with what failed. */
  readonly relevance: number;
  /** 0..1: how close before the onset. */
  readonly closeness: number;
  readonly touched: string;
}

type Relevance = Partial<Record<Touch, number>>;

const anyRelease: Relevance = { image: 0.6, code: 0.5, command: 0.5, flag: 0.5, config: 0.4 };

// What a change must touch to be behind a finding. Trouble outside (an AWS outage) is nobody's deploy.
const relevant: Partial<Record<FindingCode, Relevance>> = {
  "app.config_invalid": { ...anyRelease, config: 1 },
  "app.config_missing": { ...anyRelease, config: 1 },
  "app.deadlock": { ...anyRelease, code: 0.8, image: 0.8 },
  "app.gc_pressure": { ...anyRelease, memory: 1, image: 0.8, code: 0.7 },
  "app.memory_leak": { ...anyRelease, memory: 0.7, image: 0.9, code: 0.9, flag: 0.7 },
  "app.out_of_memory": { ...anyRelease, memory: 1, image: 0.8 },
  "app.panic": { ...anyRelease, image: 0.8, code: 0.8, flag: 0.9, config: 0.7 },
  "app.too_many_files": { ...anyRelease, image: 0.7, code: 0.7, limits: 0.8 },
  "cache.stampede": { ...anyRelease, cache: 1 },
  "db.auth_failed": { db_connection: 1, config: 0.5 },
  "db.connection_refused": { network: 0.9, db_connection: 1, endpoint: 0.7, config: 0.3 },
  "db.connection_timeout": {
    network: 1,
    db_connection: 1,
    db_pool: 0.8,
    timeout: 0.7,
    endpoint: 0.5,
    config: 0.3,
  },
  "db.deadlock": { ...anyRelease, code: 0.8, image: 0.7, replicas: 0.6 },
  "db.lock_contention": { ...anyRelease, code: 0.8 },
  "db.migration": { ...anyRelease, code: 0.9, image: 0.8 },
  "db.pool_exhausted": { db_pool: 1, db_connection: 0.6, timeout: 0.5, replicas: 0.5, image: 0.4, code: 0.4 },
  "db.query_timeout": { flag: 0.7 },
  "db.too_many_connections": { db_pool: 1, replicas: 0.8, db_connection: 0.5, image: 0.4, code: 0.4 },
  "k8s.autoscaler_limit": { replicas: 1 },
  "k8s.command_not_found": { ...anyRelease, command: 1, image: 0.9 },
  "k8s.config_error": { ...anyRelease, config: 1, image: 0.4 },
  "k8s.cpu_throttled": { ...anyRelease, limits: 1, image: 0.5, replicas: 0.9 },
  "k8s.crash_loop": {
    ...anyRelease,
    image: 0.9,
    command: 0.9,
    config: 0.8,
    db_connection: 0.7,
    endpoint: 0.6,
    memory: 0.6,
  },
  "k8s.image_pull": { image: 1 },
  "k8s.limit_range": { limits: 1, memory: 1, scheduling: 0.8 },
  "k8s.network_policy_blocks": { network: 1, config: 0.4 },
  "k8s.oom_killed": { memory: 1, image: 0.8, code: 0.6, replicas: 0.4, config: 0.3 },
  "k8s.probe_failing": { ...anyRelease, probe: 1, image: 0.8, endpoint: 0.5, memory: 0.4 },
  "k8s.pvc_pending": anyRelease,
  "k8s.quota": { limits: 1, memory: 1, replicas: 0.9, scheduling: 0.6, image: 0.3 },
  "k8s.rollout_stuck": { ...anyRelease, probe: 0.9, image: 0.9, config: 0.7, scheduling: 0.7 },
  "k8s.selector_mismatch": { network: 0.6, endpoint: 0.8, config: 0.8 },
  "k8s.unschedulable": { scheduling: 1, limits: 0.8, memory: 0.8, replicas: 0.8 },
  "network.dns": { endpoint: 1, network: 0.9, config: 0.4 },
  "network.refused": { endpoint: 1, network: 0.8, config: 0.4, image: 0.3 },
  "network.unreachable": { network: 1, endpoint: 0.7 },
  "queue.lag": { ...anyRelease, replicas: 1, image: 0.6, code: 0.6, timeout: 0.5 },
  "queue.poison_message": { ...anyRelease, image: 0.7, code: 0.8 },
  "rate.limited": { ...anyRelease, replicas: 0.7, timeout: 0.7, limits: 0.6 },
  "tls.certificate": { certificate: 1, endpoint: 0.5, image: 0.4 },
};

// These may lie in how the caller was told to reach the dependency.
const callersMayCause: ReadonlySet<FindingCode> = new Set([
  "db.auth_failed",
  "db.connection_refused",
  "db.connection_timeout",
  "db.too_many_connections",
  "network.dns",
  "network.refused",
  "network.unreachable",
  "queue.lag",
  "tls.certificate",
]);

const ENOUGH = 0.12;

/** The change that most likely brought the finding about, if one does: what it touches × how close it came before. */
export function suspectChange(cause: Finding, findings: readonly Finding[], graph: Graph): Suspicion | null {
  const weights = relevant[cause.code];
  if (weights === undefined) return null;
  const changes = findings.filter(isChange);
  const suspects = changes
    .filter(
      ({ subject }) =>
        subject === cause.subject ||
        (callersMayCause.has(cause.code) && graph.dependenciesOf(subject).includes(cause.subject)),
    )
    .map((change) => ({ change, ...mostRelevant(change, weights) }))
    .filter(({ change, relevance }) => relevance * change.confidence >= ENOUGH)
    .sort(
      (a, b) =>
        b.relevance * b.change.confidence - a.relevance * a.change.confidence ||
        // A rollout is what took effect; the commit is where it came from.
        Number(isRollout(b.change)) - Number(isRollout(a.change)) ||
        (a.change.summary < b.change.summary ? -1 : 1),
    );
  const [first] = suspects;
  if (first === undefined) return null;
  return {
    change: toSuspect(first.change, changes),
    relevance: first.relevance,
    closeness: first.change.confidence,
    touched: first.touched,
  };
}

/** A change as a suspect, with author and commit from its other half (rollout and commit are two rows of one change). */
export function toSuspect(change: Finding, changes: readonly Finding[]): SuspectChange {
  const half = changes.find(
    (other) => other !== change && other.subject === change.subject && isSame(other, change),
  );
  const text = (name: string) => fact(change, name) ?? (half === undefined ? undefined : fact(half, name));
  const commit = text("commit");
  const author = text("author");
  const link = text("link");
  return {
    service: change.subject,
    at: change.since ?? "",
    summary: nameOf(change),
    ...(commit === undefined ? {} : { commit }),
    ...(author === undefined ? {} : { author }),
    ...(link === undefined ? {} : { link }),
    evidence: change.evidence[0] ?? "",
  };
}

/** Each change once: of its halves the rollout, which is what took effect. */
export function distinct(changes: readonly Finding[]): Finding[] {
  return changes.filter(
    (change) =>
      isRollout(change) ||
      !changes.some((other) => isRollout(other) && other.subject === change.subject && isSame(other, change)),
  );
}

function isRollout({ facts }: Finding): boolean {
  return facts?.kind === "rollout";
}

/** `"Tune connection pool" (revision 3): env.DB_POOL_MAX 40 → 5`; who and when stand beside it. */
function nameOf(change: Finding): string {
  const title = fact(change, "title");
  if (title === undefined) return change.summary;
  const revision = fact(change, "revision");
  const changes = fact(change, "changes");
  return `"${title}"${revision === undefined ? "" : ` (revision ${revision})`}${changes === undefined ? "" : `: ${changes}`}`;
}

function isSame(a: Finding, b: Finding): boolean {
  const [changes, commit] = [fact(a, "changes"), fact(a, "commit")];
  return (
    (commit !== undefined && commit === fact(b, "commit")) || (!!changes && changes === fact(b, "changes"))
  );
}

function mostRelevant(change: Finding, weights: Relevance): { relevance: number; touched: string } {
  const touches = (fact(change, "touches") ?? "").split(",");
  let best = { relevance: 0, touched: "" };
  for (const [touch, relevance] of Object.entries(weights)) {
    if (touches.includes(touch) && relevance > best.relevance) best = { relevance, touched: touch };
  }
  return best;
}

function fact(finding: Finding, name: string): string | undefined {
  const value = finding.facts?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
