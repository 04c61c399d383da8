import type { Runtime } from "./signal.ts";

/**
 * OpenTelemetry's metrics built into .NET 9 (https://learn.microsoft.com/dotnet/core/diagnostics/built-in-metrics-runtime),
 * its older instrumentation (`process_runtime_dotnet_*`), and prometheus-net.
 */
export const dotnet: Runtime = {
  name: ".NET",
  language: "dotnet",
  scope: "job",
  signals: [
    {
      name: "heap",
      unit: "bytes",
      metrics: [
        { name: "dotnet_gc_last_collection_heap_size_bytes" },
        { name: "process_runtime_dotnet_gc_heap_size_bytes" },
        { name: "dotnet_total_memory_bytes" },
      ],
      mayLeak: true,
    },
    {
      name: "time in garbage collection",
      unit: "ratio",
      metrics: [
        { name: "dotnet_gc_pause_time_seconds_total", kind: "counter" },
        { name: "process_runtime_dotnet_gc_duration_nanoseconds_total", kind: "counter", scale: 1e-9 },
      ],
      notable: {
        of: "value",
        warning: 0.1,
        critical: 0.3,
        means: "the heap is nearly full of what is alive",
      },
    },
    {
      name: "thread pool threads",
      unit: "count",
      metrics: [
        { name: "dotnet_thread_pool_thread_count" },
        { name: "process_runtime_dotnet_thread_pool_threads_count" },
        { name: "dotnet_threadpool_num_threads" },
      ],
      mayLeak: true,
    },
    {
      name: "work waiting for the thread pool",
      unit: "count",
      metrics: [
        { name: "dotnet_thread_pool_queue_length" },
        { name: "process_runtime_dotnet_thread_pool_queue_length" },
        { name: "dotnet_threadpool_queue_length" },
      ],
      notable: { of: "value", warning: 20, critical: 200, means: "the thread pool is starved" },
    },
    {
      name: "lock contention",
      unit: "per second",
      metrics: [
        { name: "dotnet_monitor_lock_contentions_total", kind: "counter" },
        { name: "process_runtime_dotnet_monitor_lock_contention_count_total", kind: "counter" },
      ],
      notable: { of: "value", warning: 100, critical: 1_000, means: "threads wait for each other" },
    },
  ],
};
