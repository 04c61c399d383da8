import type { Scenario, ServiceData } from "../data/types.ts";
import type { Labels, Series } from "../prometheus/series.ts";
import { type Behaviour, createBehaviour } from "./behaviour.ts";
import { type At, counter, type Within, within } from "./counter.ts";
import { crashTimes, isDown, type PodPlan, type Revision } from "./pods.ts";
import { requestSeries } from "./request-metrics.ts";
import type { Signals } from "./signals.ts";
import type { Timeline } from "./timeline.ts";

/** The series that a service's own exporter, cAdvisor and kube-state-metrics would give. */
export function serviceSeries(
  service: ServiceData,
  revisions: readonly Revision[],
  scenario: Scenario,
  timeline: Timeline,
  signals: Signals,
): Series[] {
  const behaviour = createBehaviour(service, signals);
  // Older ReplicaSets have no pod in the history that is kept.
  const recent = revisions.filter((r) => r.pods.some((pod) => pod.endMs > timeline.originMs));
  return recent.flatMap((revision) =>
    revision.pods.flatMap((pod) =>
      podSeries({ service, revisions, revision, pod, scenario, timeline, behaviour }),
    ),
  );
}

export interface PodContext {
  readonly service: ServiceData;
  readonly revisions: readonly Revision[];
  readonly revision: Revision;
  readonly pod: PodPlan;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly behaviour: Behaviour;
}

function podSeries(context: PodContext): Series[] {
  const { service, revision, pod, timeline, behaviour } = context;
  const target = {
    job: service.name,
    instance: `${pod.ip}:8080`,
    namespace: service.namespace,
    pod: pod.name,
  };
  const container = { namespace: service.namespace, pod: pod.name, container: service.name };
  const limit = bytesOf(revision.values.resources.limits.memory);
  const running = (timeMs: number): boolean => !isDown(pod.crash, timeMs);
  const live: Within = (at) => within(pod, timeline, at);
  const answering: Within = (at) => live((timeMs) => (running(timeMs) ? at(timeMs) : undefined));
  const gauge = (name: string, labels: Labels, at: At, only: Within = answering): Series => ({
    labels: { __name__: name, ...labels },
    at: only(at),
  });
  const memory = (timeMs: number): number => limit * memoryRatio(pod, behaviour, timeMs, timeline);

  return [
    gauge("up", target, (t) => (running(t) && behaviour.up(t) >= 0.5 ? 1 : 0), live),
    ...requestSeries(context, target, live),
    gauge("process_resident_memory_bytes", target, (t) => Math.round(memory(t) * 0.96)),
    gauge("container_memory_working_set_bytes", container, (t) => Math.round(memory(t))),
    gauge("container_cpu_usage_seconds_total", container, counter(pod, timeline, behaviour.cpu), live),
    gauge(
      "kube_pod_container_resource_limits",
      { ...container, resource: "memory", unit: "byte" },
      () => limit,
      live,
    ),
    gauge(
      "kube_pod_container_status_restarts_total",
      container,
      // The count rises when the container starts again, not when it dies.
      (t) => (pod.crash ? crashTimes(pod.crash, t - pod.crash.downMs).length : 0),
      live,
    ),
    ...(service.language === "java" ? jvmSeries(context, target, limit, gauge) : []),
  ];
}

function jvmSeries(
  { service, revision, pod, behaviour, timeline }: PodContext,
  target: Labels,
  limit: number,
  gauge: (name: string, labels: Labels, at: At) => Series,
): Series[] {
  const heapMax = Math.round(limit * 0.75);
  const heap = (t: number): number =>
    pod.crash?.spec.grows_from === undefined
      ? behaviour.heap(t)
      : memoryRatio(pod, behaviour, t, timeline) * 0.98;
  const series = [
    gauge("jvm_memory_used_bytes", { ...target, area: "heap" }, (t) => Math.round(heapMax * heap(t))),
    gauge("jvm_memory_max_bytes", { ...target, area: "heap" }, () => heapMax),
    gauge("jvm_memory_used_bytes", { ...target, area: "nonheap" }, () => Math.round(limit * 0.14)),
  ];
  const { pool } = service.workload;
  if (!pool) return series;
  const labels = { ...target, pool: pool.name };
  // What the release configures is what the pool obeys.
  const configured = Number(revision.values.env.DB_POOL_MAX ?? pool.max);
  const max = (t: number): number =>
    Math.round(behaviour.poolMax(t) === pool.max ? configured : behaviour.poolMax(t));
  const active = (t: number): number => Math.min(max(t), Math.round(behaviour.poolActive(t)));
  return [
    ...series,
    gauge("hikaricp_connections_active", labels, active),
    gauge("hikaricp_connections_max", labels, max),
    gauge("hikaricp_connections_idle", labels, (t) => Math.max(0, Math.min(max(t), 10) - active(t))),
    gauge("hikaricp_connections_pending", labels, (t) => Math.round(behaviour.poolPending(t))),
  ];
}

/** Share of the limit in use: the usual, or rising to the limit until the container is killed, again and again. */
function memoryRatio(pod: PodPlan, behaviour: Behaviour, timeMs: number, timeline: Timeline): number {
  const usual = behaviour.memory(timeMs);
  if (pod.crash?.spec.grows_from === undefined) return usual;
  const { firstMs, everyMs, downMs } = pod.crash;
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
