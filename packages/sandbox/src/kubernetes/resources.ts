import type { FastifyInstance } from "fastify";
import type { ResourceName } from "../world/cluster.ts";

export interface Resource {
  readonly kind: string;
  readonly group: string;
  readonly version?: string;
  readonly namespaced: boolean;
  /** Its name in paths, where that is not the name we list it by. */
  readonly plural?: string;
  readonly short?: readonly string[];
  /** Fields that field selectors may name besides those of the metadata. */
  readonly fields?: readonly string[];
  /** Whether list items carry kind and apiVersion (those of aggregated APIs do). */
  readonly full?: boolean;
}

export const META_FIELDS = ["metadata.name", "metadata.namespace"];

const workload = (kind: string, short: string): Resource => ({
  ...{ kind, group: "apps", namespaced: true, short: [short] },
});

/** What the simulated API server serves. */
export const RESOURCES: Readonly<Record<ResourceName, Resource>> = {
  namespaces: { kind: "Namespace", group: "", namespaced: false, short: ["ns"], fields: ["status.phase"] },
  nodes: { kind: "Node", group: "", namespaced: false, short: ["no"], fields: ["spec.unschedulable"] },
  pods: {
    ...{ kind: "Pod", group: "", namespaced: true, short: ["po"] },
    fields: ["status.phase", "spec.nodeName", "spec.restartPolicy", "status.podIP"],
  },
  services: { kind: "Service", group: "", namespaced: true, short: ["svc"] },
  events: {
    ...{ kind: "Event", group: "", namespaced: true, short: ["ev"] },
    fields: [
      ...["involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid"],
      ...["reason", "type", "reportingComponent"],
    ],
  },
  configmaps: { kind: "ConfigMap", group: "", namespaced: true, short: ["cm"] },
  persistentvolumeclaims: { kind: "PersistentVolumeClaim", group: "", namespaced: true, short: ["pvc"] },
  resourcequotas: { kind: "ResourceQuota", group: "", namespaced: true, short: ["quota"] },
  secrets: { kind: "Secret", group: "", namespaced: true, fields: ["type"] },
  ingresses: { kind: "Ingress", group: "networking.k8s.io", namespaced: true, short: ["ing"] },
  networkpolicies: { kind: "NetworkPolicy", group: "networking.k8s.io", namespaced: true, short: ["netpol"] },
  jobs: { kind: "Job", group: "batch", namespaced: true },
  cronjobs: { kind: "CronJob", group: "batch", namespaced: true, short: ["cj"] },
  certificates: { kind: "Certificate", group: "cert-manager.io", namespaced: true, short: ["cert"] },
  deployments: workload("Deployment", "deploy"),
  replicasets: workload("ReplicaSet", "rs"),
  statefulsets: workload("StatefulSet", "sts"),
  daemonsets: workload("DaemonSet", "ds"),
  controllerrevisions: { kind: "ControllerRevision", group: "apps", namespaced: true },
  horizontalpodautoscalers: {
    ...{
      kind: "HorizontalPodAutoscaler",
      group: "autoscaling",
      version: "v2",
      namespaced: true,
      short: ["hpa"],
    },
  },
  poddisruptionbudgets: { kind: "PodDisruptionBudget", group: "policy", namespaced: true, short: ["pdb"] },
  podmetrics: {
    ...{ kind: "PodMetrics", group: "metrics.k8s.io", version: "v1beta1", namespaced: true, plural: "pods" },
    full: true,
  },
  nodemetrics: {
    ...{
      kind: "NodeMetrics",
      group: "metrics.k8s.io",
      version: "v1beta1",
      namespaced: false,
      plural: "nodes",
    },
    full: true,
  },
};

/** What `kubectl get all` means. */
const ALL: ReadonlySet<string> = new Set([
  ...["Pod", "Service", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "HorizontalPodAutoscaler"],
]);

/** `apps/v1`, or `v1` for the core group. */
export function versionOf({ group, version = "v1" }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

export function basePath(resource: Resource): string {
  return resource.group === "" ? "/api/v1" : `/apis/${versionOf(resource)}`;
}

/** What kubectl asks first: which groups there are, and what is in each. */
export function addDiscovery(app: FastifyInstance): void {
  const entries = Object.entries(RESOURCES);
  const groupVersions = [...new Set(entries.map(([, resource]) => versionOf(resource)))];
  app.get("/api", async () => ({ kind: "APIVersions", versions: ["v1"] }));
  app.get("/apis", async () => ({
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: groupVersions
      .filter((groupVersion) => groupVersion.includes("/"))
      .map((groupVersion) => {
        const [name, version] = groupVersion.split("/");
        return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
      }),
  }));
  for (const groupVersion of groupVersions) {
    const resources = entries
      .filter(([, resource]) => versionOf(resource) === groupVersion)
      .map(([name, { kind, namespaced, plural = name, short = [] }]) => ({
        ...{ name: plural, singularName: kind.toLowerCase(), namespaced, kind },
        verbs: ["get", "list", "watch"],
        ...(ALL.has(kind) ? { categories: ["all"] } : {}),
        ...(short.length > 0 ? { shortNames: short } : {}),
      }));
    app.get(groupVersion === "v1" ? "/api/v1" : `/apis/${groupVersion}`, async () => ({
      ...{ kind: "APIResourceList", apiVersion: "v1", groupVersion, resources },
    }));
  }
}
