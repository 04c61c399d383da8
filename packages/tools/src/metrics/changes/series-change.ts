import { changePoint, type Point } from "../change-point.ts";
import { seriesBits } from "../series-bits.ts";
import { sharedOnset } from "../shared-onset.ts";
import { median } from "../statistics.ts";
import { confidenceOf } from "./confidence.ts";
import type { Grid } from "./grid.ts";
import { sameTime } from "./record-breaks.ts";
import { MEMORY_POINTS } from "./surprises.ts";

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

/** Stretches of time, in points. */
export interface Pace {
  readonly day: number;
  /** What makes the present. */
  readonly few: number;
  /** In which the series may find its new level. */
  readonly quiet: number;
  /** Whether the series has whole days. */
  readonly isDaily: boolean;
}

interface View {
  /** The memory before an alarm and the present after it. */
  readonly values: Float64Array;
  /** What was to be expected by the time of day, which `values` are beyond; zero for the level itself. */
  readonly expected: Float64Array;
  readonly direction: SeriesChange["direction"];
  readonly bits: number;
}

/** A step smaller than this share of the level dates nothing. */
const LEAST_SHARE = 0.05;

/** What an alarm tells: how surprising the present is by level or by time of day, since when, and what became of it. */
export function describe(grid: Grid, pace: Pace, at: number): SeriesChange {
  const from = Math.max(0, at - MEMORY_POINTS);
  const level = grid.values.subarray(from, at + pace.few);
  const seen = at - from;
  const floor = LEAST_SHARE * Math.abs(median(level.subarray(0, seen)));
  const view = viewOf(grid, pace, level, from, seen, floor);
  const { values, expected, direction, bits } = view;
  const points = Array.from(values, (value, i): Point => [i, value]);
  const baseline = { from: 0, to: Math.max(0, seen - pace.few) };
  const left = changePoint(points, { baseline, direction, atLeast: floor, relative: 0 });
  const began = left === null ? seen : earliest(values, left);
  const usual = median(values.subarray(0, began));
  const shown = tellingPoint(values, { began, usual, direction, isLasting: left !== null });
  const wouldBe = usual + (expected[shown] ?? 0);
  return {
    at: timeOf(grid, from + began),
    seenAt: timeOf(grid, at),
    direction,
    before: wouldBe,
    after: wouldBe + (values[shown] ?? usual) - usual,
    confidence: confidenceOf(bits, left !== null),
  };
}

function viewOf(
  grid: Grid,
  pace: Pace,
  level: Float64Array,
  from: number,
  seen: number,
  floor: number,
): View {
  const plain = { values: level, expected: level.map(() => 0), ...strongest(level, seen, floor) };
  if (!pace.isDaily) return plain;
  const expected = level.map((_, i) => sameTime(grid.values, from + i, pace.day));
  const beyond = level.map((value, i) => value - (expected[i] ?? 0));
  const daily = { values: beyond, expected, ...strongest(beyond, seen, floor) };
  return daily.bits > plain.bits ? daily : plain;
}

/** The point that shows the change: the middle one of what lasts, or where that is as always, one far out. */
function tellingPoint(
  values: Float64Array,
  {
    began,
    usual,
    direction,
    isLasting,
  }: { began: number; usual: number; direction: SeriesChange["direction"]; isLasting: boolean },
): number {
  const sign = direction === "up" ? 1 : -1;
  const beyond = (at: number): number => sign * ((values[at] ?? usual) - usual);
  const since = Array.from(values.subarray(began), (value, i) => (Number.isFinite(value) ? began + i : -1));
  const order = since.filter((at) => at >= 0).sort((a, b) => beyond(a) - beyond(b));
  const candidates = (isLasting ? [0.5, 0.9, 1] : [1]).map(
    (share) => order[Math.floor(share * (order.length - 1))] ?? began,
  );
  return candidates.find((at) => beyond(at) > 0) ?? began;
}

/**
 * Where a lasting change began: its first points may have lain within the noise. The ranks before and after say so, if
 * what lies between is more like what came than like what was.
 */
export function earliest(values: Float64Array, left: number): number {
  const onset = sharedOnset([values], left);
  if (onset === null || onset >= left) return left;
  const was = median(values.subarray(0, onset));
  const is = median(values.subarray(onset, left));
  const came = median(values.subarray(left));
  return Math.abs(is - came) < Math.abs(is - was) ? onset : left;
}

/** In which direction what follows a place is more surprising by what precedes it, and how much. */
export function strongest(
  values: Float64Array,
  place: number,
  floor: number,
): Pick<View, "direction" | "bits"> {
  const [before, now] = [values.subarray(0, place), values.subarray(place)];
  const { up, down } = seriesBits(before, now, floor);
  const isUp = up === down ? median(now) >= median(before) : up > down;
  return { direction: isUp ? "up" : "down", bits: Math.max(up, down) };
}

export function timeOf({ from, step }: Grid, place: number): number {
  return from + place * step;
}
