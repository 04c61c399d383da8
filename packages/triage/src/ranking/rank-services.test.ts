import { describe, expect, test } from "vitest";
import type { LinkSign, Sign } from "../signals/sign.ts";
import { rankServices, type ServiceEvidence } from "./rank-services.ts";

const graph = {
  services: ["front", "orders", "payment", "search", "unrelated"],
  calls: [
    ["front", "orders"],
    ["front", "search"],
    ["orders", "payment"],
  ],
} as const;

const sign = (service: string, family: string, bits: number, direction: Sign["direction"] = "up"): Sign => ({
  service,
  family,
  direction,
  bits,
});
const link = (caller: string, callee: string, bits: number): LinkSign => ({ caller, callee, bits });

const excess = (of: Record<string, number>, bits = 8) => ({
  family: "latency" as const,
  of: new Map(Object.entries(of)),
  bits,
});

describe("the likeliest origin", () => {
  test.each<[string, ServiceEvidence, string | undefined, string]>([
    [
      "is the callee whose slowness its callers show",
      { signs: [sign("front", "latency", 9), sign("orders", "latency", 9), sign("payment", "latency", 9)] },
      undefined,
      "payment",
    ],
    [
      "needs one signal only: alerts or metrics of a resource",
      { signs: [sign("search", "memory", 4)] },
      "front",
      "search",
    ],
    [
      "is not the one with a single family told many times",
      {
        signs: [
          ...[9, 9, 9].map((bits) => sign("orders", "memory", bits)),
          sign("payment", "cpu", 7),
          sign("payment", "logs", 7),
        ],
      },
      "front",
      "payment",
    ],
    [
      "is where the excess of the symptom arises",
      {
        signs: [sign("search", "latency", 16)],
        excess: excess({ front: 100, orders: 90, payment: 80, search: 5 }),
      },
      "front",
      "payment",
    ],
    [
      "is where the bad links meet",
      {
        signs: [],
        links: [link("front", "orders", 9), link("orders", "payment", 9), link("front", "search", 0)],
      },
      undefined,
      "orders",
    ],
    [
      "is reached from the symptom",
      { signs: [sign("unrelated", "cpu", 9), sign("payment", "cpu", 8)] },
      "front",
      "payment",
    ],
    [
      "is the deeper of two that speak alike",
      { signs: [sign("front", "cpu", 5), sign("payment", "cpu", 5)] },
      "front",
      "payment",
    ],
  ])("%s", (_, evidence, symptom, first) => {
    const ranked = rankServices({ graph, evidence, ...(symptom === undefined ? {} : { symptom }) });
    expect(ranked[0]?.service).toBe(first);
  });
});

test("without evidence nothing is accused, and every service is a candidate", () => {
  const ranked = rankServices({ graph, evidence: { signs: [] } });
  expect(ranked.map(({ score }) => score)).toEqual([0, 0, 0, 0, 0]);
});

test("a symptom within its own range accuses nobody unless an alert rang on it", () => {
  const evidence = { signs: [], excess: excess({ front: 10, orders: 8 }, 0) };
  expect(rankServices({ graph, evidence, symptom: "front" }).every(({ score }) => score === 0)).toBe(true);
  expect(rankServices({ graph, evidence, symptom: "front", alerted: true })[0]?.service).toBe("orders");
});

test("the same evidence in another order gives the same answer; signs of NaN bits are ignored", () => {
  const signs = [sign("orders", "cpu", 4), sign("payment", "logs", 4), sign("search", "cpu", Number.NaN)];
  const answer = rankServices({ graph, evidence: { signs } });
  expect(rankServices({ graph, evidence: { signs: signs.toReversed() } })).toEqual(answer);
  expect(answer.find(({ service }) => service === "search")?.score).toBe(0);
});

test("calls in a circle come to an end", () => {
  const circle = {
    services: ["a", "b"],
    calls: [
      ["a", "b"],
      ["b", "a"],
    ],
  } as const;
  const evidence = { signs: [], excess: excess({ a: 4, b: 3 }) };
  expect(rankServices({ graph: circle, evidence, symptom: "a" }).map(({ service }) => service)).toHaveLength(
    2,
  );
});
