import { describe, expect, test } from "vitest";
import type { Point } from "../change-point.ts";
import { changesOf, SURE } from "./index.ts";

const START = 1_700_000_000;
const DAY = 86_400;
/** Noise without chance: the same each run. */
const noise = (i: number): number => Math.sin(i * 12.9898) * 0.5 + Math.sin(i * 78.233) * 0.5;

function series(length: number, step: number, value: (i: number) => number): Point[] {
  return Array.from({ length }, (_, i): Point => [START + i * step, value(i)]);
}
/** Three hours, a point a minute. */
const short = (value: (i: number) => number): Point[] => series(180, 60, value);
/** Six days, a point every five minutes, with a wave a day. */
const wave = (i: number): number => 100 + 40 * Math.sin((i * 2 * Math.PI) / 288) + 2 * noise(i);
const days = (value: (i: number) => number): Point[] => series(6 * 288, 300, value);
const calm = (i: number): number => 50 + noise(i);

function sure(points: readonly Point[]) {
  return changesOf(points).filter(({ confidence }) => confidence >= SURE);
}
const minute = (i: number): number => START + i * 60;
const five = (i: number): number => START + i * 300;

describe("a change", () => {
  test.each<[string, Point[], number, "up" | "down", number, number]>([
    ["a step up", short((i) => (i < 120 ? calm(i) : calm(i) + 50)), minute(120), "up", 50, 100],
    ["a fall", short((i) => (i < 100 ? calm(i) : 5)), minute(100), "down", 50, 5],
    ["from constant zero", short((i) => (i < 120 ? 0 : 7)), minute(120), "up", 0, 7],
    ["a spike", short((i) => (i === 130 ? 500 : calm(i))), minute(130), "up", 50, 500],
    ["a step on a daily wave", days((i) => wave(i) + (i < 1_300 ? 0 : 150)), five(1_300), "up", 100, 250],
    [
      "a night in the daytime",
      days((i) => (i >= 1_500 && i < 1_560 ? 60 : wave(i))),
      five(1_500),
      "down",
      130,
      60,
    ],
    [
      "after a gap, where the samples go on",
      short((i) => (i < 110 ? calm(i) : 150)).filter(([at]) => at < minute(100) || at > minute(119)),
      minute(120),
      "up",
      50,
      150,
    ],
    [
      "in points without order",
      short((i) => (i < 120 ? calm(i) : 100)).reverse(),
      minute(120),
      "up",
      50,
      100,
    ],
  ])("%s", (_, points, at, direction, before, after) => {
    const [first, ...others] = sure(points);
    expect(others.length).toBeLessThanOrEqual(1);
    expect(first?.direction).toBe(direction);
    expect(Math.abs((first?.at ?? 0) - at)).toBeLessThanOrEqual(points.length > 1_000 ? 3_600 : 300);
    expect(Math.abs((first?.before ?? 0) - before)).toBeLessThan(0.5 * Math.max(20, before));
    expect(Math.abs((first?.after ?? 0) - after)).toBeLessThan(0.2 * after + 1);
  });

  test("a slow drift is one, from where it left the beginning", () => {
    const [drift] = sure(short((i) => calm(i) + (i < 60 ? 0 : (i - 60) * 0.5)));
    expect(drift?.direction).toBe("up");
    expect(drift?.at).toBeGreaterThan(minute(60));
    expect(drift?.at).toBeLessThan(minute(100));
  });

  test("an incident as large as an earlier one is told again", () => {
    const bad = (i: number): boolean => (i > 800 && i < 820) || (i > 1_400 && i < 1_420);
    const found = sure(days((i) => (bad(i) ? 400 : 100 + 3 * noise(i))));
    expect(found.map(({ at }) => Math.round((at - START) / 300))).toEqual([801, 1_401]);
  });
});

test.each<[string, Point[]]>([
  ["nothing", []],
  ["one point", [[START, 5]]],
  ["constant zero", short(() => 0)],
  ["a constant", days(() => 42)],
  ["noise", short(calm)],
  ["a daily wave", days(wave)],
  ["a wave with a gap of half a day", days(wave).filter((_, i) => i < 900 || i > 1_040)],
  ["what is no number", short((i) => (i % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY))],
  ["a few numbers among gaps", short((i) => (i % 20 === 0 ? i : Number.NaN))],
  ["one moment a thousand times", series(1_000, 0, (i) => i)],
  ["steps of no regular length", short(calm).map(([at, value], i): Point => [at + (i % 7) * 3, value])],
])("no change: %s", (_, points) => {
  expect(sure(points)).toEqual([]);
});

test("a month of seconds is read at steps that bound the work", () => {
  const points = series(500_000, 5, (i) => (i < 400_000 ? calm(i) : 200));
  const [change] = sure(points);
  expect(Math.abs((change?.at ?? 0) - (START + 2_000_000))).toBeLessThan(DAY / 24);
});

test("the same points give the same answer", () => {
  const points = days((i) => wave(i) + (i < 1_300 ? 0 : 150));
  expect(JSON.stringify(changesOf(points))).toBe(JSON.stringify(changesOf([...points])));
});
