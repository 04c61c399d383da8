import type { Check } from "./finding.ts";
import { count } from "./raw.ts";
import { pointer, say } from "./resource.ts";

const SETTLES_MS = 5 * 60_000;

/** Replica sets that nobody owns and that are short of pods; those of a Deployment are its matter. */
export const replicaSet: Check = {
  kinds: ["ReplicaSet", "ReplicationController"],
  check(object, cluster) {
    if (cluster.rootOf(object) !== object || object.deletionAt !== undefined) return [];
    const wanted = count(object.raw, "spec", "replicas");
    const ready = count(object.raw, "status", "readyReplicas") ?? 0;
    const isYoung = object.createdAt === undefined || cluster.now - object.createdAt < SETTLES_MS;
    if (wanted === undefined || count(object.raw, "status", "replicas") === undefined) return [];
    if (ready >= wanted || isYoung) return [];
    return [
      {
        code: "k8s.not_ready",
        severity: "warning",
        confidence: 0.6,
        at: object,
        summary: `${say(object)} has ${ready} of ${wanted} replicas ready.`,
        evidence: [pointer(object, "status")],
      },
    ];
  },
};
