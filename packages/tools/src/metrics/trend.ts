import type { Point } from "./change-point.ts";
import { median } from "./statistics.ts";

export interface Trend {
  readonly direction: "rising" | "steady" | "falling";
  /** In the series' unit. */
  readonly perHour: number;
}

const MIN_POINTS = 8;
/** Smallest change over the whole stretch that is one, as a share of the level and in deviations from the line. */
const NOTABLE_SHARE = 0.1;
const DEVIATIONS = 3;
/** The slopes between them, 1,770, are plenty for their median. */
const MAX_POINTS = 60;
const HOUR = 3_600;

/**
 * Where a series is heading: Theil and Sen's slope, which single outliers, gaps and a restart do not bend. Null for
 * fewer than eight points.
 */
export function trendOf(series: readonly Point[]): Trend | null {
  const known = series.filter(([, value]) => Number.isFinite(value));
  const every = Math.ceil(known.length / MAX_POINTS);
  const points = known.filter((_, i) => i % every === 0);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < MIN_POINTS) return null;
  const slope = median(slopesBetween(points));
  const level = median(points.map(([, value]) => value));
  const middle = median(points.map(([at]) => at));
  const deviation =
    1.4826 * median(points.map(([at, value]) => Math.abs(value - level - slope * (at - middle))));
  const change = slope * (last[0] - first[0]);
  const isNotable =
    Math.abs(change) >= NOTABLE_SHARE * Math.abs(level) && Math.abs(change) >= DEVIATIONS * deviation;
  const direction = !isNotable || change === 0 ? "steady" : change > 0 ? "rising" : "falling";
  return { direction, perHour: slope * HOUR };
}

function slopesBetween(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  points.forEach(([later, next], i) => {
    for (let j = 0; j < i; j++) {
      const [at, value] = points[j] as Point;
      slopes[count++] = (next - value) / (later - at);
    }
  });
  return slopes;
}
