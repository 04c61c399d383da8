import { changePoint, type Point } from "../change-point.ts";
import { seriesBits } from "../series-bits.ts";
import { median } from "../statistics.ts";
import { confidenceOf, SURE } from "./confidence.ts";
import { type Grid, gridOf } from "./grid.ts";
import { recordBreaks, sameTime } from "./record-breaks.ts";
import { MEMORY_POINTS, surprises } from "./surprises.ts";

/** Where one series left its own history. Times in unix seconds, levels in the series' unit. */
export interface SeriesChange {
  /** When it began. */
  readonly at: number;
  /** When the points had shown it; from then on it could have been told. */
  readonly seenAt: number;
  readonly direction: "up" | "down";
  readonly before: number;
  readonly after: number;
  /** 0..1 that it is more than the series' usual life. */
  readonly confidence: number;
}

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
/** A step smaller than this share of the level dates nothing. */
const LEAST_SHARE = 0.05;
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
  const found = apart(alarms, pace.quiet).map((at) => describe(grid, pace, at));
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

interface Pace {
  readonly day: number;
  readonly few: number;
  readonly quiet: number;
  readonly isDaily: boolean;
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

/** What an alarm tells: how surprising the present is by level or by time of day, and since when. */
function describe(grid: Grid, pace: Pace, at: number): SeriesChange {
  const from = Math.max(0, at - MEMORY_POINTS);
  const level = grid.values.subarray(from, at + pace.few);
  const middle = median(level.subarray(0, at - from));
  const floor = LEAST_SHARE * Math.abs(middle);
  const views = [{ values: level, ...strongest(level, at - from, floor) }];
  if (pace.isDaily) {
    const beyond = level.map((value, i) => value - sameTime(grid.values, from + i, pace.day));
    views.push({ values: beyond, ...strongest(beyond, at - from, floor) });
  }
  const { values, direction, bits } = views.reduce((best, view) => (view.bits > best.bits ? view : best));
  const points = Array.from(values, (value, i): Point => [i, value]);
  const baseline = { from: 0, to: Math.max(0, at - from - pace.few) };
  const onset = changePoint(points, { baseline, direction, atLeast: floor, relative: 0 });
  const began = from + (onset ?? at - from);
  const now = grid.values.subarray(began, Math.max(began, at) + pace.few);
  return {
    at: timeOf(grid, began),
    seenAt: timeOf(grid, at),
    direction,
    before: median(grid.values.subarray(from, began)),
    after: onset === null ? (grid.values[at] ?? Number.NaN) : median(now),
    confidence: confidenceOf(bits, onset !== null),
  };
}

function strongest(
  values: Float64Array,
  at: number,
  floor: number,
): { direction: SeriesChange["direction"]; bits: number } {
  const [before, now] = [values.subarray(0, at), values.subarray(at)];
  const { up, down } = seriesBits(before, now, floor);
  const isUp = up === down ? median(now) >= median(before) : up > down;
  return { direction: isUp ? "up" : "down", bits: Math.max(up, down) };
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
  const began = changePoint(points, { baseline, direction, atLeast: 0, relative: DRIFT_SHARE });
  if (began === null) return null;
  return {
    at: timeOf(grid, began),
    seenAt: timeOf(grid, values.length - 1),
    direction,
    before: median(base),
    after: median(end),
    confidence: confidenceOf(bits, true),
  };
}

function timeOf({ from, step }: Grid, place: number): number {
  return from + place * step;
}
