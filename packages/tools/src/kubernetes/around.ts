import {
  type Autoscaler,
  KUBERNETES_LIMITS,
  type KubernetesBackend,
  type KubernetesEvent,
  type MetricsBackend,
  type ObjectKind,
  type Pod,
  type ReplicaSet,
  type Workload,
  type WorkloadRef,
} from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import { boundReached } from "../bounds.ts";
import { partly, unreadFor } from "../partly.ts";
import { text } from "./checks/raw.ts";
import { byTrouble, toPodRow } from "./pods.ts";
import { type References, readReferences } from "./references.ts";
import type { WorkloadObjects } from "./related.ts";
import { noSurroundings, readKinds, type Surroundings } from "./surroundings.ts";
import { noUsage, podsNamed, podsOfWorkload, type Usage, usageOf } from "./usage.ts";

/** Nodes asked for by name, beyond those that the cluster lists first. */
const MAX_NODES = 50;
/** Pods of a namespace whose usage is asked for, the most troubled first; their names all stand in the query. */
const MAX_MEASURED_PODS = 100;

/** How `unread` names the events. */
export const EVENTS = "events";
const USAGE = "usage of CPU, memory and disk";

/** Read together with the workload: none of them needs another's answer. */
const BESIDE_WORKLOAD: readonly ObjectKind[] = [
  "Certificate",
  "HTTPRoute",
  "Ingress",
  "NetworkPolicy",
  "Node",
  "PodDisruptionBudget",
  "Service",
];
const OF_NAMESPACE: readonly ObjectKind[] = [
  ...BESIDE_WORKLOAD,
  "CronJob",
  "DaemonSet",
  "Deployment",
  "Job",
  "PersistentVolumeClaim",
  "ReplicaSet",
  "ResourceQuota",
  "StatefulSet",
];

export interface Asked {
  readonly kubernetes: KubernetesBackend;
  readonly metrics: MetricsBackend | undefined;
  readonly ref: { readonly cluster: string; readonly namespace: string };
  readonly window: TimeWindow;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** What can be told of pods wherever they come from. */
export interface AroundPods extends Surroundings {
  readonly pods: readonly Pod[];
  readonly events: readonly KubernetesEvent[];
  readonly autoscalers: readonly Autoscaler[];
  readonly usage: Usage;
}

export interface AroundWorkload extends AroundPods, WorkloadObjects, References {}

/**
 * A workload and everything around it. At most two answers wait for each other: the workload, then what it selects
 * and names. (In clusters of more than 100 nodes, those of its pods that are not among the first are a third.)
 * Without the pods there is no answer; without the rest there is a partial one. Null where there is no such workload.
 */
export async function readAroundWorkload(
  asked: Asked & { readonly ref: WorkloadRef },
): Promise<AroundWorkload | null> {
  const { kubernetes, ref, signal } = asked;
  const found = noSurroundings();
  const reading = kubernetes.workload(ref, signal);
  const ofWorkload = <T>(none: T, read: (workload: Workload) => Promise<T>): Promise<T> =>
    reading.then((workload) => (workload === null ? none : read(workload)));
  const beside = readKinds(kubernetes, ref, BESIDE_WORKLOAD, found, signal);
  const [workload, pods, replicaSets, events, autoscalers, usage, references] = await Promise.all([
    reading,
    ofWorkload<readonly Pod[]>([], (workload) => kubernetes.podsOf(ref, workload, signal)),
    ofWorkload<readonly ReplicaSet[]>([], (workload) =>
      partly(found.unread)<readonly ReplicaSet[]>("ReplicaSets", [], () =>
        kubernetes.replicaSetsOf(ref, workload, signal),
      ),
    ),
    readEvents(asked, found),
    readAutoscalers(asked, found),
    readUsage(asked, found, podsOfWorkload(ref.workload)),
    ofWorkload<References | null>(null, async (workload) => {
      await beside;
      return await readReferences(asked, workload, found);
    }),
    beside,
  ]);
  if (workload === null || references === null) return null;
  await readOtherNodes(asked, pods, found);
  found.bounds.push(
    ...boundReached("first", "pods", pods.length, KUBERNETES_LIMITS.pods),
    ...boundReached("first", "ReplicaSets", replicaSets.length, KUBERNETES_LIMITS.replicaSets),
  );
  return { ...found, workload, pods, replicaSets, events, autoscalers, usage, ...references };
}

/** All pods of a namespace, and all objects of the kinds that say something of them. */
export async function readAroundNamespace(asked: Asked): Promise<AroundPods> {
  const { kubernetes, ref, signal } = asked;
  const found = noSurroundings();
  const reading = kubernetes.podsIn(ref, signal);
  const [pods, events, autoscalers, usage] = await Promise.all([
    reading,
    readEvents(asked, found),
    readAutoscalers(asked, found),
    reading.then((pods) => readUsage(asked, found, podsNamed(mostTroubled(pods)))),
    readKinds(kubernetes, ref, OF_NAMESPACE, found, signal),
  ]);
  await readOtherNodes(asked, pods, found);
  found.bounds.push(...boundReached("first", "pods", pods.length, KUBERNETES_LIMITS.pods));
  return { ...found, pods, events, autoscalers, usage };
}

function mostTroubled(pods: readonly Pod[]): string[] {
  return pods
    .map((pod) => toPodRow(pod))
    .sort(byTrouble)
    .slice(0, MAX_MEASURED_PODS)
    .map(({ name }) => name);
}

async function readEvents({ kubernetes, ref, window, signal }: Asked, { unread, bounds }: Surroundings) {
  const events = await partly(unread)<readonly KubernetesEvent[]>(EVENTS, [], () =>
    kubernetes.events(ref, window, signal),
  );
  bounds.push(...boundReached("newest", "events of the namespace", events.length, KUBERNETES_LIMITS.events));
  return events;
}

async function readAutoscalers({ kubernetes, ref, signal }: Asked, { unread, bounds }: Surroundings) {
  const all = await partly(unread)<readonly Autoscaler[]>("autoscalers", [], () =>
    kubernetes.autoscalersIn(ref, signal),
  );
  bounds.push(...boundReached("first", "autoscalers", all.length, KUBERNETES_LIMITS.objects));
  return all;
}

async function readUsage(
  { metrics, ref, now, signal }: Asked,
  { unread }: Surroundings,
  pods: string,
): Promise<Usage> {
  if (metrics === undefined) {
    unread.push(unreadFor(USAGE, "metrics"));
    return noUsage;
  }
  return await partly(unread)(USAGE, noUsage, () => usageOf(metrics, ref.namespace, pods, now, signal));
}

/** Nodes of these pods that a large cluster does not list among its first. */
async function readOtherNodes(
  { kubernetes, ref, signal }: Asked,
  pods: readonly Pod[],
  { objects, whole, unread, bounds }: Surroundings,
): Promise<void> {
  const listed = objects.get("Node");
  if (listed === undefined || whole.has("Node")) return;
  const known = new Set(listed.map((node) => text(node, "metadata", "name")));
  const wanted = [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))].filter(
    (name) => !known.has(name),
  );
  const more = await partly(unread)("nodes", [], () =>
    kubernetes.nodes(ref.cluster, wanted.slice(0, MAX_NODES), signal),
  );
  objects.set("Node", [...listed, ...more.map((node) => ({ ...node }))]);
  if (wanted.length > MAX_NODES) bounds.push(`${wanted.length - MAX_NODES} nodes were not looked at.`);
}
