import type { Runtime } from "./signal.ts";

/** prom-client's default metrics: https://github.com/siimon/prom-client#default-metrics */
export const node: Runtime = {
  name: "Node.js",
  language: "node",
  scope: "job",
  signals: [
    {
      name: "event loop lag",
      unit: "seconds",
      metrics: [{ name: "nodejs_eventloop_lag_p99_seconds" }, { name: "nodejs_eventloop_lag_seconds" }],
      notable: {
        of: "value",
        warning: 0.1,
        critical: 1,
        means: "something blocks the event loop, and every request waits for it",
      },
    },
    {
      name: "heap",
      unit: "bytes",
      metrics: [{ name: "nodejs_heap_size_used_bytes" }],
      // Only some exporters tell V8's limit; `nodejs_heap_size_total_bytes` is what it has taken so far, no limit.
      limits: [{ name: "nodejs_heap_size_limit_bytes" }],
      notable: { of: "limit", warning: 0.9, critical: 0.97, means: "the process dies when it is full" },
      mayLeak: true,
    },
    {
      name: "time in garbage collection",
      unit: "ratio",
      metrics: [{ name: "nodejs_gc_duration_seconds_sum", kind: "counter" }],
      notable: {
        of: "value",
        warning: 0.1,
        critical: 0.3,
        means: "the heap is nearly full of what is alive",
      },
    },
    {
      name: "active handles",
      unit: "count",
      metrics: [{ name: "nodejs_active_handles_total" }, { name: "nodejs_active_resources_total" }],
      mayLeak: true,
    },
    {
      name: "active requests",
      unit: "count",
      metrics: [{ name: "nodejs_active_requests_total" }],
      mayLeak: true,
    },
  ],
};
