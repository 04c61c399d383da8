import type {
  Autoscaler,
  KubernetesBackend,
  KubernetesEvent,
  MetricsBackend,
  Node,
  Pod,
  ReplicaSet,
  Workload,
  WorkloadRef,
} from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import { partly, type Unread, unreadFor } from "../partly.ts";
import { type Usage, usageOf } from "./usage.ts";

const MAX_NODES = 50;
/** Pods whose usage is asked for; their names all stand in the query. */
export const MAX_MEASURED_PODS = 100;

export interface Asked {
  readonly kubernetes: KubernetesBackend;
  readonly metrics: MetricsBackend | undefined;
  readonly ref: WorkloadRef;
  readonly workload: Workload;
  readonly window: TimeWindow;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Everything around the workload at once. Without the pods there is no answer; without the rest there is a partial one. */
export async function readAround({ kubernetes, metrics, ref, workload, window, now, signal }: Asked) {
  const unread: Unread[] = [];
  const attempt = partly(unread);
  if (metrics === undefined) unread.push(unreadFor("usage of CPU and memory", "metrics"));
  const [podsAndMore, replicaSets, events, autoscaler] = await Promise.all([
    kubernetes.podsOf(ref, workload, signal).then(async (pods) => ({
      pods,
      ...(await readAboutPods(pods)),
    })),
    attempt<readonly ReplicaSet[]>("ReplicaSets", [], () => kubernetes.replicaSetsOf(ref, workload, signal)),
    attempt<readonly KubernetesEvent[]>("events", [], () => kubernetes.events(ref, window, signal)),
    attempt<Autoscaler | null>("autoscaler", null, () => kubernetes.autoscalerOf(ref, workload, signal)),
  ]);
  return { ...podsAndMore, replicaSets, events, autoscaler, unread };

  async function readAboutPods(pods: readonly Pod[]) {
    const nodeNames = [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))].slice(0, MAX_NODES);
    const podNames = pods.map(({ metadata }) => metadata.name).slice(0, MAX_MEASURED_PODS);
    const [nodes, usage] = await Promise.all([
      attempt<readonly Node[]>("nodes", [], () =>
        nodeNames.length === 0 ? Promise.resolve([]) : kubernetes.nodes(ref.cluster, nodeNames, signal),
      ),
      attempt<Usage>("usage of CPU and memory", new Map(), () =>
        metrics === undefined
          ? Promise.resolve(new Map())
          : usageOf(metrics, ref.namespace, podNames, now, signal),
      ),
    ]);
    return { nodes, usage };
  }
}
