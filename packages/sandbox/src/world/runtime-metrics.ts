import type { Labels, Series } from "../prometheus/series.ts";
import { counter } from "./counter.ts";
import type { Gauge, PodContext } from "./service-metrics.ts";
import { bytesOf } from "./service-metrics.ts";
import type { Track } from "./signals.ts";

/** What the usual client library of the service's language exports about its runtime. */
export function runtimeSeries(context: PodContext, target: Labels, memory: Track, gauge: Gauge): Series[] {
  const { service, pod, revision, timeline, behaviour } = context;
  const count = (name: string, labels: Labels, rate: Track): Series =>
    gauge(name, labels, counter(pod, timeline, rate, false));
  const limit = bytesOf(revision.values.resources.limits.memory);
  const threads: Track = (t) => Math.round(behaviour.threads(t));
  const grows = pod.crash?.spec.grows_from !== undefined;
  switch (service.language) {
    case "java": {
      const max = Math.round(limit * 0.75);
      const heap: Track = (t) => (grows ? (memory(t) / limit) * 0.98 : behaviour.heap(t));
      const pause = { ...target, action: "end of minor GC", cause: "G1 Evacuation Pause" };
      return [
        gauge("jvm_memory_used_bytes", { ...target, area: "heap" }, (t) => Math.round(max * heap(t))),
        gauge("jvm_memory_max_bytes", { ...target, area: "heap" }, () => max),
        gauge("jvm_memory_used_bytes", { ...target, area: "nonheap" }, () => Math.round(limit * 0.14)),
        count("jvm_gc_pause_seconds_sum", pause, behaviour.gc),
        count("jvm_gc_pause_seconds_count", pause, (t) => 0.15 + behaviour.gc(t) * 4),
        gauge("jvm_threads_live_threads", target, threads),
        gauge("jvm_threads_states_threads", { ...target, state: "blocked" }, (t) =>
          Math.max(0, threads(t) - 110),
        ),
        gauge("process_cpu_usage", target, (t) => Math.min(1, behaviour.cpu(t) / 8)),
        ...poolSeries(context, target, gauge),
      ];
    }
    case "go":
      return [
        gauge("go_goroutines", target, threads),
        gauge("go_threads", target, () => 14),
        gauge("go_memstats_heap_inuse_bytes", target, (t) => Math.round(memory(t) * 0.7)),
        gauge("go_memstats_heap_alloc_bytes", target, (t) => Math.round(memory(t) * 0.62)),
        gauge("go_memstats_next_gc_bytes", target, (t) => Math.round(memory(t) * 0.9)),
        count("go_gc_duration_seconds_sum", target, behaviour.gc),
        count("go_gc_duration_seconds_count", target, (t) => 0.1 + behaviour.gc(t) * 6),
      ];
    case "node":
      return [
        gauge("nodejs_eventloop_lag_seconds", target, behaviour.loopLag),
        gauge("nodejs_eventloop_lag_p99_seconds", target, (t) => behaviour.loopLag(t) * 1.9),
        gauge("nodejs_heap_size_used_bytes", target, (t) => Math.round(memory(t) * 0.6)),
        gauge("nodejs_heap_size_total_bytes", target, (t) => Math.round(memory(t) * 0.72)),
        gauge("nodejs_active_handles", target, (t) => threads(t) * 6),
        count("nodejs_gc_duration_seconds_sum", { ...target, kind: "major" }, behaviour.gc),
        count(
          "nodejs_gc_duration_seconds_count",
          { ...target, kind: "major" },
          (t) => 0.05 + behaviour.gc(t),
        ),
      ];
    case "python":
      return [
        gauge("process_virtual_memory_bytes", target, (t) => Math.round(memory(t) * 2.1)),
        count("process_cpu_seconds_total", target, behaviour.cpu),
        count("python_gc_collections_total", { ...target, generation: "2" }, (t) => 0.02 + behaviour.gc(t)),
        count("python_gc_objects_uncollectable_total", { ...target, generation: "2" }, () => 0),
        ...(service.workload.pool
          ? [
              gauge("sqlalchemy_pool_size", target, () => service.workload.pool?.max ?? 0),
              gauge("sqlalchemy_pool_checked_out", target, (t) => Math.round(behaviour.poolActive(t))),
            ]
          : []),
      ];
    case "dotnet":
      return [
        gauge("dotnet_total_memory_bytes", target, (t) => Math.round(memory(t) * 0.58)),
        gauge("dotnet_threadpool_num_threads", target, threads),
        gauge("dotnet_threadpool_queue_length", target, (t) => Math.max(0, (threads(t) - 60) * 3)),
        count("dotnet_collection_count_total", { ...target, generation: "2" }, (t) => 0.01 + behaviour.gc(t)),
        gauge("process_num_threads", target, (t) => threads(t) + 9),
      ];
    default:
      return [];
  }
}

function poolSeries({ service, revision, behaviour }: PodContext, target: Labels, gauge: Gauge): Series[] {
  const { pool } = service.workload;
  if (!pool) return [];
  const labels = { ...target, pool: pool.name };
  // What the release configures is what the pool obeys.
  const configured = Number(revision.values.env.DB_POOL_MAX ?? pool.max);
  const max = (t: number): number =>
    Math.round(behaviour.poolMax(t) === pool.max ? configured : behaviour.poolMax(t));
  const active = (t: number): number => Math.min(max(t), Math.round(behaviour.poolActive(t)));
  return [
    gauge("hikaricp_connections_active", labels, active),
    gauge("hikaricp_connections_max", labels, max),
    gauge("hikaricp_connections_idle", labels, (t) => Math.max(0, Math.min(max(t), 10) - active(t))),
    gauge("hikaricp_connections_pending", labels, (t) => Math.round(behaviour.poolPending(t))),
  ];
}
