import { describe, expect, test } from "vitest";
import { changePoint, type Point } from "./change-point.ts";

/** One point a minute; the first 60 are the history. */
const series = (history: (i: number) => number, after: readonly number[]): Point[] => [
  ...Array.from({ length: 60 }, (_, i): Point => [i * 60, history(i)]),
  ...after.map((value, i): Point => [(60 + i) * 60, value]),
];
const options = {
  baseline: { from: 0, to: 59 * 60 },
  direction: "both",
  atLeast: 0.005,
  relative: 0.5,
} as const;
const calm = (i: number) => 1 + (i % 3) * 0.01;
const minute = (n: number) => (60 + n) * 60;

describe("changePoint", () => {
  test.each<[string, Point[], number | null]>([
    ["a step up", series(calm, [1, 1, 5, 5, 5, 5]), minute(2)],
    ["a fall", series(calm, [1, 0.1, 0.1, 0.1]), minute(1)],
    ["a ramp, where it leaves the noise", series(calm, [1.1, 1.3, 1.7, 2.5, 4]), minute(2)],
    ["one spike is no change", series(calm, [1, 1, 9, 1, 1, 1, 1, 1, 1, 1]), null],
    ["noise of its own size", series((i) => (i % 2 ? 1 : 3), [3, 1, 3.5, 0.5, 3]), null],
    ["what flaps is one change", series(calm, [5, 5, 1, 1, 5, 5, 1, 5]), minute(0)],
    [
      "the change that lasts, not the one that passed",
      series(calm, [5, 5, 5, ...Array(12).fill(1), 6, 6, 6, 6]),
      minute(15),
    ],
    ["the last minute alone, when that is all there is", series(calm, [5]), minute(0)],
    ["too short a history", series(calm, [5, 5, 5]).slice(57), null],
    ["zeros stay zero", series(() => 0, [0, 0.001, 0, 0]), null],
    [
      "what is no number says nothing",
      series((i) => (i % 7 === 0 ? Number.NaN : calm(i)), [1, Number.NaN, 5, Number.NaN, 5, 5]),
      minute(2),
    ],
    ["a gap is no change", series(calm, [1, 1, 1, 1]).filter(([at]) => at < 600 || at > 3_000), null],
    [
      "after a gap it is changed where the samples go on",
      series(calm, [1, 1, 5, 5, 5, 5]).filter(([at]) => at < minute(1) || at > minute(3)),
      minute(4),
    ],
    ["nothing at all", [], null],
  ])("%s", (_, points, expected) => {
    expect(changePoint(points, options)).toBe(expected);
  });
});
