import { describe, expect, test } from "vitest";
import { bucketOf, quantileOf, quantileSeries } from "./histogram.ts";

const bucket = (le: string, values: [number, number][]) => bucketOf({ labels: { le }, values }, 1);
const buckets = [
  bucket("+Inf", [
    [0, 100],
    [60, 10],
  ]),
  bucket("0.1", [
    [0, 50],
    [60, 0],
  ]),
  bucket("0.5", [
    [0, 90],
    [60, 0],
  ]),
];

describe("quantileOf", () => {
  test.each([
    ["inside the first bucket", 0.25, 0.05],
    ["inside a later bucket", 0.7, 0.3],
    ["in the open bucket the last bound is all that is known", 0.99, 0.5],
  ])("%s", (_, q, expected) => {
    expect(quantileOf(q, buckets, { from: 0, to: 30 })).toBeCloseTo(expected);
  });

  test.each([
    ["no requests in the stretch", buckets, 500],
    ["no histogram", [], 0],
  ])("%s: null", (_, given, from) => {
    expect(quantileOf(0.5, given, { from, to: from + 30 })).toBeNull();
  });

  test("as a series", () => {
    expect(quantileSeries(0.5, buckets)).toEqual([
      [0, 0.1],
      [60, 0.5],
    ]);
  });
});
