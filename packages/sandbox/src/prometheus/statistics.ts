/** Sum with the rounding errors added back, so that long or cancelling sums keep their digits. */
export function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Population variance, in one pass. */
export function variance(values: readonly number[]): number {
  let average = 0;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    const delta = value - average;
    average += delta / (i + 1);
    squares += delta * (value - average);
  }
  return squares / values.length;
}

/** The extremes skip NaN, unless there is nothing else. */
export function maximum(values: readonly number[]): number {
  return values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best), Number.NaN);
}

export function minimum(values: readonly number[]): number {
  return values.reduce((best, value) => (value < best || Number.isNaN(best) ? value : best), Number.NaN);
}

/** The q-quantile by linear interpolation; outside 0..1 it is infinite. NaN sorts lowest. */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted(compareNaNFirst);
  const rank = q * (sorted.length - 1);
  const lower = Math.floor(rank);
  const weight = rank - lower;
  const [low = Number.NaN, high = low] = sorted.slice(lower, lower + 2);
  return low * (1 - weight) + high * weight;
}

/** Least-squares line through the samples; its value where `xMs` is zero is `intercept`, `slope` is per second. */
export function linearFit(
  times: readonly number[],
  values: readonly number[],
  originMs: number,
): { slope: number; intercept: number } {
  const [first = Number.NaN] = values;
  if (Number.isFinite(first) && values.every((value) => value === first))
    return { slope: 0, intercept: first };
  const xs = times.map((time) => (time - originMs) / 1000);
  const [xMean, yMean] = [mean(xs), mean(values)];
  const covariance = sum(values.map((y, i) => ((xs[i] ?? 0) - xMean) * (y - yMean)));
  const slope = covariance / sum(xs.map((x) => (x - xMean) ** 2));
  return { slope, intercept: yMean - slope * xMean };
}

export function compareNaNFirst(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a === b ? 0 : a < b ? -1 : 1;
}
