import type { Runtime } from "./signal.ts";

/**
 * Micrometer (https://docs.micrometer.io/micrometer/reference/reference/jvm.html), client_java's old and new names, and
 * OpenTelemetry's runtime metrics.
 */
export const jvm: Runtime = {
  name: "JVM",
  language: "java",
  scope: "job",
  signals: [
    {
      name: "heap",
      unit: "bytes",
      metrics: [
        { name: "jvm_memory_used_bytes", where: { area: "heap" } },
        { name: "jvm_memory_bytes_used", where: { area: "heap" } },
        { name: "jvm_memory_used_bytes", where: { jvm_memory_type: "heap" } },
      ],
      limits: [
        { name: "jvm_memory_max_bytes", where: { area: "heap" } },
        { name: "jvm_memory_bytes_max", where: { area: "heap" } },
        { name: "jvm_memory_limit_bytes", where: { jvm_memory_type: "heap" } },
      ],
      notable: { of: "limit", warning: 0.9, critical: 0.97, means: "an OutOfMemoryError is near" },
    },
    {
      name: "time in garbage collection",
      unit: "ratio",
      metrics: [
        { name: "jvm_gc_pause_seconds_sum", kind: "counter" },
        { name: "jvm_gc_collection_seconds_sum", kind: "counter" },
        { name: "jvm_gc_duration_seconds_sum", kind: "counter" },
      ],
      notable: {
        of: "value",
        warning: 0.1,
        critical: 0.3,
        means: "the heap is too small for what is alive in it",
      },
    },
    {
      name: "threads",
      unit: "count",
      metrics: [
        { name: "jvm_threads_live_threads" },
        { name: "jvm_threads_current" },
        { name: "jvm_thread_count" },
      ],
      mayLeak: true,
    },
    {
      name: "blocked threads",
      unit: "count",
      metrics: [
        { name: "jvm_threads_states_threads", where: { state: "blocked" } },
        { name: "jvm_threads_state", where: { state: "BLOCKED" } },
      ],
      notable: { of: "value", warning: 10, critical: 50, means: "they wait for a lock" },
    },
    {
      name: "deadlocked threads",
      unit: "count",
      metrics: [{ name: "jvm_threads_deadlocked" }],
      notable: { of: "value", warning: 1, critical: 1, means: "these never go on: restart the process" },
    },
    {
      name: "database connections in use",
      unit: "count",
      metrics: [{ name: "hikaricp_connections_active" }, { name: "jdbc_connections_active" }],
      limits: [{ name: "hikaricp_connections_max" }, { name: "jdbc_connections_max" }],
      notable: { of: "limit", warning: 0.9, critical: 1, means: "the connection pool is exhausted" },
    },
    {
      name: "threads waiting for a database connection",
      unit: "count",
      metrics: [{ name: "hikaricp_connections_pending" }],
      notable: { of: "value", warning: 1, critical: 10, means: "the connection pool is exhausted" },
    },
  ],
};
