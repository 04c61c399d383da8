import type { Runtime } from "./signal.ts";

/** cAdvisor's metrics of the containers, with the limits that kube-state-metrics or cAdvisor tell. */
export const container: Runtime = {
  name: "container",
  scope: "pods",
  signals: [
    {
      name: "memory",
      unit: "bytes",
      metrics: [{ name: "container_memory_working_set_bytes" }],
      limits: [
        { name: "kube_pod_container_resource_limits", where: { resource: "memory" } },
        { name: "container_spec_memory_limit_bytes" },
      ],
      notable: { of: "limit", warning: 0.9, critical: 0.97, means: "the kernel kills it at the limit" },
    },
    {
      name: "processor time",
      unit: "cores",
      metrics: [{ name: "container_cpu_usage_seconds_total", kind: "counter" }],
      limits: [{ name: "kube_pod_container_resource_limits", where: { resource: "cpu" } }],
      notable: { of: "limit", warning: 0.9, critical: 1, means: "it is throttled at the limit" },
    },
    {
      name: "throttled periods",
      unit: "per second",
      metrics: [{ name: "container_cpu_cfs_throttled_periods_total", kind: "counter" }],
      limits: [{ name: "container_cpu_cfs_periods_total", kind: "counter" }],
      notable: { of: "limit", warning: 0.25, critical: 0.5, means: "the processor limit slows it down" },
    },
  ],
};
