import type { Runtime } from "./signal.ts";

/** What every client library tells of its process: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics */
export const process: Runtime = {
  name: "process",
  scope: "job",
  signals: [
    {
      name: "processor time",
      unit: "cores",
      metrics: [
        { name: "process_cpu_seconds_total", kind: "counter" },
        { name: "process_cpu_time_seconds_total", kind: "counter" },
        { name: "process_cpu_time_ns_total", kind: "counter", scale: 1e-9 },
      ],
    },
    {
      name: "resident memory",
      unit: "bytes",
      metrics: [{ name: "process_resident_memory_bytes" }, { name: "process_memory_usage_bytes" }],
      mayLeak: true,
    },
    {
      name: "open files",
      unit: "count",
      metrics: [{ name: "process_open_fds" }, { name: "process_files_open_files" }],
      limits: [{ name: "process_max_fds" }, { name: "process_files_max_files" }],
      notable: {
        of: "limit",
        warning: 0.8,
        critical: 0.95,
        means: "no socket or file can be opened beyond it",
      },
    },
  ],
};
