import { findingCodes } from "@oncall/core";
import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import {
  ago,
  crashed,
  event,
  node,
  now,
  object,
  owner,
  pendingPod,
  running,
  waiting,
  webPod,
} from "./objects.fixture.ts";

const conditions = (...types: string[]) =>
  types.map((type) => ({
    type,
    status: "False",
    reason: "Failed",
    message: `${type} is not met`,
    lastTransitionTime: ago(900),
  }));
const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "web:1" }] } };
const selector = { matchLabels: labels };
const named = (name: string) => ({ name: `web-7c9d-${name}` });

/** One of each kind that has a check, each with trouble, so that every check has fields to miss. */
const whole: readonly unknown[] = [
  webPod(crashed(1), { metadata: named("a") }),
  webPod(crashed(137, "OOMKilled"), { metadata: named("b") }),
  webPod(waiting("ImagePullBackOff", "not found"), { metadata: named("c") }),
  webPod(waiting("CreateContainerConfigError", 'secret "x" not found'), { metadata: named("d") }),
  webPod(running, { metadata: { ...named("e"), deletionTimestamp: ago(600), finalizers: ["a.b/c"] } }),
  webPod(
    {},
    { metadata: named("f"), status: { phase: "Failed", reason: "Evicted", message: "low on memory" } },
  ),
  pendingPod("0/1 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint."),
  event("Pod/web-7c9d-c", "Failed", "Failed to pull image: 401 Unauthorized, no basic auth credentials"),
  event("Pod/web-7c9d-e", "Unhealthy", "Readiness probe failed: timeout"),
  event("ReplicaSet/web-7c9d", "FailedCreate", "exceeded quota: q, requested: cpu=1"),
  node(
    [
      { type: "Ready", status: "Unknown" },
      { type: "DiskPressure", status: "True" },
    ],
    {
      unschedulable: true,
      taints: [{ key: "a", effect: "NoSchedule" }],
    },
  ),
  object("Deployment", "web", {
    spec: { replicas: 3, selector, template },
    status: { availableReplicas: 1, conditions: conditions("Progressing", "Available") },
  }),
  object(
    "ReplicaSet",
    "web-7c9d",
    { spec: { replicas: 3, template }, status: {} },
    owner("Deployment", "web"),
  ),
  object("StatefulSet", "db", {
    spec: { replicas: 2, serviceName: "db", volumeClaimTemplates: [{ spec: { storageClassName: "fast" } }] },
    status: { readyReplicas: 0 },
  }),
  object("DaemonSet", "agent", {
    spec: { template: { spec: { imagePullSecrets: [{ name: "x" }] } } },
    status: { desiredNumberScheduled: 3, numberReady: 0, conditions: conditions("Available") },
  }),
  object("Service", "web", { spec: { selector: { app: "wbe" }, ports: [{ port: 80, targetPort: "http" }] } }),
  object("Endpoints", "web", { subsets: [{ notReadyAddresses: [{ ip: "10.0.0.1" }] }] }),
  object("Ingress", "edge", {
    spec: {
      tls: [{ secretName: "edge-tls" }],
      rules: [{ host: "a", http: { paths: [{ path: "/", backend: { service: { name: "no" } } }] } }],
    },
  }),
  object("HTTPRoute", "r", {
    spec: { parentRefs: [{ name: "g" }], rules: [{ backendRefs: [{ name: "no", port: 1 }] }] },
    status: { parents: [{ conditions: conditions("Accepted") }] },
  }),
  object("Gateway", "g", {
    spec: { gatewayClassName: "c", listeners: [{ allowedRoutes: { namespaces: { from: "Same" } } }] },
    status: { conditions: conditions("Programmed"), listeners: [{ conditions: conditions("ResolvedRefs") }] },
  }),
  object("NetworkPolicy", "np", {
    spec: {
      podSelector: selector,
      policyTypes: ["Egress", "Ingress"],
      egress: [{ ports: [{ port: 1, endPort: 9 }] }],
    },
  }),
  object("PodDisruptionBudget", "web", {
    spec: { minAvailable: "50%", selector },
    status: { conditions: conditions("DisruptionAllowed"), currentHealthy: 1, desiredHealthy: 2 },
  }),
  object("HorizontalPodAutoscaler", "web", {
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { kind: "Deployment", name: "web" },
      metrics: [{ resource: { name: "cpu" } }],
    },
    status: {
      conditions: conditions("AbleToScale", "ScalingActive"),
      currentMetrics: [{ resource: { name: "cpu" } }],
    },
  }),
  object("PersistentVolumeClaim", "data", { spec: { storageClassName: "x" }, status: { phase: "Pending" } }),
  object("Job", "j", { spec: { backoffLimit: 2 }, status: { failed: 3, conditions: conditions("Failed") } }),
  object("CronJob", "c", { spec: { schedule: "* *", suspend: false }, status: { active: [{ name: "j" }] } }),
  object("Certificate", "t", {
    spec: { dnsNames: ["a.b"] },
    status: { notBefore: ago(9e6), notAfter: ago(90) },
  }),
  object("Secret", "s", { type: "kubernetes.io/tls", data: { "tls.crt": "eA==" } }),
  object("ResourceQuota", "q", { status: { hard: { cpu: "1" }, used: { cpu: "1" } } }),
  object("Widget", "w", {
    apiVersion: "acme.io/v1",
    status: { phase: "Failed", conditions: conditions("Ready") },
  }),
  {
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "m" },
    webhooks: [{ name: "a.b.c", clientConfig: { service: { name: "no", namespace: "shop" } } }],
  },
  { kind: "APIService", metadata: { name: "v1.a" }, status: { conditions: conditions("Available") } },
];

/** A generator of numbers in [0, 1) from a seed: the same cases in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const NONSENSE: readonly unknown[] = [
  null,
  0,
  -1,
  "",
  "x",
  true,
  [],
  {},
  [null],
  { a: [{}] },
  "2026-13-45T99:99:99Z",
];

/** A copy with some fields gone and some holding what they never should. */
function spoiled(value: unknown, random: () => number): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const chance = random();
    if (chance < 0.06) return [];
    if (chance < 0.1) return [[key, NONSENSE[Math.floor(random() * NONSENSE.length)]]];
    return [[key, spoiled(inner, random)]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

test("every check has something to say of the whole objects", () => {
  const codes = new Set(checkObjects(whole, { now, grain: "code" }).findings.map(({ code }) => code));
  expect(codes.size).toBeGreaterThan(25);
});

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  "objects that miss fields or hold nonsense are read as far as they go, seed %i",
  (seed) => {
    const random = numbers(seed);
    for (let round = 0; round < 5; round++) {
      const objects = whole.map((one) => spoiled(one, random));
      for (const grain of ["root", "code"] as const) {
        const report = checkObjects(objects, { now, grain });
        for (const { code, confidence, since, summary, subject } of report.findings) {
          expect(code in findingCodes).toBe(true);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
          if (since !== undefined) expect(new Date(since).toISOString()).toBe(since);
          expect(summary).not.toMatch(/undefined|NaN|\[object|Infinity/);
          expect(subject.kind).not.toBe("");
        }
      }
    }
  },
);
