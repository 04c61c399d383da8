import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { count, dig, list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { duration, quote } from "./words.ts";

const SETTLES_MS = 60_000;

/** Rollouts that timed out, with the ReplicaSet to blame, and deployments short of replicas. */
export const deployment: Check = {
  kinds: ["Deployment"],
  check(object, cluster) {
    if (dig(object.raw, "spec", "paused") === true) return [];
    const progressing = condition(object, "Progressing");
    if (text(progressing, "status") === "False") return [stuck(object, progressing, cluster)];
    const wanted = count(object.raw, "spec", "replicas") ?? 1;
    const conditions = list(object.raw, "status", "conditions");
    // A summary may leave out what the API derives from the pods that are ready.
    const ready = conditions.length === 0 ? count(object.raw, "status", "readyReplicas") : undefined;
    const available = count(object.raw, "status", "availableReplicas") ?? ready ?? 0;
    if (available >= wanted) return surplus(object, wanted, progressing);
    const young = object.createdAt !== undefined && cluster.now - object.createdAt < SETTLES_MS;
    if (typeof dig(object.raw, "status") !== "object" || young) return [];
    // A table or a summary holds no conditions; the event of the deadline says the same.
    const deadline = cluster.eventsOf(object).find(({ reason }) => reason === "ProgressDeadlineExceeded");
    if (progressing === undefined && deadline !== undefined)
      return [stuck(object, deadline.resource.raw, cluster)];
    const isAvailable = condition(object, "Available");
    const since = time(isAvailable, "lastTransitionTime");
    // A rollout or a scaling that still moves speaks for itself only when it stops.
    const moving =
      text(progressing, "status") === "True" && text(progressing, "reason") !== "NewReplicaSetAvailable";
    const short = text(isAvailable, "status") === "False";
    const fresh = since === undefined ? object.createdAt !== undefined : cluster.now - since < SETTLES_MS;
    if (conditions.length > 0 && (moving || !short || fresh)) return [];
    const counts = `Deployment ${object.name} has ${available} of ${wanted} replicas available`;
    return [
      {
        code: "k8s.not_ready",
        severity: "warning",
        confidence: 0.6,
        at: object,
        since,
        summary:
          `${counts}${since === undefined ? "" : ` for ${duration(cluster.now - since)}`}. ${quote(text(isAvailable, "message"))}`.trim(),
        evidence: [pointer(object, "status")],
      },
    ];
  },
};

/** More pods than wanted while nothing is rolled out: they should be on their way. */
function surplus(object: Resource, wanted: number, progressing: unknown): readonly Draft[] {
  const there = count(object.raw, "status", "replicas") ?? 0;
  const settled = progressing === undefined || text(progressing, "reason") === "NewReplicaSetAvailable";
  if (there <= wanted || !settled) return [];
  return [
    {
      code: "k8s.not_ready",
      severity: "info",
      confidence: 0.5,
      at: object,
      summary: `Deployment ${object.name} still has ${there} pods where ${wanted} are wanted: it is being scaled down.`,
      evidence: [pointer(object, "status", "replicas")],
    },
  ];
}

/** `verdict`: the condition or the event that says so. */
function stuck(object: Resource, verdict: unknown, cluster: Cluster): Draft {
  const message = text(verdict, "message");
  const [, name = ""] = /ReplicaSet "?([a-z0-9.-]*[a-z0-9])"?/.exec(message) ?? [];
  const sets = cluster.ownedBy(object, "ReplicaSet");
  const blamed = sets.find((set) => set.name === name);
  const serving = sets.find(
    (set) => set.name !== name && (count(set.raw, "status", "readyReplicas") ?? 0) > 0,
  );
  const images = blamed ? imagesOf(blamed) : "";
  const ready = count(object.raw, "status", "readyReplicas") ?? 0;
  const served = serving !== undefined || (ready > 0 && !cluster.lists("ReplicaSet", object.namespace));
  const old = serving
    ? ` The pods of ReplicaSet ${serving.name} (${imagesOf(serving)}) keep serving.`
    : served
      ? ` ${ready} of ${count(object.raw, "spec", "replicas") ?? 1} replicas are ready and keep serving.`
      : "";
  return {
    // A new version that never came up beside one that serves is a matter of the change itself.
    code: served ? "k8s.rollout_stuck" : "k8s.rollout_failed",
    leads: served,
    severity: "critical",
    confidence: 0.9,
    at: object,
    since:
      (blamed && serving ? blamed.createdAt : undefined) ??
      time(verdict, "lastTransitionTime") ??
      time(verdict, "firstTimestamp"),
    summary:
      `The rollout of Deployment ${object.name} is stuck (${text(verdict, "reason") || "not progressing"}): ${quote(message)}` +
      `${images === "" ? "" : ` It runs ${images}.`}${old}`,
    evidence: [pointer(object, "status", "conditions"), ...(blamed ? [pointer(blamed)] : [])],
  };
}

function imagesOf(set: Resource): string {
  return list(set.raw, "spec", "template", "spec", "containers")
    .map((container) => text(container, "image"))
    .join(", ");
}
