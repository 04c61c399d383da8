import { escapeRegex, type MetricsBackend, quoteLabel } from "@oncall/backends";

/** What one container uses; null where no metric says. */
export interface ContainerUsage {
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** Share of its CPU periods in which the container was held back, 0..1. */
  readonly throttled: number | null;
}

export type Usage = ReadonlyMap<string, ContainerUsage>;

const NONE: ContainerUsage = { cpuCores: null, memoryBytes: null, throttled: null };

/** PromQL for the memory of these pods, what a person looks at first. */
export function memoryQuery(namespace: string, pods: readonly string[]): string {
  return `max by (pod, container) (container_memory_working_set_bytes{${containersOf(namespace, pods)}})`;
}

/** Memory, CPU and throttling of the containers of these pods, by cAdvisor's metrics, in one query. */
export async function usageOf(
  metrics: MetricsBackend,
  namespace: string,
  pods: readonly string[],
  at: Date,
  signal: AbortSignal,
): Promise<Usage> {
  const usage = new Map<string, ContainerUsage>();
  if (pods.length === 0) return usage;
  for (const { labels, value } of await metrics.instant(usageQuery(namespace, pods), at, signal)) {
    if (!Number.isFinite(value)) continue;
    const key = usageKey(labels.pod ?? "", labels.container ?? "");
    const known = usage.get(key) ?? NONE;
    if (labels.signal === "memory") usage.set(key, { ...known, memoryBytes: Math.round(value) });
    if (labels.signal === "cpu") usage.set(key, { ...known, cpuCores: rounded(value) });
    if (labels.signal === "throttled") usage.set(key, { ...known, throttled: rounded(value) });
  }
  return usage;
}

export function usageKey(pod: string, container: string): string {
  return `${pod}/${container}`;
}

function usageQuery(namespace: string, pods: readonly string[]): string {
  const where = containersOf(namespace, pods);
  const sum = (metric: string) => `sum by (pod, container) (rate(${metric}{${where}}[5m]))`;
  const signals = {
    memory: memoryQuery(namespace, pods),
    cpu: sum("container_cpu_usage_seconds_total"),
    throttled: `${sum("container_cpu_cfs_throttled_periods_total")} / ${sum("container_cpu_cfs_periods_total")}`,
  };
  return Object.entries(signals)
    .map(([signal, query]) => `label_replace(${query}, "signal", "${signal}", "", "")`)
    .join(" or ");
}

/** Containers alone: cAdvisor also counts the whole pod (no name) and its pause container (`POD`). */
function containersOf(namespace: string, pods: readonly string[]): string {
  const names = pods.map(escapeRegex).join("|");
  return `namespace=${quoteLabel(namespace)},pod=~${quoteLabel(names)},container!="",container!="POD"`;
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
