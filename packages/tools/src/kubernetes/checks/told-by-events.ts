import type { FindingCode } from "@oncall/core";
import type { Cluster } from "./cluster.ts";
import { createDenied } from "./create-denied.ts";
import type { Draft } from "./finding.ts";
import { absent, addressOf, type ObjectEvent, pointer, type Resource, say } from "./resource.ts";
import { plural, quote } from "./words.ts";

/** What happened longer ago may be over, and no object is at hand to show it. */
const RECENT_MS = 15 * 60_000;

interface Trouble {
  readonly code: FindingCode;
  readonly reason: RegExp;
  readonly message?: RegExp;
}

/** What warnings mean by themselves; the first that fits counts, so the more telling stand above. */
const troubles: readonly Trouble[] = [
  { code: "k8s.oom_killed", reason: /^(OOMKilling|OOMKilled|SystemOOM)$/ },
  {
    code: "k8s.image_pull",
    reason: /^(Failed|BackOff|ErrImagePull|ImagePullBackOff|InspectFailed)$/,
    message: /\bpull|image/i,
  },
  {
    code: "k8s.config_error",
    reason: /^(Failed|FailedMount)$/,
    message: /(configmap|secret) .*not found|couldn't find key/i,
  },
  { code: "k8s.unschedulable", reason: /^FailedScheduling$/ },
  { code: "k8s.volume_mount", reason: /^Failed(Mount|AttachVolume|MapVolume)$/ },
  { code: "k8s.sandbox", reason: /^FailedCreatePodSandBox$/ },
  { code: "k8s.evicted", reason: /^Evicted$/ },
  { code: "k8s.probe_failing", reason: /^Unhealthy$/ },
  { code: "k8s.crash_loop", reason: /^BackOff$/ },
  { code: "k8s.node_not_ready", reason: /^NodeNotReady$/ },
  { code: "k8s.pvc_pending", reason: /^(ProvisioningFailed|FailedBinding)$/ },
  { code: "k8s.job_failed", reason: /^BackoffLimitExceeded$/ },
  { code: "k8s.job_deadline", reason: /^DeadlineExceeded$/ },
  { code: "k8s.rollout_stuck", reason: /^ProgressDeadlineExceeded$/ },
];

/**
 * Trouble of objects that only events speak of: `kubectl get events` alone, or a list that leaves their kind out. Where
 * others of the kind were given for the namespace, the object is gone and its events tell of the past.
 */
export function toldByEvents(cluster: Cluster): Draft[] {
  const groups = new Map<string, { resource: Resource; events: ObjectEvent[] }>();
  for (const event of cluster.events()) {
    const { kind, namespace, name } = event.about;
    const of = kind === "Node" ? "" : namespace;
    const isRecent = event.last === undefined || cluster.now - event.last <= RECENT_MS;
    if (event.type !== "Warning" || !isRecent || name === "" || cluster.inNamespace(kind, of).length > 0)
      continue;
    const resource = absent(kind, of, name);
    const group = groups.get(addressOf(resource)) ?? { resource, events: [] };
    group.events.push(event);
    groups.set(addressOf(resource), group);
  }
  return [...groups.values()].flatMap(({ resource, events }) => toDrafts(resource, events, cluster));
}

function toDrafts(resource: Resource, events: readonly ObjectEvent[], cluster: Cluster): readonly Draft[] {
  const refused = createDenied.kinds.includes(resource.kind) ? createDenied.check(resource, cluster) : [];
  if (refused.length > 0) return refused;
  for (const { code, reason, message } of troubles) {
    const told = events
      .filter((event) => reason.test(event.reason) && (message?.test(event.message) ?? true))
      .sort((a, b) => b.message.length - a.message.length);
    const [first] = told;
    if (first === undefined) continue;
    const times = told.reduce((sum, event) => sum + event.count, 0);
    return [
      {
        code,
        severity: "warning",
        confidence: 0.7,
        at: resource,
        since: first.first,
        summary: `${say(resource)}: ${first.reason}, ${plural(times, "time")}: ${quote(first.message, 400)}`,
        evidence: told.map((event) => pointer(event.resource)),
        weight: times,
      },
    ];
  }
  return [];
}
