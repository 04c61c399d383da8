import { AppError, checker } from "@oncall/core";
import type { Static } from "typebox";
import { type ClusterOptions, configuredClusters, findCluster } from "./clusters.ts";
import { labelSelectorText } from "./label-selector.ts";
import { KUBERNETES_LIMITS } from "./limits.ts";
import { dnsName } from "./names.ts";
import { objectPaths } from "./objects.ts";
import { readPodLog } from "./pod-log.ts";
import { createReader } from "./reader.ts";
import * as schemas from "./schemas.ts";
import type { KubernetesBackend, KubernetesEvent, ReplicaSet, Workload } from "./types.ts";

const pod = checker(schemas.pod);
const replicaSet = checker(schemas.replicaSet);
const workload = checker(schemas.workload);
const event = checker(schemas.event);
const autoscaler = checker(schemas.autoscaler);
const node = checker(schemas.node);
const anyObject = checker(schemas.anyObject);
const tlsSecret = checker(schemas.tlsSecret);

const kinds = [
  ["Deployment", "deployments"],
  ["StatefulSet", "statefulsets"],
  ["DaemonSet", "daemonsets"],
] as const;

// The API lists events by name and not by time, so the newest are only known once all were read.
const MAX_EVENTS_READ = 10_000;
const MAX_NODES = 5_000;
/** More nodes than this are read by one list and not one by one. */
const NODES_ONE_BY_ONE = 10;

/** One or more clusters, read through their API servers. */
export function createKubernetes(options: ClusterOptions): KubernetesBackend {
  const clusters = configuredClusters(options);
  const reader = (cluster: string, signal: AbortSignal) =>
    createReader(options.http, findCluster(clusters, cluster), signal);

  return {
    clusters: clusters.flatMap((cluster) => cluster.name ?? []),

    async workload(ref, signal) {
      const { get } = reader(ref.cluster, signal);
      // All at once: everything else about the workload waits for this answer.
      const found = await Promise.allSettled(
        kinds.map(async ([kind, plural]) => {
          const one = await get(`${appsPath(ref.namespace)}/${plural}/${dnsName(ref.workload)}`, workload);
          return one === null ? null : workloadOf(kind, one);
        }),
      );
      for (const one of found) if (one.status === "fulfilled" && one.value !== null) return one.value;
      for (const one of found) if (one.status === "rejected") throw one.reason;
      return null;
    },

    async podsOf(ref, of, signal) {
      const labelSelector = labelSelectorText(of.spec?.selector);
      return reader(ref.cluster, signal).list(
        podsPath(ref.namespace),
        { labelSelector },
        KUBERNETES_LIMITS.pods,
        pod,
      );
    },

    podsWith: async ({ cluster, namespace }, matchLabels, signal) =>
      reader(cluster, signal).list(
        podsPath(namespace),
        { labelSelector: labelSelectorText({ matchLabels }) },
        KUBERNETES_LIMITS.objects,
        pod,
      ),

    podsIn: async ({ cluster, namespace }, signal) =>
      reader(cluster, signal).list(podsPath(namespace), {}, KUBERNETES_LIMITS.pods, pod),

    async replicaSetsOf(ref, of, signal) {
      if (of.kind !== "Deployment") return [];
      const labelSelector = labelSelectorText(of.spec?.selector);
      const path = `${appsPath(ref.namespace)}/replicasets`;
      const all = await reader(ref.cluster, signal).list(
        path,
        { labelSelector },
        KUBERNETES_LIMITS.replicaSets,
        replicaSet,
      );
      return all.filter((set) => isOwnedBy(set, of)).sort((a, b) => revision(b) - revision(a));
    },

    async events({ cluster, namespace }, window, signal) {
      const path = `api/v1/namespaces/${dnsName(namespace)}/events`;
      const all = await reader(cluster, signal).list(path, {}, MAX_EVENTS_READ, event);
      const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
      return all
        .map(eventOf)
        .filter(({ firstTimestamp, lastTimestamp }) => at(lastTimestamp) >= from && at(firstTimestamp) < to)
        .sort((a, b) => at(b.lastTimestamp) - at(a.lastTimestamp))
        .slice(0, KUBERNETES_LIMITS.events);
    },

    async autoscalersIn({ cluster, namespace }, signal) {
      const path = `apis/autoscaling/v2/namespaces/${dnsName(namespace)}/horizontalpodautoscalers`;
      return reader(cluster, signal).list(path, {}, KUBERNETES_LIMITS.objects, autoscaler);
    },

    async objectsIn({ cluster, namespace }, kind, signal) {
      const { group, plural, namespaced } = objectPaths[kind];
      const path = namespaced ? `${group}/namespaces/${dnsName(namespace)}/${plural}` : `${group}/${plural}`;
      const limit = kind === "Node" ? KUBERNETES_LIMITS.nodes : KUBERNETES_LIMITS.objects;
      try {
        return await reader(cluster, signal).list(path, {}, limit, anyObject);
      } catch (thrown) {
        // A list is only missing where its kind is: extensions are not installed everywhere.
        if (thrown instanceof AppError && thrown.kind === "not_found") return null;
        throw thrown;
      }
    },

    async certificateIn({ cluster, namespace }, name, signal) {
      const path = `api/v1/namespaces/${dnsName(namespace)}/secrets/${dnsName(name)}`;
      const found = await reader(cluster, signal).get(path, tlsSecret, { cacheMs: 0 });
      const certificate = found?.data?.["tls.crt"];
      if (found === null || certificate === undefined) return null;
      return { metadata: found.metadata, type: found.type ?? "", data: { "tls.crt": certificate } };
    },

    async nodes(cluster, names, signal) {
      const { get, list } = reader(cluster, signal);
      const wanted = new Set(names.map(dnsName));
      if (wanted.size > NODES_ONE_BY_ONE) {
        const all = await list("api/v1/nodes", {}, MAX_NODES, node);
        return all.filter(({ metadata }) => wanted.has(metadata.name));
      }
      const found = await Promise.all([...wanted].map((name) => get(`api/v1/nodes/${name}`, node)));
      return found.filter((each) => each !== null);
    },

    podLog: async (query, signal) => readPodLog(reader(query.cluster, signal), query),
  };
}

