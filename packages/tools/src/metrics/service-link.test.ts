import { afterEach, expect, test } from "vitest";
import {
  counter,
  gauge,
  type MetricsWorld,
  serviceYaml,
  startMetricsWorld,
} from "../testing/metrics-world.ts";

let world: MetricsWorld | undefined;
afterEach(() => world?.close());

const now = new Date("2026-01-31T03:20:00.000Z");
const labels = { job: "shop", instance: "a" };
const series = [
  counter(
    { __name__: "http_requests_total", status: "200", ...labels },
    now.getTime() - 5 * 3_600_000,
    () => 10,
  ),
  gauge({ __name__: "go_goroutines", ...labels }, () => 12),
];
const uid = "observability: { grafana_uid: shop-prod }\n";
const grafanaUrl = "https://grafana.example";

test.each<[string, { grafanaUrl?: string; more?: string }, RegExp]>([
  [
    "its dashboard",
    { grafanaUrl, more: uid },
    /^https:\/\/grafana\.example\/d\/shop-prod\?from=\d{13}&to=\d{13}$/,
  ],
  ["Explore, without a dashboard", { grafanaUrl }, /^https:\/\/grafana\.example\/explore\?/],
  ["Prometheus, without Grafana", { more: uid }, /^http:\/\/127\.0\.0\.1:\d+\/graph\?/],
])("the tools about a service's metrics lead to %s", async (_, { more = "", ...options }, expected) => {
  const services = [serviceYaml("shop", `language: go\n${more}`)];
  world = await startMetricsWorld({ series, services, now, ...options });
  for (const tool of ["get_service_health", "check_runtime_metrics"]) {
    const { state, link } = await world.registry.call(tool, { service: "shop" });
    expect([tool, state, link]).toEqual([tool, "ok", expect.stringMatching(expected)]);
  }
});
