import { quantile, sortedFinite, usualSpread } from "./statistics.ts";

export interface SeriesBits {
  readonly up: number;
  readonly down: number;
}

/** More bits than this say nothing more: no history of a series is long enough to tell. */
export const MAX_BITS = 16;
// A baseline shorter than this knows no "usual".
export const FEWEST = 5;
// Noise guards: a spread below a twentieth of the level, and deviations below three spreads, are never news.
const LEAST_SPREAD = 0.05;
const LEAST_DEVIATION = 3;
const USUAL = 0.98;
// Tails of real series fall as a power, not as a normal curve: a deviation twice as large is a quarter as likely.
const TAIL_EXPONENT = 2;

/**
 * How surprising a window is by the series' own baseline, each direction apart, from 0 to 16 bits. 0 means within
 * the baseline's own 98 %, or that there is too little to judge. `floor` is the smallest difference that matters, in
 * the series' unit. Gaps, NaN and infinities are dropped; counters must be turned into rates first.
 */
export function seriesBits(baseline: ArrayLike<number>, window: ArrayLike<number>, floor = 0): SeriesBits {
  const before = sortedFinite(baseline);
  const now = sortedFinite(window);
  if (before.length < FEWEST || now.length === 0) return { up: 0, down: 0 };
  const middle = quantile(before, 0.5);
  const spread = spreadOf(before, middle, floor) || LEAST_SPREAD * largest(now);
  if (spread === 0) return { up: 0, down: 0 };
  return {
    up: bits((upper(now) - middle) / spread, (quantile(before, USUAL) - middle) / spread),
    down: bits((middle - lower(now)) / spread, (middle - quantile(before, 1 - USUAL)) / spread),
  };
}

function spreadOf(sorted: Float64Array, middle: number, floor: number): number {
  return Math.max(usualSpread(sorted, middle), LEAST_SPREAD * Math.abs(middle), floor);
}

/** Bits of a distance from the middle, where the baseline's own 98 % lie within `usual`, in the series' unit. */
export function bitsBeyond(distance: number, usual: number, spread: number): number {
  if (spread === 0) return distance > usual ? MAX_BITS : 0;
  return bits(distance / spread, usual / spread);
}

function bits(deviation: number, usual: number): number {
  const ratio = deviation / Math.max(LEAST_DEVIATION, usual);
  return ratio <= 1 ? 0 : Math.min(MAX_BITS, TAIL_EXPONENT * Math.log2(ratio));
}

/** The mean of the top fifth; of fewer than six values the largest. */
function upper(sorted: Float64Array): number {
  return sorted.length < 6 ? (sorted.at(-1) ?? 0) : mean(sorted.subarray(-Math.ceil(sorted.length / 5)));
}

function lower(sorted: Float64Array): number {
  return sorted.length < 6 ? (sorted[0] ?? 0) : mean(sorted.subarray(0, Math.ceil(sorted.length / 5)));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function largest(sorted: Float64Array): number {
  return Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted.at(-1) ?? 0));
}
