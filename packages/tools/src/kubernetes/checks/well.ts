import type { Cluster } from "./cluster.ts";
import { condition, containersOf } from "./containers.ts";
import { count, list, text } from "./raw.ts";
import { addressOf, type Resource } from "./resource.ts";
import { plural, some } from "./words.ts";

const WORKLOADS = ["Deployment", "StatefulSet"] as const;

/**
 * What was looked at and is as it should be, in sentences: workloads with all their replicas, pods that run, nodes
 * without pressure, logs without a known failure. `troubled` holds the addresses of the roots that have a failure,
 * `errors` of those whose logs hold errors.
 */
export function wellIn(
  cluster: Cluster,
  troubled: ReadonlySet<string>,
  errors: ReadonlySet<string>,
): string[] {
  const isWell = (object: Resource): boolean => !troubled.has(addressOf(cluster.rootOf(object)));
  const complete = WORKLOADS.flatMap((kind) => cluster.ofKind(kind))
    .filter(isWell)
    .flatMap((object) => {
      const wanted = count(object.raw, "spec", "replicas") ?? 1;
      const ready = count(object.raw, "status", "readyReplicas") ?? 0;
      return wanted > 0 && ready >= wanted ? [`${object.kind} ${object.name} (${ready} of ${wanted})`] : [];
    });
  const pods = cluster
    .ofKind("Pod")
    .filter((pod) => isWell(pod) && pod.deletionAt === undefined && isReady(pod));
  const restarts = pods.flatMap(containersOf).reduce((sum, container) => sum + container.restarts, 0);
  const nodes = cluster.ofKind("Node").filter((node) => isWell(node) && isReady(node) && !isPressed(node));
  const read = pods.flatMap((pod) =>
    errors.has(addressOf(cluster.rootOf(pod)))
      ? []
      : containersOf(pod).filter(({ name }) => cluster.logsOf(pod, name).current.length > 0),
  );
  return [
    ...(complete.length > 0 ? [`All replicas are ready: ${some(complete, 5)}.`] : []),
    ...(pods.length > 0
      ? [`${plural(pods.length, "pod")} Running and Ready, ${plural(restarts, "container restart")}.`]
      : []),
    ...(nodes.length > 0
      ? [`${plural(nodes.length, "node")} Ready${nodes.every(tellsPressure) ? ", no pressure" : ""}.`]
      : []),
    ...(read.length > 0 ? [`No known failure in the logs of ${plural(read.length, "container")}.`] : []),
  ];
}

function isReady(object: Resource): boolean {
  return text(condition(object, "Ready"), "status") === "True";
}

/** A table shows readiness alone. */
function tellsPressure({ raw }: Resource): boolean {
  return list(raw, "status", "conditions").some((entry) => text(entry, "type").endsWith("Pressure"));
}

function isPressed({ raw }: Resource): boolean {
  return list(raw, "status", "conditions").some(
    (entry) => text(entry, "type").endsWith("Pressure") && text(entry, "status") === "True",
  );
}
