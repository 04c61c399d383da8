import { describe, expect, test } from "vitest";
import { alertHistory, excessDuring, sharedOnset, statementOf, traceGaps, tracesOf } from "./index.ts";
import { traceStructure } from "./trace-structure.ts";

const repeat = (length: number, value: (at: number) => number): number[] =>
  Array.from({ length }, (_, at) => value(at));

describe("onset of many series", () => {
  const step = (at: number, size: number) => repeat(100, (t) => (t % 3) + (t < at ? 0 : size));
  test.each([
    ["one step", [step(40, 50)], 40],
    ["most say when, one jumps elsewhere", [step(40, 50), step(40, -9), step(40, 7), step(80, 500)], 40],
    ["before a gap ends", [step(40, 50).map((value, at) => (at > 30 && at < 40 ? Number.NaN : value))], 31],
    ["constant series say nothing", [repeat(100, () => 3)], null],
    ["too short", [[1, 9, 1]], null],
    ["no series", [], null],
  ])("%s", (_, series, onset) => {
    expect(sharedOnset(series)).toBe(onset);
  });

  test("is not later than the incident was seen", () => {
    expect(sharedOnset([step(60, 50)], 30)).toBeLessThanOrEqual(30);
  });
});

describe("surprise of an alert", () => {
  const usual = { instance: "carts-0", type: "disk" };
  const rare = { instance: "orders-0", type: "memory" };
  const incidents = [...repeat(30, () => 0).map(() => [usual]), [usual, rare]];

  test("is small for one that always rings and large for one that never did", () => {
    const history = alertHistory(incidents, 10);
    expect(history.bits(usual)).toBeLessThan(0.5);
    expect(history.bits(rare)).toBeGreaterThan(3);
  });

  test("leaves the incident at hand out of its own history", () => {
    const history = alertHistory(incidents, 10);
    expect(history.bits(rare, [usual, rare])).toBeGreaterThan(history.bits(rare));
  });

  test("without history an alert is worth even odds", () => {
    expect(alertHistory([], 10).bits(rare)).toBe(1);
  });
});

test("a bystander that is always off has no excess, and a service nobody called before has none of its own", () => {
  const window = [0.1, 0.1, 0.5, 0.5, 0.1];
  const excess = excessDuring("latency", "front", [
    { service: "front", history: repeat(50, () => 0.1), window, requests: repeat(5, () => 1_000) },
    {
      service: "drifted",
      history: repeat(50, () => 0.1),
      window: repeat(5, () => 9),
      requests: repeat(5, () => 1e6),
    },
    { service: "unseen", history: [], window: repeat(5, () => 9), requests: repeat(5, () => 1_000) },
  ]);
  expect(excess.bits).toBeGreaterThan(0);
  expect(excess.of.get("front")).toBeCloseTo(800 * (1_000 / 1_030), -2);
  expect(excess.of.get("drifted") ?? 0).toBeLessThan(excess.of.get("front") ?? 0);
  expect(excess.of.has("unseen")).toBe(false);
});

describe("statements", () => {
  test.each([
    [
      "16:48:42.424 INFO  t.s.Travel#532 [get][Route is: Route(id=f3)]",
      "INFO  t.s.Travel#532 [get][Route is",
    ],
    ["2026-11-20T10:00:00.123Z took 35 ms", "took * ms"],
    ["plain", "plain"],
    ["", ""],
  ])("%s", (line, statement) => {
    expect(statementOf(line)).toBe(statement);
  });
});

describe("traces", () => {
  const trace = (id: number, charge: string, delay: number) => [
    { trace: `t${id}`, service: "orders", what: "place", at: id * 1_000 },
    { trace: `t${id}`, service: "payment", what: charge, at: id * 1_000 + delay },
    { trace: `t${id}`, service: "orders", what: "placed", at: id * 1_000 + delay + 5 },
  ];
  const usual = tracesOf(repeat(40, (id) => id).flatMap((id) => trace(id, "charge", 20)));

  test("name the service that does something else", () => {
    const now = tracesOf(repeat(40, (id) => id).flatMap((id) => trace(id, "declined", 20)));
    const signs = traceStructure(usual, now);
    expect(new Set(signs.map(({ service, direction }) => `${service} ${direction}`))).toEqual(
      new Set(["payment up", "payment down"]),
    );
    expect(traceStructure(usual, usual)).toEqual([]);
  });

  test("name the link that is slow", () => {
    const now = tracesOf(repeat(40, (id) => id).flatMap((id) => trace(id, "charge", 220)));
    expect(traceGaps(usual, now)).toEqual([
      { caller: "orders", callee: "payment", bits: expect.closeTo(46.8, 0) },
    ]);
    expect(traceGaps(usual, usual)[0]?.bits).toBe(0);
  });

  test("events without a time or a trace are left out", () => {
    expect(
      tracesOf([
        { trace: "", service: "a", what: "b", at: 1 },
        { trace: "t", service: "a", what: "b", at: Number.NaN },
      ]),
    ).toEqual([]);
  });
});
