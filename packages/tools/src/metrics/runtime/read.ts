import { escapeRegex, type MetricsBackend, quoteLabel, type Series } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import type { Metric, Runtime, Signal } from "./signal.ts";

/** Whose series to read. */
export interface RuntimeSource {
  readonly job: string;
  /** Null when service.yaml does not say where it runs. */
  readonly pods: { readonly namespace: string; readonly workload: string } | null;
}

/** Labels by which series of one metric are told apart; all others are added up. */
const KEPT = ["instance", "pod", "container", "pool"] as const;

/** The series of all metrics of these runtimes over the window: one query for the job, one for its pods. */
export async function readRuntimes(
  metrics: MetricsBackend,
  runtimes: readonly Runtime[],
  source: RuntimeSource,
  window: TimeWindow,
  stepSeconds: number,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const queries = (["job", "pods"] as const).flatMap((scope) => {
    const signals = runtimes
      .filter((runtime) => runtime.scope === scope)
      .flatMap((runtime) => runtime.signals);
    return runtimeQuery(scope, signals, source) ?? [];
  });
  const answers = await Promise.all(
    queries.map((query) => metrics.range(query, window, stepSeconds, signal)),
  );
  return answers.flat();
}

/** Counters are read as they are: rate() would lose the names that tell them apart. Null when there is nothing to ask. */
export function runtimeQuery(
  scope: Runtime["scope"],
  signals: readonly Signal[],
  { job, pods }: RuntimeSource,
): string | null {
  const all = signals.flatMap(({ metrics, limits = [] }) => [...metrics, ...limits]);
  if (all.length === 0 || (scope === "pods" && pods === null)) return null;
  const names = [...new Set(all.map(({ name }) => name))].join("|");
  const wheres = new Set(all.flatMap(({ where = {} }) => Object.keys(where)));
  const owner =
    pods !== null && scope === "pods"
      ? // A pod's own series (no container) add up those of its containers.
        `namespace=${quoteLabel(pods.namespace)},pod=~${quoteLabel(`${escapeRegex(pods.workload)}-.+`)},container!="",container!="POD"`
      : `job=${quoteLabel(job)}`;
  // Micrometer says -1 where a memory pool has no limit.
  return `sum by (${["__name__", ...KEPT, ...wheres].join(", ")}) ({${owner},__name__=~${quoteLabel(names)}} >= 0)`;
}

/** The series of one metric by whose they are; values per second where it is a counter, in the signal's unit. */
export function seriesOf(all: readonly Series[], metric: Metric): Map<string, Series> {
  const { name, where = {}, kind = "gauge", scale = 1 } = metric;
  const found = all.filter(
    ({ labels }) =>
      labels.__name__ === name && Object.entries(where).every(([label, value]) => labels[label] === value),
  );
  return new Map(
    found.map(({ labels, values }) => {
      const owner = JSON.stringify(KEPT.map((label) => labels[label] ?? ""));
      const read = kind === "counter" ? perSecond(values) : values;
      return [owner, { labels, values: read.map(([at, value]) => [at, value * scale] as const) }];
    }),
  );
}

/** Growth per second from point to point; a counter that is smaller began anew. */
export function perSecond(values: Series["values"]): Series["values"] {
  return values.slice(1).flatMap(([at, value], i) => {
    const [before, was] = values[i] ?? [at, value];
    return at > before ? [[at, (value < was ? value : value - was) / (at - before)] as const] : [];
  });
}
