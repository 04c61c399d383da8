import { describe, expect, test } from "vitest";
import {
  after,
  dependencies,
  evidenceOf,
  failingHealth,
  health,
  line,
  logs,
  ONSET,
  seen,
} from "./acme.fixture.ts";
import type { Candidate } from "./candidates.ts";
import type { Observation } from "./evidence.ts";
import { coincidenceBits, inBits } from "./in-bits.ts";

const bitsOf = (observations: Observation[], candidates: Candidate[] = []) =>
  inBits(evidenceOf(...observations), candidates, ONSET);

const strongest = (observations: Observation[], family: string, service = "order-service") =>
  Math.max(
    0,
    ...bitsOf(observations)
      .signs.filter((sign) => sign.family === family && sign.service === service)
      .map(({ bits }) => bits),
  );

const quantiles = health().latency_seconds;

describe("figures", () => {
  test.each<[string, Observation[], string, number, number]>([
    [
      "a fifth of thousands of requests failing",
      [seen("get_service_health", failingHealth)],
      "errors",
      16,
      16,
    ],
    [
      "as many failing as ever",
      [seen("get_service_health", health({ verdict: "degraded" }))],
      "errors",
      0,
      0,
    ],
    ["nothing while the service is well", [seen("get_service_health", health())], "errors", 0, 0],
    [
      "one failure of the only two requests",
      [
        seen(
          "get_service_health",
          health({
            verdict: "degraded",
            error_ratio: { now: 0.5, before: 0 },
            requests_per_second: { now: 2 / 1800, before: 2 / 3600 },
          }),
        ),
      ],
      "errors",
      0.1,
      3,
    ],
    [
      "ten times the latency",
      [
        seen(
          "get_service_health",
          health({
            verdict: "degraded",
            latency_seconds: { ...quantiles, p99: { now: 1.6, before: 0.16 } },
          }),
        ),
      ],
      "latency",
      10,
      14,
    ],
    [
      "no requests any more",
      [
        seen(
          "get_service_health",
          health({ verdict: "no_traffic", requests_per_second: { now: 0, before: 40 } }),
        ),
      ],
      "traffic",
      5,
      6,
    ],
    ["an unknown error of hundreds of lines", [logs([line({ known_as: null })])], "errors", 16, 16],
    [
      "an error that was always there",
      [logs([line({ known_as: null, is_new: false, before: 400 })])],
      "errors",
      0,
      0,
    ],
  ])("%s", (_, observations, family, least, most) => {
    const bits = strongest(observations, family);
    expect(bits).toBeGreaterThanOrEqual(least);
    expect(bits).toBeLessThanOrEqual(most);
  });
});

describe("links", () => {
  const rows = dependencies([
    { state: "down" },
    { name: "redis-sessions", state: "healthy" },
    { name: "payment-service", state: "unknown" },
  ]);
  const candidate: Candidate = {
    finding: {
      code: "db.connection_refused",
      subject: "postgres-orders",
      severity: "critical",
      confidence: 1,
      since: ONSET,
      summary: "…",
      evidence: ["ev_1"],
      facts: { reporter: "order-service" },
    },
    supports: [],
    suspicion: null,
  };
  const linked = (candidates: Candidate[]) =>
    (bitsOf([rows], candidates).links ?? []).map(({ caller, callee, bits }) => [caller, callee, bits > 0]);

  test("that were looked at count, well or not; unknown ones do not", () => {
    expect(linked([])).toEqual([
      ["order-service", "postgres-orders", false],
      ["order-service", "redis-sessions", false],
    ]);
  });

  test("go wrong where the fault lies at the callee", () => {
    expect(linked([candidate])).toEqual([
      ["order-service", "postgres-orders", true],
      ["order-service", "redis-sessions", false],
      ["order-service", "postgres-orders", true],
    ]);
  });
});

test.each([
  ["with the onset", 0, 4.2],
  ["a few minutes after, as sources date things", 9, 4.2],
  ["an hour before", -60, 1.6],
  ["hours before", -400, 0],
  ["well after", 40, 0],
])("what began %s: %d minutes", (_, minutes, bits) => {
  expect(coincidenceBits(after(minutes), ONSET)).toBeCloseTo(bits, 1);
});

test("what began at an unknown time says nothing", () => {
  expect(coincidenceBits(null, ONSET)).toBe(0);
});
