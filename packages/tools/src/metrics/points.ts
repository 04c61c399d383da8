import type { Series } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import type { Point } from "./change-point.ts";

/** All series added up, point by point; what is not a number is left out. */
export function sumOf(series: readonly Series[]): Point[] {
  const sums = new Map<number, number>();
  for (const { values } of series) {
    for (const [at, value] of values) if (Number.isFinite(value)) sums.set(at, (sums.get(at) ?? 0) + value);
  }
  return [...sums].sort(([a], [b]) => a - b);
}

/** Errors that were not counted in a step did not happen in it. */
export function ratioOf(errors: readonly Point[], total: readonly Point[]): Point[] {
  const failed = new Map(errors);
  return total.filter(([, value]) => value > 0).map(([at, value]) => [at, (failed.get(at) ?? 0) / value]);
}

/** Steps without a point, up to `to`, as zero: a service that is gone has no series. */
export function filled(points: readonly Point[], to: string, step: number): Point[] {
  const first = points[0];
  if (first === undefined) return [];
  const known = new Map(points);
  const count = Math.floor((seconds(to) - first[0]) / step) + 1;
  return Array.from(
    { length: Math.max(0, count) },
    (_, i): Point => [first[0] + i * step, known.get(first[0] + i * step) ?? 0],
  );
}

/**
 * The series as multiples of what it was a day before, in its own unit again: what rises and falls every day stays
 * level. Unchanged where the day before is not known.
 */
export function withoutDailyWave(points: readonly Point[], dayBefore: readonly Point[]): Point[] {
  const then = new Map(dayBefore.filter(([, value]) => value > 0));
  const shared = points.filter(([at]) => then.has(at));
  if (shared.length < points.length / 2) return [...points];
  const level = shared.reduce((sum, [at]) => sum + (then.get(at) ?? 0), 0) / shared.length;
  return shared.map(([at, value]) => [at, (value / (then.get(at) ?? level)) * level]);
}

export function inside(points: readonly Point[], window: TimeWindow): number[] {
  const [from, to] = [seconds(window.from), seconds(window.to)];
  return points.filter(([at]) => at >= from && at <= to).map(([, value]) => value);
}

export function sumIn(points: readonly Point[], window: TimeWindow): number {
  return inside(points, window).reduce((sum, value) => sum + value, 0);
}

/** Mean over the whole window: where there is no point there was no traffic. Null when there is none at all. */
export function meanIn(points: readonly Point[], window: TimeWindow, step: number): number | null {
  const values = inside(points, window);
  const expected = Math.floor((seconds(window.to) - seconds(window.from)) / step);
  return values.length === 0 ? null : sumIn(points, window) / Math.max(values.length, expected);
}

export function divide(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** To four digits. */
export function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

/** ISO 8601 to whole unix seconds. */
export function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}

/** Unix seconds to ISO 8601. */
export function isoOf(at: number): string {
  return new Date(at * 1000).toISOString();
}
