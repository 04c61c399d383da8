import type { Company, ServiceData } from "../data/types.ts";
import { eventsOf } from "./cluster-events.ts";
import { daemonSet, namespaceObject, nodeObject, serviceObject, statefulSet } from "./cluster-furniture.ts";
import { deploymentObject, replicaSetObject } from "./deployment-objects.ts";
import { podObject } from "./pod-object.ts";
import { podsAt, type Revision } from "./pods.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export type ResourceName =
  | "namespaces"
  | "nodes"
  | "pods"
  | "services"
  | "events"
  | "deployments"
  | "replicasets"
  | "statefulsets"
  | "daemonsets";

/** The cluster's objects as they are now, each list in the API server's order (namespace, then name). */
export interface Cluster {
  list(resource: ResourceName): KubernetesObject[];
}

export interface ClusterWorkload {
  readonly service: ServiceData;
  readonly revisions: readonly Revision[];
}

export function createCluster(
  workloads: readonly ClusterWorkload[],
  company: Company,
  timeline: Timeline,
  random: Random,
): Cluster {
  const context = { timeline, random };
  const bornMs = timeline.startedMs - 210 * 24 * 60 * 60_000;
  const furniture = { ...context, company, bornMs };
  const each = (make: (workload: ClusterWorkload, now: number) => KubernetesObject[]): KubernetesObject[] =>
    workloads.flatMap((workload) => make(workload, timeline.now())).sort(byNamespaceAndName);
  const namespaces = [
    "default",
    "kube-system",
    "logging",
    ...workloads.map(({ service }) => service.namespace),
  ];
  return {
    list(resource) {
      switch (resource) {
        case "namespaces":
          return [...new Set(namespaces)].sort().map((name) => namespaceObject(name, furniture));
        case "nodes":
          return company.nodes.map((name) => nodeObject(name, furniture));
        case "services":
          return each(({ service }) => [serviceObject(service, furniture)]);
        case "statefulsets":
          return [statefulSet(furniture)];
        case "daemonsets":
          return [daemonSet(furniture)];
        case "deployments":
          return each((workload, now) => [deploymentObject(workload, now, context)]);
        case "replicasets":
          return each((workload, now) =>
            workload.revisions
              .filter((revision) => revision.release.atMs <= now)
              .map((revision) => replicaSetObject(workload.service, revision, now, context)),
          );
        case "pods":
          return each(({ service, revisions }, now) =>
            podsAt(revisions, now).map((pod) => podObject(service, revisions, pod, now, context)),
          );
        case "events":
          return each((workload, now) => eventsOf(workload, now, context));
      }
    },
  };
}

function byNamespaceAndName(a: KubernetesObject, b: KubernetesObject): number {
  const [left, right] = [
    `${a.metadata.namespace ?? ""}/${a.metadata.name}`,
    `${b.metadata.namespace ?? ""}/${b.metadata.name}`,
  ];
  return left < right ? -1 : left > right ? 1 : 0;
}
