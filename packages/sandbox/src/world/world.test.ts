import { describe, expect, test } from "vitest";
import { loadAcme, loadScenario } from "../data/load.ts";
import { evaluateInstant, indexSeries } from "../prometheus/index.ts";
import { createWorld, type World } from "./world.ts";

const NOW = new Date("2026-11-20T12:00:00Z");

function worldOf(name: string, seed = 1, now = NOW): World {
  const resourcesOrigin = "http://127.0.0.1:4000";
  return createWorld({
    acme: loadAcme(),
    scenario: loadScenario(name),
    seed,
    now: () => now,
    resourcesOrigin,
  });
}

function snapshot(world: World): string {
  const at = Math.floor(NOW.getTime() / 15_000) * 15_000;
  // Every ninth series: a counter costs the whole day before it.
  const metrics = [...world.metrics.series()]
    .filter((_, i) => i % 9 === 0)
    .map((series) => [series.labels, series.at(at)]);
  const logs = [...world.logs.values()].map(({ lines }) => lines(at - 600_000, at));
  const commits = [...world.repositories.values()].map((repository) => repository.head().sha);
  return JSON.stringify([
    metrics,
    logs,
    commits,
    world.cluster.list("pods"),
    world.cluster.list("events"),
    world.awsEvents(),
  ]);
}

function ask(world: World, query: string, minutesAgo = 0): number[] {
  const timeMs = NOW.getTime() - minutesAgo * 60_000;
  const result = evaluateInstant({ query, index: indexSeries(world.metrics), timeMs });
  if (result.type !== "vector") throw new Error(`${query} gave a ${result.type}`);
  return result.series.map((series) => series.point[1]);
}

test("the same seed and time give the same history; another seed gives another", () => {
  const first = snapshot(worldOf("acme-01"));
  expect(snapshot(worldOf("acme-01"))).toBe(first);
  expect(snapshot(worldOf("acme-01", 2))).not.toBe(first);
});

const errorRatio = (job: string): string =>
  `sum(rate(http_requests_total{job="${job}",status=~"5.."}[5m])) / sum(rate(http_requests_total{job="${job}"}[5m]))`;

describe.each<[string, string, number, number, number]>([
  // scenario, query, minutes ago, at least, at most
  ["acme-01", errorRatio("order-service"), 0, 0.15, 0.3],
  ["acme-01", errorRatio("order-service"), 60, 0, 0.005],
  ["acme-01", `max(hikaricp_connections_active{job="order-service"})`, 0, 5, 5],
  ["acme-01", `max(hikaricp_connections_max{job="order-service"})`, 0, 5, 5],
  ["acme-01", `max(hikaricp_connections_max{job="order-service"})`, 60, 40, 40],
  ["acme-01", `max(hikaricp_connections_pending{job="order-service"})`, 0, 20, 60],
  ["acme-01", `pg_up{job="postgres-orders"}`, 0, 1, 1],
  [
    "acme-01",
    `histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="order-service"}[5m])))`,
    0,
    25,
    30,
  ],
  ["acme-02", `pg_up{job="postgres-orders"}`, 0, 0, 0],
  ["acme-02", `pg_up{job="postgres-orders"}`, 40, 1, 1],
  ["acme-02", errorRatio("order-service"), 0, 0.5, 0.8],
  ["acme-03", `max(kube_pod_container_status_restarts_total{namespace="payments"})`, 0, 4, 7],
  [
    "acme-03",
    `max_over_time(container_memory_working_set_bytes{namespace="payments"}[20m]) / 2^20 > 480`,
    0,
    480,
    512,
  ],
  ["acme-03", errorRatio("order-service"), 0, 0.015, 0.05],
  ["acme-04", errorRatio("inventory-service"), 0, 0, 0.005],
  ["acme-04", `count(up{job="inventory-service"} == 1)`, 0, 3, 4],
])("%s: %s, %d minutes ago", (name, query, minutesAgo, least, most) => {
  test(`lies between ${least} and ${most}`, () => {
    const values = ask(worldOf(name), query, minutesAgo);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    }
  });
});

test("metrics reach back a day and end now", () => {
  const world = worldOf("acme-01");
  expect(ask(world, `sum(rate(http_requests_total{job="order-service"}[5m]))`, 24 * 60)[0]).toBeGreaterThan(
    10,
  );
  const series = [...world.metrics.series()].find(({ labels }) => labels.__name__ === "pg_up");
  expect(series?.at(NOW.getTime() + 15_000)).toBeUndefined();
});

test("a release's ReplicaSet runs what its commit says", () => {
  const world = worldOf("acme-01");
  const sets = world.cluster.list("replicasets").filter((set) => set.metadata.namespace === "orders");
  const env = sets.map((set) => /"DB_POOL_MAX","value":"(\d+)"/.exec(JSON.stringify(set.spec))?.[1]).sort();
  expect(env).toEqual(["40", "40", "5"]);
  const patch = world.repositories.get("acme/order-service")?.head().changes[0]?.patch;
  expect(patch).toContain('-  DB_POOL_MAX: "40"\n+  DB_POOL_MAX: "5"');
});

test("crashed containers tell how they ended", () => {
  const pods = worldOf("acme-03")
    .cluster.list("pods")
    .filter((pod) => pod.metadata.namespace === "payments");
  expect(pods).toHaveLength(3);
  for (const pod of pods) {
    expect(pod).toMatchObject({
      status: { containerStatuses: [{ lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } }] },
    });
  }
  const waiting = pods.filter((pod) => JSON.stringify(pod).includes("CrashLoopBackOff"));
  expect(waiting.length).toBeGreaterThan(0);
});

test("a rollout under way has one new pod that is not ready yet, and later none", () => {
  const deploymentOf = (world: World) =>
    world.cluster.list("deployments").find((deployment) => deployment.metadata.name === "inventory-service");
  expect(deploymentOf(worldOf("acme-04"))).toMatchObject({
    spec: { replicas: 3 },
    status: { replicas: 4, updatedReplicas: 1, readyReplicas: 3, unavailableReplicas: 1 },
  });
  let now = NOW;
  const resourcesOrigin = "http://127.0.0.1:4000";
  const world = createWorld({
    acme: loadAcme(),
    scenario: loadScenario("acme-04"),
    seed: 1,
    now: () => now,
    resourcesOrigin,
  });
  now = new Date(NOW.getTime() + 15 * 60_000);
  expect(deploymentOf(world)).toMatchObject({
    status: { replicas: 3, updatedReplicas: 3, readyReplicas: 3 },
  });
});

test.each([
  [
    "acme-01",
    "order-service",
    "ord-1234",
    { status: "PENDING", error: "Database connection timeout after 30s" },
  ],
  ["acme-02", "order-service", "ord-9999", { status: "FAILED" }],
  ["acme-04", "order-service", "ord-1234", { status: "CONFIRMED" }],
  ["acme-01", "user-service", "usr-1234", { status: "ACTIVE" }],
  ["acme-01", "auth-service", "tok-abc123", { status: "VALID" }],
  ["acme-01", "auth-service", "sess-xyz789", { status: "ACTIVE" }],
])("%s: %s knows %s", (name, service, id, expected) => {
  expect(worldOf(name).resource(service, id)).toMatchObject({ id, ...expected });
});
