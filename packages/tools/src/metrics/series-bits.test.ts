import { describe, expect, test } from "vitest";
import { seriesBits } from "./series-bits.ts";

const repeat = (length: number, value: (at: number) => number): number[] =>
  Array.from({ length }, (_, at) => value(at));
const steady = repeat(60, (at) => 100 + (at % 5));

describe("bits of a series", () => {
  test.each([
    ["within its own range", steady, [101, 103], { up: false, down: false }],
    ["a jump up", steady, [200, 210], { up: true, down: false }],
    ["a drop, as a restarted gauge shows", steady, [0, 0, 0], { up: false, down: true }],
    [
      "gaps and infinities beside the jump",
      [...steady, Number.NaN],
      [Number.NaN, 300, Number.POSITIVE_INFINITY],
      { up: true, down: false },
    ],
    ["constant zero that stays", repeat(60, () => 0), [0, 0], { up: false, down: false }],
    ["constant zero that no longer is", repeat(60, () => 0), [0, 5], { up: true, down: false }],
    ["one point of history", [1], [1_000], { up: false, down: false }],
    ["nothing at all", [], [], { up: false, down: false }],
    ["a window of gaps", steady, [Number.NaN], { up: false, down: false }],
    ["a usual spike", repeat(100, (at) => (at % 20 === 0 ? 500 : 100)), [500], { up: false, down: false }],
  ])("%s", (_, before, now, { up, down }) => {
    const bits = seriesBits(before, now);
    expect([bits.up > 0, bits.down > 0]).toEqual([up, down]);
  });

  test("never exceed 16", () => {
    expect(seriesBits(steady, [1e12]).up).toBe(16);
  });

  test("differences below the floor do not matter", () => {
    expect(
      seriesBits(
        repeat(60, () => 0.001),
        [0.004],
        0.005,
      ),
    ).toEqual({ up: 0, down: 0 });
  });
});
