import {
  type Autoscaler,
  KUBERNETES_LIMITS,
  type KubernetesBackend,
  type KubernetesEvent,
  type MetricsBackend,
  type Node,
  type Pod,
  type ReplicaSet,
  type Workload,
  type WorkloadRef,
} from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import { boundReached } from "../bounds.ts";
import { partly, type Unread, unreadFor } from "../partly.ts";
import type { PodRow } from "../read/outputs.ts";
import { byTrouble, toPodRow } from "./pods.ts";
import { type Usage, usageOf } from "./usage.ts";

const MAX_NODES = 50;
/** Pods whose usage is asked for, the most troubled first; their names all stand in the query. */
const MAX_MEASURED_PODS = 100;

/** How `unread` names the events. */
export const EVENTS = "events";

export interface Asked {
  readonly kubernetes: KubernetesBackend;
  readonly metrics: MetricsBackend | undefined;
  readonly ref: { readonly cluster: string; readonly namespace: string };
  readonly window: TimeWindow;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** What can be told of pods wherever they come from. */
export interface AroundPods {
  /** The most troubled first. */
  readonly rows: readonly PodRow[];
  readonly nodes: readonly Node[];
  readonly events: readonly KubernetesEvent[];
  readonly unread: Unread[];
  /** Where a bound was reached, a sentence each. */
  readonly bounds: readonly string[];
}

/** Everything around a workload at once. Without the pods there is no answer; without the rest there is a partial one. */
export async function readAroundWorkload(asked: Asked & { readonly ref: WorkloadRef }, workload: Workload) {
  const { kubernetes, ref, signal } = asked;
  const unread: Unread[] = [];
  const attempt = partly(unread);
  const [around, replicaSets, autoscaler] = await Promise.all([
    readAroundPods(asked, unread, kubernetes.podsOf(ref, workload, signal)),
    attempt<readonly ReplicaSet[]>("ReplicaSets", [], () => kubernetes.replicaSetsOf(ref, workload, signal)),
    attempt<Autoscaler | null>("autoscaler", null, () => kubernetes.autoscalerOf(ref, workload, signal)),
  ]);
  const bounds = [
    ...around.bounds,
    ...boundReached("first", "ReplicaSets", replicaSets.length, KUBERNETES_LIMITS.replicaSets),
  ];
  return { ...around, bounds, replicaSets, autoscaler };
}

/** The same for all pods of a namespace. */
export async function readAroundNamespace(asked: Asked): Promise<AroundPods> {
  return await readAroundPods(asked, [], asked.kubernetes.podsIn(asked.ref, asked.signal));
}

async function readAroundPods(
  { kubernetes, metrics, ref, window, now, signal }: Asked,
  unread: Unread[],
  reading: Promise<readonly Pod[]>,
): Promise<AroundPods> {
  const attempt = partly(unread);
  if (metrics === undefined) unread.push(unreadFor("usage of CPU and memory", "metrics"));
  const [about, events] = await Promise.all([
    reading.then(readAbout),
    attempt<readonly KubernetesEvent[]>(EVENTS, [], () => kubernetes.events(ref, window, signal)),
  ]);
  const bounds = [
    ...about.bounds,
    ...boundReached("newest", "events of the namespace", events.length, KUBERNETES_LIMITS.events),
  ];
  return { ...about, events, unread, bounds };

  async function readAbout(pods: readonly Pod[]) {
    const ranked = pods
      .map((pod) => ({ pod, row: toPodRow(pod) }))
      .sort((a, b) => byTrouble(a.row, b.row))
      .map(({ pod }) => pod);
    const nodeNames = [...new Set(ranked.flatMap(({ spec }) => spec?.nodeName ?? []))];
    const asked = nodeNames.slice(0, MAX_NODES);
    const measured = ranked.slice(0, MAX_MEASURED_PODS).map(({ metadata }) => metadata.name);
    const [nodes, usage] = await Promise.all([
      attempt<readonly Node[]>("nodes", [], () =>
        asked.length === 0 ? Promise.resolve([]) : kubernetes.nodes(ref.cluster, asked, signal),
      ),
      attempt<Usage>("usage of CPU and memory", new Map(), () =>
        metrics === undefined
          ? Promise.resolve(new Map())
          : usageOf(metrics, ref.namespace, measured, now, signal),
      ),
    ]);
    const bounds = [
      ...boundReached("first", "pods", pods.length, KUBERNETES_LIMITS.pods),
      ...(nodeNames.length > MAX_NODES
        ? [`${nodeNames.length - MAX_NODES} of ${nodeNames.length} nodes were not looked at.`]
        : []),
    ];
    return { rows: ranked.map((pod) => toPodRow(pod, usage)), nodes, bounds };
  }
}
