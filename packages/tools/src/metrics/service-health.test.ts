import { describe, expect, test } from "vitest";
import type { Point } from "./change-point.ts";
import { toHealth } from "./service-health.ts";
import { stretches } from "./stretches.ts";
import { judge } from "./verdict.ts";

const onset = new Date("2026-01-31T03:00:00.000Z");
const now = new Date("2026-01-31T03:20:00.000Z");
const compared = stretches(now, onset);
const first = Date.parse(compared.before.from) / 1000;
const minutes = (now.getTime() - Date.parse(compared.before.from)) / 60_000;
const points = (value: (minute: number) => number | null): Point[] =>
  Array.from({ length: minutes + 1 }, (_, i) => [first + i * 60, value(i)] as const).flatMap(([at, v]) =>
    v === null ? [] : [[at, v] as const],
  );
const onsetMinute = (onset.getTime() / 1000 - first) / 60;
const measured = (total: Point[], errors: Point[] | null) =>
  toHealth(
    "shop",
    { metric: "http_requests_total" },
    compared,
    { total, errors, buckets: [], mean: [], step: 60 },
    { ago: [], quiet: null, dayBefore: [] },
  );

describe("toHealth", () => {
  test("errors since the onset", () => {
    const health = measured(
      points(() => 10),
      points((i) => (i >= onsetMinute ? 2 : 0)),
    );
    expect(health).toMatchObject({
      verdict: "degraded",
      reasons: ["20 % of requests fail, 0 % before"],
      error_ratio: { now: 0.2, before: 0 },
      availability: { now: 0.8, before: 1 },
      changed_at: { error_ratio: onset.toISOString(), traffic: null },
      latency_seconds: { p99: { now: null, before: null } },
    });
  });

  test("a service whose series are gone is without traffic since then, and not healthy", () => {
    expect(
      measured(
        points((i) => (i >= onsetMinute ? null : 10)),
        [],
      ),
    ).toMatchObject({
      verdict: "no_traffic",
      requests_per_second: { now: null, before: 10 },
      availability: { now: null },
      changed_at: { traffic: onset.toISOString() },
    });
  });

  test("no error series means no errors; no status means that nobody knows", () => {
    expect(
      measured(
        points(() => 10),
        [],
      ).error_ratio,
    ).toEqual({ now: 0, before: 0 });
    expect(
      measured(
        points(() => 10),
        null,
      ).error_ratio,
    ).toEqual({ now: null, before: null });
  });
});

const figures = (errors: [number, number], p99: [number | null, number | null] = [0.2, 0.2], rate = 5) => ({
  error_ratio: { now: errors[0], before: errors[1] },
  requests_per_second: { now: rate, before: 5 },
  latency_seconds: {
    p50: { now: 0.1, before: 0.1 },
    p95: { now: 0.1, before: 0.1 },
    p99: { now: p99[0], before: p99[1] },
  },
});

test.each([
  ["as before", figures([0.001, 0.001]), "healthy"],
  ["always some errors", figures([0.02, 0.015]), "healthy"],
  ["few errors, though more", figures([0.005, 0.001]), "healthy"],
  ["errors rose", figures([0.03, 0.001]), "degraded"],
  ["slow", figures([0, 0], [0.5, 0.2]), "degraded"],
  ["slower, but still quick", figures([0, 0], [0.05, 0.01]), "healthy"],
  ["nothing to compare with", figures([0, 0], [9, null]), "healthy"],
  ["no requests", figures([0, 0], [0.2, 0.2], 0), "no_traffic"],
])("verdict: %s", (_, given, verdict) => {
  expect(judge(given).verdict).toBe(verdict);
});
