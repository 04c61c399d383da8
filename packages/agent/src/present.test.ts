import { estimateTokens } from "@oncall/core";
import { describe, expect, test } from "vitest";
import { citationProblem } from "./citations.ts";
import { notation } from "./notation.ts";
import { present } from "./present.ts";
import { recorded } from "./testing/evidence.ts";

const NOW = new Date("2026-03-02T03:05:00.000Z");
const pods = Array.from({ length: 3 }, (_, i) => ({
  name: `order-service-${i}`,
  phase: "Running",
  reason: null,
  created_at: `2026-03-02T02:5${i}:00.123Z`,
  containers: [{ name: "app", restarts: i, limits: { "memory/max": "1Gi" }, args: [] }],
}));

test("alike objects become a table; what is empty and what goes without saying is left out", () => {
  expect(present({ pods, events: [], note: "" }, NOW, 1_000)).toEqual({
    value: {
      pods: {
        same: { phase: "Running", containers: [{ name: "app", limits: { "memory/max": "1Gi" } }] },
        cols: ["name", "created_at", "containers/0/restarts"],
        rows: [
          ["order-service-0", "02:50:00", 0],
          ["order-service-1", "02:51:00", 1],
          ["order-service-2", "02:52:00", 2],
        ],
      },
    },
    omitted: undefined,
  });
});

test.each([
  ["/data/pods/2/containers/0/restarts", 2],
  ["/data/pods/1/created_at", "02:51:00"],
  ["/data/pods/0/containers/0/limits/memory~1max", "1Gi"],
  ["/data/pods/0/phase", "Running"],
])("what a table shows can be cited: %s", (pointer, value) => {
  const record = recorded("ev_1", "get_pod_status", { pods });
  expect(citationProblem({ evidence: "ev_1", pointer, value }, record)).toBeNull();
});

test("a time of another day keeps its day, items of a list keep their places", () => {
  const { value } = present({ at: "2026-03-01T23:59:00Z", list: ["a", null, "b"] }, NOW, 1_000);
  expect(value).toEqual({ at: "2026-03-01T23:59:00", list: ["a", null, "b"] });
});

test("a list that a table would not shorten stays as it is", () => {
  const list = [{ a: 1 }, { b: "x" }];
  expect(present({ list }, NOW, 1_000).value).toEqual({ list });
});

describe("what is too large", () => {
  const large = {
    patterns: Array.from({ length: 400 }, (_, i) => ({ template: `failure ${i}`, count: 400 - i })),
  };

  test("is cut at the tails of its lists, and says so", () => {
    const { value, omitted } = present(large, NOW, 300);
    expect(estimateTokens(notation(value))).toBeLessThanOrEqual(300);
    expect(JSON.stringify(value)).toContain("failure 0");
    expect(omitted).toMatch(/patterns: \d+ of 400 items shown/);
  });

  test("uses most of its room", () => {
    expect(estimateTokens(notation(present(large, NOW, 300).value))).toBeGreaterThan(150);
  });
});
