import type { Cluster } from "./cluster.ts";
import { condition, livingContainersOf } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { text, time } from "./raw.ts";
import { type ObjectEvent, pointer, type Resource } from "./resource.ts";
import { duration, quote } from "./words.ts";

const NOT_PLACED = new Set(["FailedScheduling", "NotTriggerScaleUp"]);
const ADDED_NODE = "TriggeredScaleUp";

/** Pods that no node took for a while and that run now: what a late alert is about, so that nobody looks for it. */
export const recovered: Check = {
  kinds: ["Pod"],
  check(pod, cluster) {
    if (pod.deletionAt !== undefined || text(condition(pod, "Ready"), "status") !== "True") return [];
    const events = cluster.eventsOf(pod);
    const failed = events.filter(({ reason }) => NOT_PLACED.has(reason)).at(-1);
    const containers = livingContainersOf(pod);
    if (failed === undefined || containers.some(({ ready, init }) => !init && !ready)) return [];
    return [toDraft(pod, failed, events, cluster)];
  },
};

function toDraft(
  pod: Resource,
  failed: ObjectEvent,
  events: readonly ObjectEvent[],
  cluster: Cluster,
): Draft {
  const placed =
    time(condition(pod, "PodScheduled"), "lastTransitionTime") ?? time(pod.raw, "status", "startTime");
  const from = failed.first ?? pod.createdAt;
  const waited = placed === undefined || from === undefined || placed < from ? undefined : placed - from;
  const scaled = events.some(({ reason }) => reason === ADDED_NODE);
  const running = livingContainersOf(pod)
    .map(({ runningSince }) => runningSince)
    .find((at) => at !== undefined);
  return {
    code: "k8s.recovered",
    severity: "info",
    confidence: 0.9,
    at: pod,
    since: failed.first,
    summary:
      `Pod ${pod.name} could not be scheduled${waited === undefined ? " for a while" : ` for ${duration(waited)}`} and is over it: ` +
      `${scaled ? "the cluster autoscaler added a node, and " : ""}it is placed on node ${text(pod.raw, "spec", "nodeName") || "unknown"}, Running and Ready` +
      `${running === undefined ? "" : ` for ${duration(cluster.now - running)}`}. The scheduler had said: ${quote(failed.message)}`,
    evidence: [pointer(failed.resource), pointer(pod, "status", "conditions")],
  };
}
