import type { Container, KubernetesEvent, ReplicaSet } from "@oncall/backends";
import { describe, expect, test } from "vitest";
import { replicaSetToBlame } from "./blame.ts";
import { probeRows } from "./probes.ts";
import { quantity } from "./quantity.ts";
import { templateChanges } from "./template-changes.ts";

test.each([
  ["500m", 0.5],
  ["2", 2],
  ["0.25", 0.25],
  ["512Mi", 512 * 2 ** 20],
  ["1G", 1e9],
  ["128974848000m", 128_974_848],
  ["1e3", 1_000],
  ["", null],
  [undefined, null],
  ["lots", null],
  ["5Xi", null],
])("quantity %s", (text, value) => {
  expect(quantity(text)).toBe(value);
});

test("probes: what they ask, and how often events tell of a failure of our pods", () => {
  const container: Container = {
    name: "shop",
    readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: 8080 } },
    startupProbe: { exec: { command: ["cat", "/tmp/up"] } },
  };
  const unhealthy = (message: string, pod = "shop-1"): KubernetesEvent => ({
    reason: "Unhealthy",
    message,
    count: 4,
    lastTimestamp: "2026-01-31T03:00:00Z",
    involvedObject: { kind: "Pod", name: pod },
  });
  const events = [
    unhealthy("Readiness probe failed: HTTP probe failed with statuscode: 503"),
    unhealthy("Readiness probe failed: timeout", "shop-2"),
    unhealthy("Readiness probe failed: timeout", "other-1"),
  ];
  expect(probeRows([container], events, new Set(["shop-1", "shop-2"]))).toMatchObject([
    { kind: "startup", check: "exec cat /tmp/up", failures: 0, last_failure: null },
    { kind: "readiness", check: "http GET :http/ready", period_seconds: 5, timeout_seconds: 1, failures: 8 },
    { kind: "liveness", check: "tcp :8080", failures: 0, failure_threshold: 3 },
  ]);
});

describe("the ReplicaSet to blame", () => {
  const set = (revision: string, replicas: number, ready: number, image = "shop:1"): ReplicaSet => ({
    metadata: { name: `shop-${revision}`, annotations: { "deployment.kubernetes.io/revision": revision } },
    spec: { replicas, template: { spec: { containers: [{ name: "shop", image }] } } },
    status: { readyReplicas: ready },
  });
  test.each<[string, ReplicaSet[], object | null]>([
    ["all ready", [set("2", 3, 3), set("1", 0, 0)], null],
    ["none at all", [], null],
    [
      "the new one does not come up",
      [set("2", 1, 0, "shop:2"), set("1", 3, 3)],
      { name: "shop-2", is_newest: true, changes: [{ what: "image", from: "shop:1", to: "shop:2" }] },
    ],
    [
      "the old one breaks down while the new one is well",
      [set("2", 1, 1), set("1", 3, 1)],
      { is_newest: false },
    ],
  ])("%s", (_, sets, expected) => {
    const blamed = replicaSetToBlame(sets);
    if (expected === null) expect(blamed).toBeNull();
    else expect(blamed).toMatchObject(expected);
  });
});

test("template changes: where configuration comes from, and how probes ask", () => {
  const template = (version: string, port: number) => {
    const container: Container = {
      name: "shop",
      envFrom: [{ configMapRef: { name: `shop-env-${version}` } }],
      env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: `shop-${version}`, key: "db" } } }],
      readinessProbe: { httpGet: { path: "/ready", port } },
    };
    return {
      metadata: { annotations: { "checksum/config": version } },
      spec: {
        containers: [container],
        volumes: [{ name: "config", configMap: { name: `shop-${version}` } }],
      },
    };
  };
  expect(templateChanges(template("v1", 80), template("v2", 81))).toEqual([
    { what: "annotation.checksum/config", from: "v1", to: "v2" },
    { what: "env.DB_PASSWORD", from: "from secret shop-v1, key db", to: "from secret shop-v2, key db" },
    { what: "envFrom", from: "from configMap shop-env-v1", to: "from configMap shop-env-v2" },
    { what: "readinessProbe", from: "http GET :80/ready", to: "http GET :81/ready" },
    { what: "volume.config", from: "from configMap shop-v1", to: "from configMap shop-v2" },
  ]);
});
