import type { ServiceData } from "../data/types.ts";
import type { Labels, Series } from "../prometheus/series.ts";
import type { Behaviour } from "./behaviour.ts";
import { isReady, podsAt, type Revision, replicasAt } from "./pods.ts";
import { bytesOf } from "./service-metrics.ts";
import type { Timeline } from "./timeline.ts";

/** What kube-state-metrics and the kubelet say about a workload as a whole: replicas, autoscaler, volume, clock. */
export function workloadSeries(
  service: ServiceData,
  revisions: readonly Revision[],
  behaviour: Behaviour,
  timeline: Timeline,
): Series[] {
  const { namespace, name } = service;
  const known = (timeMs: number): boolean => timeMs >= timeline.originMs && timeMs <= timeline.now();
  const gauge = (metric: string, labels: Labels, at: (timeMs: number) => number): Series => ({
    labels: { __name__: metric, namespace, ...labels },
    at: (timeMs) => (known(timeMs) ? at(timeMs) : undefined),
  });
  const current = revisions.at(-1);
  if (!current) return [];
  const wanted = (t: number): number => replicasAt(current, t);
  const ready = (t: number): number => podsAt(revisions, t).filter((pod) => isReady(pod, t)).length;
  const { hpa } = service.workload;
  const { volume } = current.values;
  const size = volume ? bytesOf(volume.size) : 0;
  const claim = { persistentvolumeclaim: `${name}-data` };
  return [
    gauge("kube_deployment_spec_replicas", { deployment: name }, wanted),
    gauge("kube_deployment_status_replicas_available", { deployment: name }, ready),
    gauge("node_timex_offset_seconds", { job: name }, behaviour.clockSkew),
    ...(hpa
      ? [
          gauge(
            "kube_horizontalpodautoscaler_spec_max_replicas",
            { horizontalpodautoscaler: name },
            () => hpa.max,
          ),
          gauge(
            "kube_horizontalpodautoscaler_status_current_replicas",
            { horizontalpodautoscaler: name },
            wanted,
          ),
          gauge(
            "kube_horizontalpodautoscaler_status_desired_replicas",
            { horizontalpodautoscaler: name },
            wanted,
          ),
        ]
      : []),
    ...(volume
      ? [
          gauge("kubelet_volume_stats_capacity_bytes", claim, () => size),
          gauge("kubelet_volume_stats_used_bytes", claim, (t) => Math.round(size * behaviour.disk(t))),
          gauge("kubelet_volume_stats_available_bytes", claim, (t) =>
            Math.round(size * (1 - behaviour.disk(t))),
          ),
        ]
      : []),
  ];
}
