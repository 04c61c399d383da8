import { argoApplication } from "./argo-application.ts";
import { autoscaler } from "./autoscaler.ts";
import { certificate } from "./certificate.ts";
import { type ContainerLogs, indexCluster } from "./cluster.ts";
import { apiService, controlPlane, resourceClaim, resourceQuota } from "./cluster-scope.ts";
import { containerConfig } from "./container-config.ts";
import { crashLoop } from "./crash-loop.ts";
import { createDenied } from "./create-denied.ts";
import { cronJob } from "./cronjob.ts";
import { customResource } from "./custom-resource.ts";
import { daemonSet } from "./daemonset.ts";
import { deployment } from "./deployment.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { endpoints } from "./endpoints.ts";
import { evicted } from "./evicted.ts";
import type { Check, Draft, ObjectFinding } from "./finding.ts";
import { type FoldOptions, fold } from "./fold.ts";
import { gateway } from "./gateway.ts";
import { imagePull } from "./image-pull.ts";
import { ingress } from "./ingress.ts";
import { initContainer } from "./init-container.ts";
import { job } from "./job.ts";
import { troubleInLogs } from "./log-trouble.ts";
import { networkPolicy } from "./network-policy.ts";
import { node } from "./node.ts";
import { nodeFull } from "./node-full.ts";
import { oomKilled } from "./oom-killed.ts";
import { podState } from "./pod-state.ts";
import { probe } from "./probe.ts";
import { recovered } from "./recovered.ts";
import { replaced } from "./replaced.ts";
import { replicaSet } from "./replica-set.ts";
import { addressOf } from "./resource.ts";
import { service } from "./service.ts";
import { setUp } from "./setup-events.ts";
import { statefulSet } from "./statefulset.ts";
import { volumeClaim } from "./storage.ts";
import { terminating } from "./terminating.ts";
import { toldByEvents } from "./told-by-events.ts";
import { unschedulable } from "./unschedulable.ts";
import { volume, volumeAttachment } from "./volume.ts";
import { volumeMount } from "./volume-mount.ts";
import { webhook } from "./webhook.ts";
import { wellIn } from "./well.ts";

export { about } from "./about.ts";
export type { ContainerLogs } from "./cluster.ts";
export type { ObjectFinding } from "./finding.ts";
export { lastReport } from "./last-report.ts";
export { reportText } from "./report-text.ts";

const checks: readonly Check[] = [
  apiService,
  argoApplication,
  autoscaler,
  certificate,
  containerConfig,
  controlPlane,
  crashLoop,
  createDenied,
  cronJob,
  customResource,
  daemonSet,
  deployment,
  disruptionBudget,
  endpoints,
  evicted,
  gateway,
  imagePull,
  ingress,
  initContainer,
  job,
  networkPolicy,
  node,
  nodeFull,
  oomKilled,
  podState,
  probe,
  recovered,
  replaced,
  replicaSet,
  resourceClaim,
  resourceQuota,
  service,
  setUp,
  statefulSet,
  terminating,
  unschedulable,
  volume,
  volumeAttachment,
  volumeClaim,
  volumeMount,
  webhook,
];

const MAX_FINDINGS = 500;
/** Addresses of one finding: a workload of a thousand pods needs no thousand of them. */
const MAX_EVIDENCE = 20;
const MAX_DRAFTS = 200_000;

/** What the objects are judged against. */
export interface CheckContext extends FoldOptions {
  /** When the objects were read: "for two minutes" is measured to here. */
  readonly now: Date;
  /** By `namespace/pod/container`, `pod/container`, or `pod` where the container is not known. */
  readonly logs?: ReadonlyMap<string, ContainerLogs> | undefined;
  /**
   * Kinds of which every object was given, so that absence is a fact. Left out: those of which any was given.
   */
  readonly whole?: ReadonlySet<string> | undefined;
  /** Whether objects count that only events speak of: where all that there is was put in, not where some was chosen. */
  readonly byEvents?: boolean | undefined;
  /** Addresses (`Secret/shop/edge-tls`) that were asked for and are not there. */
  readonly absent?: ReadonlySet<string> | undefined;
}

export interface CheckReport {
  /** Root first; at most 500. */
  readonly findings: readonly ObjectFinding[];
  /** What was looked at and is as it should be, in sentences. */
  readonly well: readonly string[];
  /** What was cut or could not be read, in words. */
  readonly notes: readonly string[];
}

/**
 * What is wrong in a set of Kubernetes objects of any kinds, as `kubectl get … -o json` prints them (lists are
 * opened; what is half there or unknown is passed over). Pure: the same objects and time give the same findings, and
 * normal operation (a rollout under way, a completed job, something scaled to zero) gives none above `info`.
 */
export function checkObjects(objects: readonly unknown[], context: CheckContext): CheckReport {
  const { cluster, notes } = indexCluster(objects, context);
  const byKind = new Map<string, Check[]>();
  for (const check of checks)
    for (const kind of check.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), check]);
  const anyKind = byKind.get("*") ?? [];
  const drafts: Draft[] = [];
  for (const resource of cluster.all()) {
    for (const check of [...anyKind, ...(byKind.get(resource.kind) ?? [])]) {
      for (const draft of check.check(resource, cluster)) if (drafts.length < MAX_DRAFTS) drafts.push(draft);
    }
  }
  if (context.byEvents === true) drafts.push(...toldByEvents(cluster));
  const rootsOf = (some: readonly Draft[]) =>
    new Set(
      some
        .filter(({ severity, onlyAsSymptom }) => severity !== "info" && !onlyAsSymptom)
        .map(({ at }) => addressOf(cluster.rootOf(at))),
    );
  const inLogs = troubleInLogs(cluster, rootsOf(drafts));
  drafts.push(...inLogs);
  const findings = fold(drafts, cluster, context);
  const shown = findings.slice(0, MAX_FINDINGS);
  const long = shown.filter(({ evidence }) => evidence.length > MAX_EVIDENCE).length;
  return {
    findings: shown.map((finding) => ({ ...finding, evidence: finding.evidence.slice(0, MAX_EVIDENCE) })),
    well: wellIn(cluster, rootsOf(drafts), new Set(inLogs.map(({ at }) => addressOf(cluster.rootOf(at))))),
    notes: [
      ...notes,
      ...(long > 0
        ? [`${long} findings rest on more evidence than the ${MAX_EVIDENCE} addresses shown.`]
        : []),
      ...(drafts.length === MAX_DRAFTS ? [`Only the first ${MAX_DRAFTS} observations were weighed.`] : []),
      ...(findings.length > MAX_FINDINGS
        ? [`${findings.length - MAX_FINDINGS} more findings, the least serious, are left out.`]
        : []),
    ],
  };
}
