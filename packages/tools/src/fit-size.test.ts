import { estimateTokens } from "@oncall/core";
import { describe, expect, test } from "vitest";
import { fitSize } from "./fit-size.ts";

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `pod-${i}`, note: "x".repeat(100) }));

describe("fitSize", () => {
  test("leaves alone what fits", () => {
    expect(fitSize({ pods: rows(2) }, 1_000)).toEqual({ value: { pods: rows(2) }, omitted: undefined });
  });

  test.each([
    [
      "a long list keeps its first items",
      { pods: rows(200) },
      /^Cut to fit: pods: \d+ of 200 items shown\.$/,
    ],
    ["a long text keeps its beginning", { body: "y".repeat(50_000) }, /body: \d+ of 50000 characters shown/],
    [
      "a wide map keeps its first keys",
      Object.fromEntries(rows(500).map((row) => [row.name, row.note])),
      /the answer: \d+ of 500 keys/,
    ],
    ["lists in lists", { a: Array.from({ length: 5 }, () => rows(60)) }, /a\[\]: \d+ of 60 items/],
    ["a bare text", "z".repeat(50_000), /the answer: \d+ of 50000 characters/],
  ])("%s, and says so", (_, value, omitted) => {
    const fitted = fitSize(value, 1_000);
    expect(estimateTokens(JSON.stringify(fitted.value))).toBeLessThanOrEqual(1_000);
    expect(fitted.omitted).toMatch(omitted);
  });

  test("says of a cut list what all of it was", () => {
    const pods = rows(200).map((row, i) => ({ ...row, phase: i < 20 ? "Pending" : "Running" }));
    expect(fitSize({ pods }, 1_000).omitted).toMatch(
      /^Cut to fit: pods: \d+ of 200 items shown \(of all: phase Running 180, Pending 20\)\.$/,
    );
  });

  test("what cannot be cut with sense is an excerpt", () => {
    const wide = (depth: number): unknown =>
      depth === 0
        ? "x".repeat(30)
        : Object.fromEntries(Array.from({ length: 19 }, (_, i) => [`k${i}`, wide(depth - 1)]));
    const fitted = fitSize(wide(3), 1_000);
    expect(estimateTokens(JSON.stringify(fitted.value))).toBeLessThanOrEqual(1_000);
    expect(fitted.omitted).toMatch(/^Too large to cut with sense: the first \d+ of \d+ characters/);
  });

  test("keeps what comes first", () => {
    const { pods } = fitSize({ pods: rows(200) }, 1_000).value as { pods: { name: string }[] };
    expect(pods.slice(0, 2).map(({ name }) => name)).toEqual(["pod-0", "pod-1"]);
  });
});
