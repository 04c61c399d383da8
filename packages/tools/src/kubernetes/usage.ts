import { escapeRegex, type MetricsBackend, quoteLabel } from "@oncall/backends";

/** What one container uses; null where no metric says. */
export interface ContainerUsage {
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** Share of its CPU periods in which the container was held back, 0..1. */
  readonly throttled: number | null;
}

export interface Usage {
  /** By `usageKey`. */
  readonly containers: ReadonlyMap<string, ContainerUsage>;
  /** Share of a volume claim's space that is taken, 0..1, by the claim's name; only of those nearly full. */
  readonly volumes: ReadonlyMap<string, number>;
}

export const noUsage: Usage = { containers: new Map(), volumes: new Map() };

const NONE: ContainerUsage = { cpuCores: null, memoryBytes: null, throttled: null };
/** From this share on a volume is worth a word. */
const NEARLY_FULL = 0.9;

/** PromQL for the memory of these pods, what a person looks at first. */
export function memoryQuery(namespace: string, pods: readonly string[]): string {
  return `max by (pod, container) (container_memory_working_set_bytes{${containersOf(namespace, podsNamed(pods))}})`;
}

/** The names of a workload's pods as a regular expression: its own, a hash or number after it. */
export function podsOfWorkload(workload: string): string {
  return `${escapeRegex(workload)}-.+`;
}

export function podsNamed(pods: readonly string[]): string {
  return pods.map(escapeRegex).join("|");
}

/**
 * Memory, CPU and throttling of the containers of the pods that match `pods`, by cAdvisor's metrics, and the
 * namespace's volume claims that are nearly full, by the kubelet's; in one query.
 */
export async function usageOf(
  metrics: MetricsBackend,
  namespace: string,
  pods: string,
  at: Date,
  signal: AbortSignal,
): Promise<Usage> {
  const containers = new Map<string, ContainerUsage>();
  const volumes = new Map<string, number>();
  for (const { labels, value } of await metrics.instant(usageQuery(namespace, pods), at, signal)) {
    if (!Number.isFinite(value)) continue;
    if (labels.signal === "volume") volumes.set(labels.persistentvolumeclaim ?? "", rounded(value));
    const key = usageKey(labels.pod ?? "", labels.container ?? "");
    const known = containers.get(key) ?? NONE;
    if (labels.signal === "memory") containers.set(key, { ...known, memoryBytes: Math.round(value) });
    if (labels.signal === "cpu") containers.set(key, { ...known, cpuCores: rounded(value) });
    if (labels.signal === "throttled") containers.set(key, { ...known, throttled: rounded(value) });
  }
  return { containers, volumes };
}

export function usageKey(pod: string, container: string): string {
  return `${pod}/${container}`;
}

function usageQuery(namespace: string, pods: string): string {
  const where = containersOf(namespace, pods);
  const sum = (metric: string) => `sum by (pod, container) (rate(${metric}{${where}}[5m]))`;
  const volume = (metric: string) =>
    `max by (persistentvolumeclaim) (${metric}{namespace=${quoteLabel(namespace)}})`;
  const signals = {
    // No pods, no names to ask for.
    ...(pods !== "" && {
      memory: `max by (pod, container) (container_memory_working_set_bytes{${where}})`,
      cpu: sum("container_cpu_usage_seconds_total"),
      throttled: `${sum("container_cpu_cfs_throttled_periods_total")} / ${sum("container_cpu_cfs_periods_total")}`,
    }),
    volume: `${volume("kubelet_volume_stats_used_bytes")} / ${volume("kubelet_volume_stats_capacity_bytes")} >= ${NEARLY_FULL}`,
  };
  return Object.entries(signals)
    .map(([signal, query]) => `label_replace(${query}, "signal", "${signal}", "", "")`)
    .join(" or ");
}

/** Containers alone: cAdvisor also counts the whole pod (no name) and its pause container (`POD`). */
function containersOf(namespace: string, pods: string): string {
  return `namespace=${quoteLabel(namespace)},pod=~${quoteLabel(pods)},container!="",container!="POD"`;
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
