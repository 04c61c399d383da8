import { dropLabels, type Labels, labelsKey } from "./series.ts";
import type { Column } from "./values.ts";

interface Bucket {
  upperBound: number;
  count: number;
}

/** `histogram_quantile` over classic buckets: cumulative counts per upper bound in the label `le`. */
export function histogramQuantile(quantiles: readonly number[], columns: readonly Column[]): Column[] {
  const histograms = new Map<string, { labels: Labels; buckets: { upperBound: number; column: Column }[] }>();
  for (const column of columns) {
    const upperBound = parseBound(column.labels.le);
    if (upperBound === undefined) continue;
    const labels = dropLabels(column.labels, ["le", "__name__"]);
    const key = labelsKey(labels);
    const histogram = histograms.get(key) ?? { labels, buckets: [] };
    histogram.buckets.push({ upperBound, column });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    values: quantiles.map((q, step) => {
      const present = buckets.flatMap(({ upperBound, column }): Bucket[] => {
        const count = column.values[step];
        return count === undefined ? [] : [{ upperBound, count }];
      });
      return present.length === 0 ? undefined : bucketQuantile(q, present);
    }),
  }));
}

/**
 * Interpolates linearly inside the bucket that holds the rank. The lowest bucket starts at zero; a rank in
 * the `+Inf` bucket answers the highest finite bound.
 */
export function bucketQuantile(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = cumulative(unsorted);
  const [last, finite] = [buckets.at(-1), buckets.at(-2)];
  if (last?.upperBound !== Number.POSITIVE_INFINITY || !finite || last.count === 0) return Number.NaN;
  if (Number.isNaN(last.count)) return Number.NaN;
  const rank = q * last.count;
  const i = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[i];
  if (!bucket || bucket === last) return finite.upperBound;
  if (i === 0 && bucket.upperBound <= 0) return bucket.upperBound;
  const { upperBound: lower, count: below } = buckets[i - 1] ?? { upperBound: 0, count: 0 };
  return lower + (bucket.upperBound - lower) * ((rank - below) / (bucket.count - below));
}

/** Sorted, equal bounds added up, and never falling: scrapes of several targets may be a little apart. */
function cumulative(unsorted: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (const { upperBound, count } of unsorted.toSorted(byUpperBound)) {
    const previous = buckets.at(-1);
    if (previous?.upperBound === upperBound) previous.count += count;
    else buckets.push({ upperBound, count });
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (const bucket of buckets) {
    highest = Math.max(bucket.count, highest);
    bucket.count = highest;
  }
  return buckets;
}

function parseBound(le: string | undefined): number | undefined {
  if (le === undefined || le.trim() === "") return undefined;
  if (/^[+-]?inf$/i.test(le)) return le.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const bound = Number(le);
  return Number.isNaN(bound) ? undefined : bound;
}

function byUpperBound(a: Bucket, b: Bucket): number {
  return a.upperBound === b.upperBound ? 0 : a.upperBound < b.upperBound ? -1 : 1;
}
