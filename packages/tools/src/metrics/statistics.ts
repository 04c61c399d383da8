/** The finite numbers of a series in ascending order: gaps, NaN and infinities are dropped. */
export function sortedFinite(values: ArrayLike<number>): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) kept[count++] = value;
  }
  return kept.subarray(0, count).sort();
}

/** The value below which a share `p` of sorted values lies, interpolated; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** NaN for no finite values. */
export function median(values: ArrayLike<number>): number {
  return quantile(sortedFinite(values), 0.5);
}

/**
 * How far values usually lie from their middle, as one standard deviation of noise would: from the median of the
 * deviations and from the middle half, whichever is wider. One value far off moves neither.
 */
export function usualSpread(sorted: Float64Array, middle = quantile(sorted, 0.5)): number {
  const deviations = sorted.map((value) => Math.abs(value - middle)).sort();
  return Math.max(
    1.4826 * quantile(deviations, 0.5),
    (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349,
  );
}
