/** The finite numbers of a series in ascending order: gaps, NaN and infinities are dropped. */
export function sortedFinite(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(Array.from(values).filter(Number.isFinite)).sort();
}

/** The value below which a share `p` of sorted values lies, interpolated; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values: ArrayLike<number>): number {
  return quantile(sortedFinite(values), 0.5);
}

/**
 * Bits of a G-test: how surprising the second count is if both come from the same share. `hits` of `of` each, before
 * and now; half a case is added to every cell so that nothing is ever impossible.
 */
export function shareBits(hitsBefore: number, before: number, hitsNow: number, now: number): number {
  const [a, b] = [hitsBefore + 0.5, before - hitsBefore + 0.5];
  const [c, d] = [hitsNow + 0.5, now - hitsNow + 0.5];
  const total = a + b + c + d;
  const cell = (seen: number, row: number, column: number): number =>
    seen <= 0 ? 0 : seen * Math.log((seen * total) / (row * column));
  const nats = cell(a, a + b, a + c) + cell(b, a + b, b + d) + cell(c, c + d, a + c) + cell(d, c + d, b + d);
  return Math.max(0, nats / Math.LN2);
}
