import { containersOf } from "./containers.ts";
import type { Check } from "./finding.ts";
import { count } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { some } from "./words.ts";

/** A pod on its way out may look like a crash loop; where a rollout put others in its place, that is no failure. */
export const replaced: Check = {
  kinds: ["Pod"],
  check(pod, cluster) {
    if (pod.deletionAt === undefined) return [];
    const workload = cluster.rootOf(pod);
    const wanted = count(workload.raw, "spec", "replicas") ?? 1;
    const ready = count(workload.raw, "status", "readyReplicas") ?? 0;
    if (workload.kind !== "Deployment" || !workload.given || ready < wanted) return [];
    const [troubled] = containersOf(pod).filter((container) => !container.running || !container.ready);
    if (troubled === undefined) return [];
    const state = troubled.waiting?.reason || troubled.ended?.reason || "not ready";
    const own = replicaSetOf(pod);
    const others = cluster
      .inNamespace("Pod", pod.namespace)
      .filter((other) => other.deletionAt === undefined && cluster.rootOf(other).name === workload.name)
      .map(replicaSetOf);
    const why = others.includes(own)
      ? "of a ReplicaSet that lives on, after a scale-down or an eviction"
      : `of ReplicaSet ${own}, which a rollout replaced by ${some([...new Set(others)])}`;
    return [
      {
        code: "k8s.pod_replaced",
        severity: "info",
        confidence: 0.8,
        at: pod,
        since: pod.deletionAt,
        summary:
          `Pod ${pod.name} is on its way out (Terminating) ${why}: that its container ${troubled.name} shows ${state} is no failure. ` +
          `Deployment ${workload.name} has ${ready} of ${wanted} replicas ready in other pods.`,
        evidence: [pointer(pod, "metadata", "deletionTimestamp"), pointer(workload, "status")],
      },
    ];
  },
};

/** A table names no owner: there it is the pod's name without its last part. */
function replicaSetOf({ owner, name }: Resource): string {
  return owner?.kind === "ReplicaSet" ? owner.name : name.replace(/-[a-z0-9]+$/, "");
}
