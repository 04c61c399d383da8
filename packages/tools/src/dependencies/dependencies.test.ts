import type { Series } from "@oncall/backends";
import { expect, test } from "vitest";
import { readExporter } from "./exporter-metrics.ts";
import { readStatusPage } from "./status-page.ts";

const series = (name: string, values: number[]): Series => ({
  labels: { __name__: name },
  values: values.map((value, i) => [1_800_000_000 + i * 60, value]),
});
const sample = (name: string, value: number) => ({ labels: { __name__: name }, value });

test.each<[string, Parameters<typeof readExporter>[1], Series[], object | null]>([
  ["no metrics", [], [], null],
  [
    "down since its last zeros",
    [],
    [series("pg_up", [1, 0, 1, 0, 0]), series("up", [1, 1, 1, 1, 1])],
    { state: "down", since: "2027-01-15T08:03:00.000Z" },
  ],
  ["down all along: nobody knows since when", [], [series("pg_up", [0, 0])], { state: "down", since: null }],
  ["an exporter that is gone tells nothing", [], [series("up", [1, 0])], { state: "unknown" }],
  [
    "nearly full",
    [sample("pg_stat_activity_count", 95), sample("pg_settings_max_connections", 100)],
    [series("pg_up", [1])],
    { state: "degraded", facts: ["95 of 100 connections used", "pg_up is 1"] },
  ],
  [
    "well",
    [sample("redis_connected_clients", 9)],
    [series("redis_up", [1])],
    { state: "healthy", facts: ["redis_up is 1"] },
  ],
])("exporter: %s", (_, current, history, expected) => {
  const found = readExporter("db", current, [], history);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toMatchObject(expected);
});

test("a queue whose lag jumped is degraded", () => {
  const now = [sample("kafka_consumergroup_lag", 50_000)];
  const before = [sample("kafka_consumergroup_lag", 40)];
  expect(readExporter("events", now, before, [series("up", [1])])).toMatchObject({
    state: "degraded",
    facts: ["kafka_consumergroup_lag is 50000, 40 an hour before", expect.any(String)],
  });
});

test.each([
  [
    "a Statuspage that is well",
    200,
    { status: { indicator: "none", description: "All Systems Operational" } },
    "healthy",
  ],
  ["a partial outage", 200, { status: { indicator: "major" } }, "degraded"],
  ["an outage", 200, { status: { indicator: "critical" } }, "down"],
  ["a health check", 200, { status: "DOWN" }, "down"],
  ["any text", 204, "", "healthy"],
  ["a page that is not there", 404, {}, "unknown"],
])("status page: %s", (_, status, body, state) => {
  expect(readStatusPage({ status, body, url: "https://status.example/api" }).state).toBe(state);
});
