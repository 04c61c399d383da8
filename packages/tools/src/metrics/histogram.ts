import type { Series } from "@oncall/backends";
import type { Point } from "./change-point.ts";

/** One cumulative bucket over time: requests per second that took at most `seconds`. */
export interface Bucket {
  /** Infinity for the last one. */
  readonly seconds: number;
  readonly values: ReadonlyMap<number, number>;
}

export function bucketOf({ labels, values }: Series, secondsPerUnit: number): Bucket {
  const le = labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le);
  return {
    seconds: le * secondsPerUnit,
    values: new Map(values.filter(([, value]) => Number.isFinite(value))),
  };
}

/** A quantile over all requests of the stretch (unix seconds, both ends included); null without requests. */
export function quantileOf(
  q: number,
  buckets: readonly Bucket[],
  { from, to }: { readonly from: number; readonly to: number },
): number | null {
  return interpolate(q, ascending(buckets), (values) => {
    let sum = 0;
    for (const [at, value] of values) if (at >= from && at <= to) sum += value;
    return sum;
  });
}

/** The quantile at every point of time that has requests. */
export function quantileSeries(q: number, buckets: readonly Bucket[]): Point[] {
  const sorted = ascending(buckets);
  const times = [...new Set(buckets.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  return times.flatMap((at): Point[] => {
    const value = interpolate(q, sorted, (values) => values.get(at) ?? 0);
    return value === null ? [] : [[at, value]];
  });
}

function ascending(buckets: readonly Bucket[]): readonly Bucket[] {
  return buckets.toSorted((a, b) => a.seconds - b.seconds);
}

/**
 * As Prometheus's histogram_quantile: linear within the bucket that holds the rank, and the last finite bound when
 * that is the open one. https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
function interpolate(
  q: number,
  /** By their bounds, the lowest first. */
  sorted: readonly Bucket[],
  countOf: (values: ReadonlyMap<number, number>) => number,
): number | null {
  const counts = sorted.map(({ values }) => countOf(values));
  const total = counts.at(-1) ?? 0;
  if (sorted.length < 2 || total <= 0) return null;
  const rank = q * total;
  const i = counts.findIndex((count) => count >= rank);
  const [below, at] = [sorted[i - 1], sorted[i]];
  if (at === undefined || at.seconds === Number.POSITIVE_INFINITY) return sorted.at(-2)?.seconds ?? null;
  const lower = below?.seconds ?? 0;
  const before = counts[i - 1] ?? 0;
  const within = Math.max((counts[i] ?? 0) - before, Number.EPSILON);
  return lower + (at.seconds - lower) * ((rank - before) / within);
}
