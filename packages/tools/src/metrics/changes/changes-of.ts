import { changePoint, type Point } from "../change-point.ts";
import { median } from "../statistics.ts";
import { confidenceOf, SURE } from "./confidence.ts";
import { type Grid, gridOf } from "./grid.ts";
import { recordBreaks } from "./record-breaks.ts";
import { describe, earliest, type Pace, type SeriesChange, strongest, timeOf } from "./series-change.ts";
import { surprises } from "./surprises.ts";

export interface HistoryOptions {
  /** Points at the beginning from which only habits are learned; 15 %, at most 750, when left out. */
  readonly learning?: number;
}

/** Fewer points tell no habit. */
export const FEWEST_POINTS = 12;

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;
const MOST_POINTS_A_DAY = 288;
const PRESENT_SECONDS = 2 * HOUR_SECONDS;
const SETTLE_SECONDS = 6 * HOUR_SECONDS;
const LEARNING_SHARE = 0.15;
const LEARNING_POINTS = 750;
/** The part of a series that a drift is measured from. */
const DRIFT_BASE = 0.25;
const DRIFT_SHARE = 0.1;

/**
 * Every change of one series against its own history, in the order of time: a level, a spike, what is wrong for its
 * time of day, a new roughness, a drift. Daily waves are habits once two days are known. Points may come in any order,
 * with gaps, repeats and values that are no numbers; counters must be turned into rates first.
 */
export function changesOf(points: readonly Point[], options: HistoryOptions = {}): SeriesChange[] {
  const grid = gridOf(points);
  const { values } = grid;
  if (values.filter(Number.isFinite).length < FEWEST_POINTS) return [];
  const pace = paceOf(grid);
  const learning =
    options.learning ??
    Math.max(pace.few, Math.min(Math.floor(values.length * LEARNING_SHARE), LEARNING_POINTS));
  const alarms = [...recordBreaks(values, { ...pace, learning }), ...surprises(values, learning, pace.few)];
  const found = once(apart(alarms, pace.quiet).map((at) => describe(grid, pace, at)));
  const isSure = found.some(({ confidence }) => confidence >= SURE);
  const drift = isSure ? null : driftOf(grid, pace);
  return drift === null ? found : [...found, drift].sort((a, b) => a.at - b.at);
}

/** Of alarms that follow each other closely the first: the series needs time to find its new level. */
function apart(alarms: readonly number[], quiet: number): number[] {
  const kept: number[] = [];
  for (const at of alarms.toSorted((a, b) => a - b)) {
    if (at >= (kept.at(-1) ?? Number.NEGATIVE_INFINITY) + quiet) kept.push(at);
  }
  return kept;
}

/** What still lasts when the next alarm comes is one change: the one that was told first. */
function once(changes: readonly SeriesChange[]): SeriesChange[] {
  return changes.filter((change, i) => {
    const last = changes[i - 1];
    return last === undefined || change.direction !== last.direction || change.at > last.seenAt;
  });
}

/** Days and hours where the series has them; a short one is held against the little that it has. */
function paceOf({ values, step }: Grid): Pace {
  const day = Math.max(2, Math.round(DAY_SECONDS / step));
  const few = Math.max(2, Math.min(Math.round(PRESENT_SECONDS / step), Math.ceil(values.length / 12)));
  return {
    day: Math.min(MOST_POINTS_A_DAY, day),
    few,
    quiet: Math.max(few, Math.min(Math.round(SETTLE_SECONDS / step), Math.ceil(values.length / 20))),
    isDaily: day <= MOST_POINTS_A_DAY && values.length >= 2 * day,
  };
}

/** What moves so slowly that it never breaks with its last day: the end of a series against its begin. */
function driftOf(grid: Grid, { day, few, isDaily }: Pace): SeriesChange | null {
  const { values } = grid;
  const length = Math.max(FEWEST_POINTS, Math.ceil(DRIFT_BASE * values.length), isDaily ? day : 0);
  const [base, end] = [values.subarray(0, length), values.subarray(Math.max(length, values.length - few))];
  const { direction, bits } = strongest(Float64Array.from([...base, ...end]), length, 0);
  if (bits === 0) return null;
  const points = Array.from(values, (value, i): Point => [i, value]);
  const baseline = { from: 0, to: length - 1 };
  const left = changePoint(points, { baseline, direction, atLeast: 0, relative: DRIFT_SHARE });
  if (left === null) return null;
  const began = earliest(values, left);
  return {
    at: timeOf(grid, began),
    seenAt: timeOf(grid, values.length - 1),
    direction,
    before: median(base),
    after: median(end),
    confidence: confidenceOf(bits, true),
  };
}
