import { expect, test } from "vitest";
import { bucketQuantile } from "./histogram.ts";

const INF = Number.POSITIVE_INFINITY;
const buckets = (...pairs: [upperBound: number, count: number][]) =>
  pairs.map(([upperBound, count]) => ({ upperBound, count }));

test.each([
  ["inside a bucket", 0.5, buckets([1, 10], [2, 30], [INF, 40]), 1.5],
  ["from zero in the lowest", 0.1, buckets([1, 10], [2, 30], [INF, 40]), 0.4],
  ["in +Inf: the highest finite bound", 0.99, buckets([1, 10], [2, 30], [INF, 40]), 2],
  [
    "unsorted, equal bounds added up",
    0.5,
    buckets([INF, 20], [2, 15], [1, 5], [INF, 20], [2, 15], [1, 5]),
    1.5,
  ],
  ["never falling", 0.5, buckets([1, 10], [2, 8], [4, 30], [INF, 40]), 3],
  ["a negative lowest bound", 0.1, buckets([-1, 10], [INF, 20]), -1],
  ["without +Inf", 0.5, buckets([1, 10], [2, 30]), Number.NaN],
  ["only +Inf", 0.5, buckets([INF, 30]), Number.NaN],
  ["nothing counted", 0.5, buckets([1, 0], [INF, 0]), Number.NaN],
  ["below 0", -0.1, buckets([1, 1], [INF, 1]), Number.NEGATIVE_INFINITY],
  ["above 1", 1.1, buckets([1, 1], [INF, 1]), INF],
])("%s", (_, q, counts, expected) => {
  expect(bucketQuantile(q, counts)).toBe(expected);
});
