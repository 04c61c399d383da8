const FEWEST_POINTS = 8;
/** Share of the series, those with the clearest change, that say when. */
const WITNESSES = 0.25;

/**
 * The index at which an incident begins, from many series sampled at the same moments: where the ranks before and
 * after differ most, summed over the quarter of the series with the clearest change. Ranks make it indifferent to
 * units, spikes and shape. `latest` bounds it where the incident was already seen at that index. Null when no series
 * has 8 finite points that differ.
 */
export function sharedOnset(
  series: readonly ArrayLike<number>[],
  latest = Number.POSITIVE_INFINITY,
): number | null {
  const length = Math.max(0, ...series.map((values) => values.length));
  const curves = series
    .map((values) => changeCurve(values, length))
    .filter((curve) => curve.peak > 0)
    .sort((a, b) => b.peak - a.peak);
  const total = new Float64Array(length);
  for (const { curve } of curves.slice(0, Math.ceil(curves.length * WITNESSES))) {
    for (let at = 0; at < length; at++) total[at] = (total[at] ?? 0) + (curve[at] ?? 0);
  }
  let best: number | null = null;
  for (let at = 1; at < length && at <= latest; at++) {
    if ((total[at] ?? 0) > (best === null ? 0 : (total[best] ?? 0))) best = at;
  }
  return best;
}

interface Curve {
  /** The standardised rank CUSUM of a change just before each index. */
  readonly curve: Float64Array;
  readonly peak: number;
}

function changeCurve(values: ArrayLike<number>, length: number): Curve {
  const curve = new Float64Array(length);
  const finite: number[] = [];
  for (let at = 0; at < values.length; at++) if (Number.isFinite(values[at])) finite.push(at);
  const n = finite.length;
  if (n < FEWEST_POINTS) return { curve, peak: 0 };
  const { ranks, variance } = rank(finite.map((at) => values[at] ?? 0));
  if (variance === 0) return { curve, peak: 0 };
  let sum = 0;
  let peak = 0;
  let from = 0;
  for (let t = 1; t < n; t++) {
    sum += ranks[t - 1] ?? 0;
    const score = (sum * sum * n) / (variance * t * (n - t));
    peak = Math.max(peak, score);
    // A gap before a point carries that point's score: the change may lie anywhere in it.
    for (let at = (finite[t - 1] ?? from) + 1; at <= (finite[t] ?? 0); at++) curve[at] = score;
    from = finite[t] ?? from;
  }
  return { curve, peak };
}

/** Ranks around zero; equal values share the middle of their ranks. */
function rank(values: readonly number[]): { ranks: Float64Array; variance: number } {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (const at of order.slice(start, end)) ranks[at] = (start + end - 1) / 2 - (order.length - 1) / 2;
    start = end;
  }
  return { ranks, variance: ranks.reduce((sum, value) => sum + value * value, 0) / values.length };
}
