import type { ServiceData } from "../data/types.ts";
import type { Labels, Series } from "../prometheus/series.ts";
import type { Behaviour } from "./behaviour.ts";
import { type At, counter, type Within, within } from "./counter.ts";
import { crashTimes, hasRun, isDown, isReady, type PodPlan, type Revision, troubleAt } from "./pods.ts";
import { type RequestShape, requestSeries, requestShape } from "./request-metrics.ts";
import { runtimeSeries } from "./runtime-metrics.ts";
import type { Timeline } from "./timeline.ts";
import { workloadSeries } from "./workload-metrics.ts";

/** How a service behaves, and how the pods of its newest release do. */
export interface Behaviours {
  readonly usual: Behaviour;
  readonly newest: Behaviour;
}

/** The series that a service's own exporter, cAdvisor and kube-state-metrics would give. */
export function serviceSeries(
  service: ServiceData,
  revisions: readonly Revision[],
  behaviours: Behaviours,
  timeline: Timeline,
): Series[] {
  const shapeOf = (behaviour: Behaviour): RequestShape => requestShape(revisions, behaviour, timeline);
  const usual = { behaviour: behaviours.usual, requests: shapeOf(behaviours.usual) };
  const newest =
    behaviours.newest === behaviours.usual
      ? usual
      : { behaviour: behaviours.newest, requests: shapeOf(behaviours.newest) };
  // Older ReplicaSets have no pod in the history that is kept.
  const recent = revisions.filter((r) => r.pods.some((pod) => pod.endMs > timeline.originMs));
  return [
    ...recent.flatMap((revision) =>
      revision.pods
        .filter((pod) => Number.isFinite(pod.createdMs))
        .flatMap((pod) =>
          podSeries({
            ...{ service, revisions, revision, pod, timeline },
            ...(revision === revisions.at(-1) ? newest : usual),
          }),
        ),
    ),
    ...workloadSeries(service, revisions, behaviours.usual, timeline),
  ];
}

export interface PodContext {
  readonly service: ServiceData;
  readonly revisions: readonly Revision[];
  readonly revision: Revision;
  readonly pod: PodPlan;
  readonly timeline: Timeline;
  readonly behaviour: Behaviour;
  readonly requests: RequestShape;
}

/** A gauge or counter of a pod; without `only` it has samples while the container runs. */
export type Gauge = (name: string, labels: Labels, at: At, only?: Within) => Series;

function podSeries(context: PodContext): Series[] {
  const { service, revision, pod, timeline, behaviour } = context;
  const target = {
    job: service.name,
    instance: `${pod.ip}:8080`,
    namespace: service.namespace,
    pod: pod.name,
  };
  const container = { namespace: service.namespace, pod: pod.name, container: service.name };
  const { limits, requests } = revision.values.resources;
  const running = (timeMs: number): boolean => !isDown(pod.crash, timeMs) && hasRun(pod, timeMs);
  const live: Within = (at) => within(pod, timeline, at);
  const answering: Within = (at) => live((timeMs) => (running(timeMs) ? at(timeMs) : undefined));
  const gauge: Gauge = (name, labels, at, only = answering) => ({
    labels: { __name__: name, ...labels },
    at: only(at),
  });
  const memory = (timeMs: number): number =>
    bytesOf(limits.memory) * memoryRatio(pod, behaviour, timeMs, timeline);
  const quantity = (kind: "limits" | "requests", resource: string, unit: string, value: number): Series =>
    gauge(`kube_pod_container_resource_${kind}`, { ...container, resource, unit }, () => value, live);

  return [
    gauge("up", target, (t) => (running(t) && behaviour.up(t) >= 0.5 ? 1 : 0), live),
    ...requestSeries(context, target, live),
    gauge("process_resident_memory_bytes", target, (t) => Math.round(memory(t) * 0.96)),
    gauge("process_open_fds", target, (t) => Math.round(65_536 * behaviour.files(t))),
    gauge("process_max_fds", target, () => 65_536),
    gauge("container_memory_working_set_bytes", container, (t) => Math.round(memory(t))),
    gauge("container_cpu_usage_seconds_total", container, counter(pod, timeline, behaviour.cpu, false), live),
    gauge(
      "container_cpu_cfs_periods_total",
      container,
      counter(pod, timeline, () => 10),
      live,
    ),
    gauge(
      "container_cpu_cfs_throttled_periods_total",
      container,
      counter(pod, timeline, (t) => 10 * behaviour.throttled(t)),
      live,
    ),
    quantity("limits", "memory", "byte", bytesOf(limits.memory)),
    quantity("requests", "memory", "byte", bytesOf(requests.memory)),
    quantity("requests", "cpu", "core", coresOf(requests.cpu)),
    ...(limits.cpu === undefined ? [] : [quantity("limits", "cpu", "core", coresOf(limits.cpu))]),
    gauge(
      "kube_pod_container_status_restarts_total",
      container,
      // The count rises when the container starts again, not when it dies.
      (t) => (pod.crash ? crashTimes(pod.crash, t - pod.crash.downMs).length : 0),
      live,
    ),
    gauge(
      "kube_pod_status_ready",
      { namespace: service.namespace, pod: pod.name, condition: "true" },
      (t) => (isReady(pod, t) ? 1 : 0),
      live,
    ),
    ...(pod.trouble && ["ImagePullBackOff", "CreateContainerConfigError"].includes(pod.trouble.state)
      ? [
          gauge(
            "kube_pod_container_status_waiting_reason",
            { ...container, reason: pod.trouble.state },
            (t) => (troubleAt(pod, t) ? 1 : 0),
            live,
          ),
        ]
      : []),
    ...runtimeSeries(context, target, memory, gauge),
  ];
}

/** Share of the limit in use: the usual, or rising to the limit until the container is killed, again and again. */
export function memoryRatio(pod: PodPlan, behaviour: Behaviour, timeMs: number, timeline: Timeline): number {
  const usual = behaviour.memory(timeMs);
  if (pod.crash?.spec.grows_from === undefined) return usual;
  const { firstMs, everyMs, downMs } = pod.crash;
  const { times = Number.POSITIVE_INFINITY } = pod.crash.spec;
  if (timeMs >= firstMs + times * everyMs) return usual;
  const grown =
    timeMs < firstMs
      ? (timeMs - timeline.afterOnset(pod.crash.spec.grows_from)) /
        (firstMs - timeline.afterOnset(pod.crash.spec.grows_from))
      : (((timeMs - firstMs) % everyMs) - downMs) / (everyMs - downMs);
  return usual + (0.995 - usual) * Math.max(0, Math.min(1, grown));
}

/** Kubernetes' quantity of memory, in bytes. */
export function bytesOf(quantity: string): number {
  const units: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
  const [, number = "0", unit = ""] = /^([\d.]+)(\w*)$/.exec(quantity) ?? [];
  return Number(number) * (units[unit] ?? 1);
}

/** Kubernetes' quantity of CPU, in cores. */
export function coresOf(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
}
