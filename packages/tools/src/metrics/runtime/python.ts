import type { Runtime } from "./signal.ts";

/** https://prometheus.github.io/client_python/collector/ */
export const python: Runtime = {
  name: "Python",
  language: "python",
  scope: "job",
  signals: [
    {
      name: "full garbage collections",
      unit: "per second",
      metrics: [{ name: "python_gc_collections_total", where: { generation: "2" }, kind: "counter" }],
      notable: { of: "value", warning: 1, critical: 5, means: "much is allocated and kept" },
    },
    {
      name: "objects that cannot be collected",
      unit: "per second",
      metrics: [{ name: "python_gc_objects_uncollectable_total", kind: "counter" }],
      notable: { of: "value", warning: 0.01, critical: 10, means: "they stay in memory for good" },
    },
  ],
};