function appsPath(namespace: string): string {
  return `apis/apps/v1/namespaces/${dnsName(namespace)}`;
}

function podsPath(namespace: string): string {
  return `api/v1/namespaces/${dnsName(namespace)}/pods`;
}

/** A DaemonSet's counters under the names of the other two kinds. */
function workloadOf(
  kind: Workload["kind"],
  { metadata, spec, status }: Static<typeof schemas.workload>,
): Workload {
  if (kind !== "DaemonSet" || status === undefined) {
    return { kind, metadata, ...(spec && { spec }), ...(status && { status }) };
  }
  return {
    kind,
    metadata,
    spec: { ...spec, ...count("replicas", status.desiredNumberScheduled) },
    status: {
      ...status,
      ...count("replicas", status.desiredNumberScheduled),
      ...count("readyReplicas", status.numberReady),
      ...count("updatedReplicas", status.updatedNumberScheduled),
      ...count("availableReplicas", status.numberAvailable),
      ...count("unavailableReplicas", status.numberUnavailable),
    },
  };
}

function count(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value };
}

function isOwnedBy({ metadata }: ReplicaSet, { metadata: owner }: Workload): boolean {
  return (metadata.ownerReferences ?? []).some((reference) =>
    owner.uid === undefined || reference.uid === undefined
      ? reference.kind === "Deployment" && reference.name === owner.name
      : reference.uid === owner.uid,
  );
}

function revision({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

/** Events written through events.k8s.io leave the old times and counts empty and fill `eventTime` and `series`. */
function eventOf(source: Static<typeof schemas.event>): KubernetesEvent {
  const { reason, type, message, series, involvedObject, eventTime, metadata } = source;
  const first = source.firstTimestamp ?? eventTime ?? metadata.creationTimestamp;
  const last = source.lastTimestamp ?? series?.lastObservedTime ?? first;
  return {
    metadata,
    involvedObject,
    count: source.count ?? series?.count ?? 1,
    ...(reason !== undefined && { reason }),
    ...(type !== undefined && { type }),
    ...(message !== undefined && { message }),
    ...(first !== undefined && { firstTimestamp: first }),
    ...(last !== undefined && { lastTimestamp: last }),
  };
}

function at(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
