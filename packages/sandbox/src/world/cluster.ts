import type { NodeState, Scenario, ScenarioEvent } from "../data/scenario.ts";
import type { ClusterData, Company, ServiceData } from "../data/types.ts";
import { eventsOf } from "./cluster-events.ts";
import {
  controllerRevision,
  daemonSet,
  type FurnitureContext,
  namespaceObject,
  nodeNames,
  nodeObject,
  serviceObject,
  statefulSet,
} from "./cluster-furniture.ts";
import { withDeclared } from "./declared-objects.ts";
import { deploymentObject, replicaSetObject } from "./deployment-objects.ts";
import { podObject } from "./pod-object.ts";
import { type PodPlan, podsAt, type Revision } from "./pods.ts";
import type { Random } from "./random.ts";
import type { Repository } from "./repositories.ts";
import type { Timeline } from "./timeline.ts";
import {
  autoscalerObject,
  claimObject,
  configMapObjects,
  disruptionBudget,
  nodeMetrics,
  podMetrics,
} from "./workload-objects.ts";

export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export const RESOURCE_NAMES = [
  ...(["namespaces", "nodes", "pods", "services", "events", "configmaps", "persistentvolumeclaims"] as const),
  ...(["deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"] as const),
  ...(["horizontalpodautoscalers", "poddisruptionbudgets", "podmetrics", "nodemetrics"] as const),
  ...(["ingresses", "networkpolicies", "resourcequotas", "secrets", "jobs", "cronjobs"] as const),
  "certificates" as const,
] as const;
export type ResourceName = (typeof RESOURCE_NAMES)[number];

/** A cluster's objects as they are now, each list in the API server's order (namespace, then name). */
export interface Cluster {
  readonly name: string;
  list(resource: ResourceName): KubernetesObject[];
}

export interface ClusterWorkload {
  readonly service: ServiceData;
  readonly repository: Repository;
  readonly revisions: readonly Revision[];
  /** What the scenario says that the cluster reports besides. */
  readonly events: readonly ScenarioEvent[];
  /** What a pod uses just now. */
  usage(pod: PodPlan, now: number): { readonly cores: number; readonly bytes: number };
}

export interface ClusterOptions {
  readonly cluster: ClusterData;
  readonly workloads: readonly ClusterWorkload[];
  readonly company: Company;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly random: Random;
}

export function createCluster({
  cluster,
  company,
  scenario,
  timeline,
  random,
  ...options
}: ClusterOptions): Cluster {
  const workloads = options.workloads.filter(({ service }) => service.cluster === cluster.name);
  const context = { timeline, random };
  const bornMs = timeline.startedMs - 210 * 24 * 60 * 60_000;
  const nodes = nodeNames(cluster, random);
  const furniture: FurnitureContext = { ...context, company, cluster, nodes, bornMs };
  const each = (make: (workload: ClusterWorkload, now: number) => KubernetesObject[]): KubernetesObject[] =>
    workloads.flatMap((workload) => make(workload, timeline.now())).sort(byNamespaceAndName);
  const namespaces = [
    "default",
    "kube-system",
    "logging",
    ...workloads.map(({ service }) => service.namespace),
  ];
  const stateOf = (index: number): NodeState | undefined =>
    scenario.nodes.find((state) => state.cluster === cluster.name && state.node === index);
  const namespaceOf = (service: string) =>
    workloads.find((workload) => workload.service.name === service)?.service.namespace;
  return {
    name: cluster.name,
    list: (resource) =>
      withDeclared(resource, own(resource), scenario.objects, { ...context, bornMs, namespaceOf }),
  };

  /** What is in every scenario. */
  function own(resource: ResourceName): KubernetesObject[] {
    switch (resource) {
      case "namespaces":
        return [...new Set(namespaces)].sort().map((name) => namespaceObject(name, furniture));
      case "nodes":
        return nodes.map((name, i) => nodeObject(name, stateOf(i), furniture));
      case "services":
        return each(({ service }) => [serviceObject(service, furniture)]);
      case "statefulsets":
        return [statefulSet(furniture)];
      case "daemonsets":
        return [daemonSet(furniture)];
      case "controllerrevisions":
        return [controllerRevision(furniture)];
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
        return [
          ...each((workload, now) => eventsOf(workload, now, context)),
          ...nodes.flatMap((name, i) => nodeEvents(name, stateOf(i))),
        ];
      case "configmaps":
        return each((workload, now) => configMapObjects(workload, now, furniture));
      case "persistentvolumeclaims":
        return each((workload) => claimObject(workload, furniture));
      case "horizontalpodautoscalers":
        return each((workload, now) => autoscalerObject(workload, now, furniture));
      case "poddisruptionbudgets":
        return each((workload, now) => disruptionBudget(workload, now, furniture));
      case "podmetrics":
        return each((workload, now) => podMetrics(workload, now));
      case "nodemetrics":
        return nodes.map((name) => nodeMetrics(name, workloads, timeline.now()));
      default:
        return [];
    }
  }

  function nodeEvents(name: string, state: NodeState | undefined): KubernetesObject[] {
    if (!state || timeline.now() < timeline.afterOnset(state.from)) return [];
    const reason = state.condition === "NotReady" ? "NodeNotReady" : `NodeHas${state.condition}`;
    const at = new Date(timeline.afterOnset(state.from)).toISOString().replace(/\.\d+Z$/, "Z");
    return [
      {
        metadata: {
          name: `${name}.${random.text(16, "0123456789abcdef", `${name} ${reason}`)}`,
          namespace: "default",
          uid: random.uuid(`event ${name} ${reason}`),
          creationTimestamp: at,
        },
        involvedObject: { kind: "Node", name, uid: name },
        reason,
        message: `Node ${name} status is now: ${reason}`,
        source: { component: "kubelet", host: name },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
        type: "Normal",
        eventTime: null,
        reportingComponent: "kubelet",
        reportingInstance: name,
      },
    ];
  }
}

function byNamespaceAndName(a: KubernetesObject, b: KubernetesObject): number {
  const [left, right] = [
    `${a.metadata.namespace ?? ""}/${a.metadata.name}`,
    `${b.metadata.namespace ?? ""}/${b.metadata.name}`,
  ];
  return left < right ? -1 : left > right ? 1 : 0;
}
