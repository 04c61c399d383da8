import { describe, expect, test } from "vitest";
import type { Point } from "./change-point.ts";
import { withoutDailyWave } from "./points.ts";
import { quietHourEnd } from "./quiet-hour.ts";
import { trendOf } from "./trend.ts";

const every = (seconds: number, values: readonly number[]): Point[] =>
  values.map((value, i) => [i * seconds, value]);
const many = (count: number, of: (i: number) => number) => Array.from({ length: count }, (_, i) => of(i));

test("what happens every day is level, and what does not stands out", () => {
  const today = every(60, [10, 20, 30, 80]);
  expect(withoutDailyWave(today, every(60, [5, 10, 15, 20]))).toEqual(every(60, [25, 25, 25, 50]));
  expect(withoutDailyWave(today, [])).toEqual(today);
});

describe("quietHourEnd", () => {
  const of = (values: readonly number[]) => quietHourEnd(every(600, values), 600 * (values.length - 1));
  test.each<[string, number[], number | null]>([
    ["all quiet: the last hour", many(12, () => 0.001), 11 * 600],
    ["trouble at the end", [...many(12, () => 0.001), 0.1, 0.2], 11 * 600],
    ["errors that are usual are quiet", many(12, (i) => 0.04 + 0.01 * (i % 2)), 11 * 600],
    ["never an hour without trouble", many(12, (i) => (i % 4 === 0 ? 0.3 : 0)), null],
    ["nothing known", [], null],
  ])("%s", (_, values, expected) => {
    expect(of(values)).toBe(expected);
  });

  test("an hour with a gap in it is not whole", () => {
    const gap = every(
      600,
      many(12, () => 0),
    ).filter(([at]) => at !== 600 * 8);
    expect(quietHourEnd(gap, 600 * 12)).toBe(600 * 7);
  });
});

describe("trendOf", () => {
  test.each<[string, number[], object | null]>([
    ["a leak", many(36, (i) => 100 + i), { direction: "rising", perHour: 60 }],
    ["it falls", many(36, (i) => 100 - i), { direction: "falling", perHour: -60 }],
    ["level with outliers", many(36, (i) => (i % 9 === 0 ? 500 : 100)), { direction: "steady" }],
    ["a sawtooth is no trend", many(36, (i) => 100 + 10 * (i % 6)), { direction: "steady" }],
    ["a slow drift is none yet", many(36, (i) => 1_000 + i), { direction: "steady" }],
    [
      "gaps and what is no number",
      many(36, (i) => (i % 5 === 0 ? Number.NaN : 100 + i)),
      { direction: "rising" },
    ],
    ["zero stays zero", many(36, () => 0), { direction: "steady", perHour: 0 }],
    ["too few to tell", [1, 2, 3], null],
  ])("%s", (_, values, expected) => {
    const trend = trendOf(every(60, values));
    if (expected === null) expect(trend).toBeNull();
    else expect(trend).toMatchObject(expected);
  });
});
