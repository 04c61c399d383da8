import { escapeRegex, type MetricsBackend, quoteLabel, type Sample } from "@oncall/backends";
import { type RequestShape, requestShapes } from "./request-shapes.ts";

export interface RequestSource {
  /** Prometheus job. */
  readonly job: string;
  /** Name of the workload, for a mesh's metrics. */
  readonly workload: string;
}

/** How a service counts its requests. */
export interface RequestMetrics {
  /** Name of the counter. */
  readonly metric: string;
  readonly shape: RequestShape;
  /** Value of the shape's owner label. */
  readonly owner: string;
  readonly statusLabel: string | null;
  /** Name of the durations; null when there are none. */
  readonly durations: string | null;
  /** Whether the durations have buckets, so that quantiles are known; else only the mean is. */
  readonly hasBuckets: boolean;
  /** Counters of other shapes that are there too and are not read. */
  readonly others: readonly string[];
  isFailure(status: string): boolean;
}

/**
 * Finds by one query which of the usual request metrics these services have at that moment, in their order; null for
 * one that has none.
 */
export async function discoverRequestMetrics(
  metrics: MetricsBackend,
  sources: readonly RequestSource[],
  at: Date,
  signal: AbortSignal,
): Promise<(RequestMetrics | null)[]> {
  const found = await metrics.instant(discoveryQuery(sources), at, signal);
  return sources.map((source) => requestMetricsFrom(found, source));
}

// One bucket tells that there is a histogram; what is no bucket has no `le`.
const ONE_BUCKET = `le=~"|[+]Inf"`;

export function discoveryQuery(sources: readonly RequestSource[]): string {
  const labels = [...new Set(requestShapes.flatMap(({ statusLabels }) => statusLabels))].join(", ");
  const parts = (["job", "destination_workload"] as const).map((owner) => {
    const shapes = requestShapes.filter((shape) => shape.owner === owner);
    const names = new Set(
      shapes.flatMap(({ counter, durations }) => [
        counter,
        ...durations.flatMap((name) => [`${name}_bucket`, `${name}_sum`]),
      ]),
    );
    const owners = sources.map((source) => source[owner === "job" ? "job" : "workload"]);
    const matchers = `__name__=~${quoteLabel([...names].join("|"))},${matching(owner, owners)},${ONE_BUCKET}`;
    return `count by (__name__, ${owner}, ${labels}) ({${matchers}})`;
  });
  // `or` compares labels without the name: a mesh's series keep an owner label that no other has.
  return parts.join(" or ");
}

/** The best shape among the series that the discovery query found. */
export function requestMetricsFrom(found: readonly Sample[], source: RequestSource): RequestMetrics | null {
  const ownerOf = ({ owner }: RequestShape): string => source[owner === "job" ? "job" : "workload"];
  const of = (name: string, shape: RequestShape): readonly Sample[] =>
    found.filter(({ labels }) => labels.__name__ === name && labels[shape.owner] === ownerOf(shape));
  const [shape, ...others] = requestShapes.filter((one) => of(one.counter, one).length > 0);
  if (shape === undefined) return null;
  const status = shape.statusLabels.find((label) =>
    of(shape.counter, shape).some(({ labels }) => (labels[label] ?? "") !== ""),
  );
  const histogram = shape.durations.find((name) => of(`${name}_bucket`, shape).length > 0);
  const summary = shape.durations.find((name) => of(`${name}_sum`, shape).length > 0);
  const failure = new RegExp(`^(?:${shape.failed})$`);
  return {
    metric: shape.counter,
    shape,
    owner: ownerOf(shape),
    statusLabel: status ?? null,
    durations: histogram ?? summary ?? null,
    hasBuckets: histogram !== undefined,
    // A histogram's own count is the same requests once more.
    others: others
      .map(({ counter }) => counter)
      .filter((counter) => counter !== `${histogram ?? summary}_count`),
    isFailure: (text) => failure.test(text),
  };
}

/** `label="value"`, or a regular expression of several literals. */
export function matching(label: string, values: readonly string[]): string {
  const [first = "", ...rest] = [...new Set(values)];
  if (rest.length === 0) return `${label}=${quoteLabel(first)}`;
  return `${label}=~${quoteLabel([first, ...rest].map(escapeRegex).join("|"))}`;
}
