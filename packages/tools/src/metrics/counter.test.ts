import { expect, test } from "vitest";
import type { Point } from "./change-point.ts";
import { isCounter, ratesOf } from "./counter.ts";

const rising: Point[] = Array.from({ length: 30 }, (_, i) => [i * 10, i < 20 ? i * 5 : (i - 20) * 5]);

test.each<[string, string, readonly Point[], boolean]>([
  ["by its name", "http_requests_total", rising, true],
  ["with labels", 'latency_bucket{le="1"}', rising, true],
  ["of another name", "memory_bytes", rising, false],
  ["that falls often", "balance_total", rising.map(([at], i): Point => [at, i % 3]), false],
  ["below zero", "drift_sum", [[0, -1], ...rising.slice(1)], false],
])("a counter %s", (_, name, points, expected) => {
  expect(isCounter(name, points)).toBe(expected);
});

test("a rate survives a restart, gaps, repeats and any order", () => {
  expect(
    ratesOf([
      [0, 100],
      [20, 120],
      [10, 110],
      [20, 120],
      [30, 6],
      [40, Number.NaN],
      [50, 26],
    ]),
  ).toEqual([
    [10, 1],
    [20, 1],
    [30, 0.6],
    [50, 1],
  ]);
});
