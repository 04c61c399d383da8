import type { Runtime } from "./signal.ts";

/** https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/collectors#NewGoCollector */
export const go: Runtime = {
  name: "Go",
  language: "go",
  scope: "job",
  signals: [
    { name: "goroutines", unit: "count", metrics: [{ name: "go_goroutines" }], mayLeak: true },
    { name: "operating system threads", unit: "count", metrics: [{ name: "go_threads" }], mayLeak: true },
    {
      name: "heap",
      unit: "bytes",
      metrics: [{ name: "go_memstats_heap_inuse_bytes" }, { name: "go_memstats_heap_alloc_bytes" }],
      limits: [{ name: "go_gc_gomemlimit_bytes" }],
      notable: {
        of: "limit",
        warning: 0.9,
        critical: 0.97,
        means: "the collector runs all the time at GOMEMLIMIT",
      },
      mayLeak: true,
    },
    {
      name: "time in garbage collection pauses",
      unit: "ratio",
      metrics: [{ name: "go_gc_duration_seconds_sum", kind: "counter" }],
      notable: { of: "value", warning: 0.02, critical: 0.1, means: "everything stops for so long" },
    },
  ],
};
