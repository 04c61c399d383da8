import { describe, expect, test } from "vitest";
import type { RuleGroup } from "./rules.ts";
import { createPrometheusServer } from "./server.ts";
import { shopSeries } from "./shop-series.fixture.ts";

const NOW = Date.parse("2026-11-20T12:00:10Z");
const minutesAgo = (minutes: number): number => NOW - minutes * 60_000;
const rule = (name: string, activeMs?: number) => ({
  name,
  expr: "up == 0",
  forMs: 300_000,
  labels: { severity: "critical" },
  annotations: { summary: "{{ $labels.job }} is down" },
  active:
    activeMs === undefined
      ? []
      : [{ labels: { alertname: name, job: "orders" }, annotations: {}, activeMs, value: 19.5 }],
});
const group: RuleGroup = {
  name: "acme",
  file: "/etc/prometheus/rules/acme.yaml",
  intervalMs: 30_000,
  rules: [rule("Fires", minutesAgo(20)), rule("Waits", minutesAgo(2)), rule("Rests")],
};
const app = createPrometheusServer({ source: shopSeries, now: () => NOW, rules: () => [group] });
const get = async (path: string) => (await app.inject(`/api/v1/${path}`)).json();

test("alerts: those that fire and those that wait", async () => {
  expect(await get("alerts")).toEqual({
    status: "success",
    data: {
      alerts: [
        ["Fires", "firing", "2026-11-20T11:40:10.000Z"],
        ["Waits", "pending", "2026-11-20T11:58:10.000Z"],
      ].map(([alertname, state, activeAt]) => ({
        labels: { alertname, job: "orders" },
        annotations: {},
        state,
        activeAt,
        value: "1.95e+01",
      })),
    },
  });
});

describe("rules", () => {
  test("each with its state and its alerts", async () => {
    const { data } = await get("rules?type=alert");
    expect(data.groups).toHaveLength(1);
    expect(data.groups[0]).toMatchObject({
      name: "acme",
      file: "/etc/prometheus/rules/acme.yaml",
      interval: 30,
      limit: 0,
      lastEvaluation: "2026-11-20T12:00:00.000Z",
      rules: [
        { name: "Fires", state: "firing", query: "up == 0", duration: 300, alerts: [{ state: "firing" }] },
        { name: "Waits", state: "pending", type: "alerting", health: "ok", alerts: [{ state: "pending" }] },
        { name: "Rests", state: "inactive", labels: { severity: "critical" }, alerts: [] },
      ],
    });
  });

  test("none of them records", async () => {
    expect((await get("rules?type=record")).data.groups[0].rules).toEqual([]);
    expect(await get("rules?type=other")).toEqual({
      status: "error",
      errorType: "bad_data",
      error: 'invalid parameter "type": not supported value "other"',
    });
  });
});
