import type { Point } from "../change-point.ts";
import { median } from "../statistics.ts";

/** A series at equal steps; where nothing was sampled, or no number, stands NaN. */
export interface Grid {
  /** Unix seconds of the first value. */
  readonly from: number;
  /** Seconds. */
  readonly step: number;
  readonly values: Float64Array;
}

const DAY_SECONDS = 86_400;
/** A series of several days needs no finer steps to show its changes. */
const FEWEST_SECONDS_OF_DAYS = 300;
const MAX_VALUES = 20_000;

/**
 * Points in any order at the step that most of them have, several of one step as their median. A step is never finer
 * than 20,000 of them, nor than five minutes once there are two days.
 */
export function gridOf(points: readonly Point[]): Grid {
  const known = points.filter(([at, value]) => Number.isFinite(at) && Number.isFinite(value));
  const sorted = known.sort(([a], [b]) => a - b);
  const from = sorted[0]?.[0] ?? 0;
  const span = (sorted.at(-1)?.[0] ?? from) - from;
  const gaps = sorted.slice(1).map(([at], i) => at - (sorted[i]?.[0] ?? at));
  const usual = median(gaps.filter((gap) => gap > 0));
  const least = Math.max(span / MAX_VALUES, span >= 2 * DAY_SECONDS ? FEWEST_SECONDS_OF_DAYS : 0);
  const step = Math.max(Number.isFinite(usual) ? usual : 1, least);
  const steps: number[][] = [];
  for (const [at, value] of sorted) {
    const place = Math.round((at - from) / step);
    const there = steps[place];
    if (there === undefined) steps[place] = [value];
    else there.push(value);
  }
  return {
    from,
    step,
    values: Float64Array.from({ length: steps.length }, (_, at) =>
      steps[at] === undefined ? Number.NaN : steps[at].length === 1 ? (steps[at][0] ?? 0) : median(steps[at]),
    ),
  };
}
