import { createHttp, createKubernetes, createPrometheus } from "@oncall/backends";
import { afterAll, expect, test } from "vitest";
import type { PodStatus } from "../outputs/index.ts";
import { createRegistry } from "../registry.ts";
import { catalogOf, entryFrom } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";
import { json, type Route, startServer } from "../testing/server.ts";

const entry = entryFrom(`
name: shop
team: commerce
slack_channel: "#commerce"
pager_alias: commerce
deployment: { kubernetes: { cluster: eu, namespace: shop, workload: shop } }
`);
const selector = { matchLabels: { app: "shop" } };
const template = (image: string) => ({
  spec: { containers: [{ name: "shop", image, livenessProbe: { httpGet: { path: "/live", port: 8080 } } }] },
});
const deployment = {
  metadata: {
    name: "shop",
    namespace: "shop",
    uid: "u1",
    generation: 2,
    ownerReferences: [{ kind: "ShopOperator", name: "main" }],
  },
  spec: { replicas: 2, selector, template: template("shop:2") },
  status: {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 1,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [
      { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" },
    ],
  },
};
const replicaSet = (revision: string, replicas: number, readyReplicas: number) => ({
  metadata: {
    name: `shop-${revision}`,
    namespace: "shop",
    annotations: { "deployment.kubernetes.io/revision": revision },
    ownerReferences: [{ kind: "Deployment", name: "shop", uid: "u1" }],
  },
  spec: { replicas, template: template(`shop:${revision}`) },
  status: { replicas, readyReplicas },
});
const pod = {
  metadata: {
    name: "shop-2-abc",
    namespace: "shop",
    ownerReferences: [{ kind: "ReplicaSet", name: "shop-2", controller: true }],
  },
  spec: {
    nodeName: "n1",
    containers: [
      {
        name: "shop",
        image: "shop:2",
        resources: { limits: { memory: "512Mi" }, requests: { cpu: "250m" } },
      },
    ],
  },
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "shop",
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
        lastState: { terminated: { reason: "OOMKilled", exitCode: 137, finishedAt: "2026-01-31T02:58:00Z" } },
      },
    ],
  },
};
const autoscaler = {
  metadata: { name: "shop", namespace: "shop" },
  spec: { minReplicas: 1, maxReplicas: 2, scaleTargetRef: { kind: "Deployment", name: "shop" } },
  status: { currentReplicas: 2, desiredReplicas: 2 },
};
const node = {
  metadata: { name: "n1" },
  status: {
    conditions: [
      { type: "Ready", status: "True" },
      { type: "MemoryPressure", status: "True", reason: "KubeletHasInsufficientMemory" },
    ],
  },
};
const event = {
  metadata: { name: "e1" },
  reason: "Unhealthy",
  type: "Warning",
  message: "Liveness probe failed: HTTP probe failed with statuscode: 500",
  count: 9,
  firstTimestamp: "2026-01-31T02:50:00Z",
  lastTimestamp: "2026-01-31T02:59:00Z",
  involvedObject: { kind: "Pod", namespace: "shop", name: "shop-2-abc" },
};
const memory = [
  { metric: { pod: "shop-2-abc", container: "shop", signal: "memory" }, value: [0, "536000000"] },
];

const apps = "/apis/apps/v1/namespaces/shop";
const everything: [RegExp, Route][] = [
  [new RegExp(`${apps}/deployments/shop`), json(deployment)],
  [new RegExp(`${apps}/replicasets`), json({ items: [replicaSet("2", 1, 0), replicaSet("1", 2, 2)] })],
  [/namespaces\/shop\/pods/, json({ items: [pod] })],
  [/namespaces\/shop\/events/, json({ items: [event] })],
  [/horizontalpodautoscalers/, json({ items: [autoscaler] })],
  [/\/nodes\/n1/, json(node)],
  [/\/nodes/, json({ items: [node] })],
  [/api\/v1\/query/, json({ status: "success", data: { resultType: "vector", result: memory } })],
];
const http = createHttp({ retries: 0 });
const closing: (() => Promise<void>)[] = [() => http.close()];
afterAll(() => Promise.all(closing.map((close) => close())));

async function podStatus(routes: readonly (readonly [RegExp, Route])[], input: object = { service: "shop" }) {
  const server = await startServer(routes);
  closing.push(server.close);
  const registry = createRegistry({
    deps: {
      catalog: catalogOf([entry]),
      kubernetes: createKubernetes({ clusters: [{ name: "eu", url: server.url, token: "t" }], http }),
      metrics: createPrometheus({ url: server.url, http }),
    },
    evidence: memoryEvidence(),
    now: () => new Date("2026-01-31T03:00:00Z"),
  });
  return await registry.call("get_pod_status", input, { deadlineMs: 3_000 });
}

test("everything around a workload that does not come up", async () => {
  const { data, link } = await podStatus(everything);
  expect(data).toMatchObject({
    workload: {
      rollout: "stuck",
      owner: "ShopOperator/main",
      blamed: { name: "shop-2", revision: "2", changes: [{ what: "image", from: "shop:1", to: "shop:2" }] },
    },
    pods: [
      {
        owner: "ReplicaSet/shop-2",
        reason: "shop: CrashLoopBackOff: back-off 40s",
        containers: [
          {
            restarts: 3,
            last_termination: { reason: "OOMKilled", exit_code: 137, at: "2026-01-31T02:58:00Z" },
            cpu: { request: 0.25, limit: null, usage: null },
            memory: { request: null, limit: 536_870_912, usage: 536_000_000 },
          },
        ],
      },
    ],
    events: [{ reason: "Unhealthy", count: 9 }],
    probes: [{ kind: "liveness", check: "http GET :8080/live", failures: 9 }],
    autoscaler: { desired: 2, max: 2 },
    nodes: { checked: 1 },
    unread: [],
  });
  expect(link).toMatch(/graph\?.*container_memory_working_set_bytes/);
});

test("what the objects around a workload show", async () => {
  const service = {
    metadata: { name: "shop", namespace: "shop", creationTimestamp: "2026-01-30T03:00:00Z" },
    spec: { selector: { app: "shopp" }, ports: [{ port: 80 }] },
  };
  const foreign = { metadata: { name: "cart", namespace: "shop" }, spec: { selector: { app: "cart" } } };
  const { data } = await podStatus([
    [/namespaces\/shop\/services/, json({ items: [service, foreign] })],
    [/pods\?.*shopp/, json({ items: [] })],
    ...everything,
  ]);
  const { findings } = data as PodStatus;
  expect(findings.map(({ code, subject }) => `${code} ${subject.kind}/${subject.name}`)).toEqual([
    "k8s.oom_killed Deployment/shop",
    "k8s.node_pressure Node/n1",
    "k8s.selector_mismatch Service/shop",
    "k8s.rollout_stuck Deployment/shop",
    "k8s.hpa_metrics HorizontalPodAutoscaler/shop",
  ]);
  expect(findings[0]).toMatchObject({
    container: "shop",
    since: "2026-01-31T02:58:00.000Z",
    summary: expect.stringMatching(/memory limit is 512Mi; 3 restarts so far.*holds 511 MiB now/s),
  });
  expect(findings.find(({ code }) => code === "k8s.rollout_stuck")?.summary).toContain(
    "Changed in its template: image shop:1 → shop:2.",
  );
});

test("no more than two answers of the cluster wait for each other", async () => {
  // Nobody is answered before all of a round have asked: three kinds of workload, seven of what stands around them,
  // events, autoscalers and metrics; then pods and ReplicaSets. A third round would hang.
  const rounds = [13, 2];
  const asked: string[] = [];
  let held: (() => void)[] = [];
  const routes = [...everything, [/./, json({}, 404)] as [RegExp, Route]].map(
    ([path, route]): [RegExp, Route] => [
      path,
      (response, request) => {
        asked.push(request.url ?? "");
        held.push(() => route(response, request));
        if (held.length !== rounds[0]) return;
        const round = held;
        held = [];
        rounds.shift();
        for (const answer of round) answer();
      },
    ],
  );
  expect((await podStatus(routes)).state).toBe("ok");
  expect(rounds).toEqual([]);
  expect(asked).toHaveLength(15);
});

test.each<[string, RegExp, Route, string]>([
  ["events", /events/, json({ message: "events is forbidden" }, 403), "events"],
  ["autoscalers", /horizontalpod/, json({ message: "no" }, 403), "autoscalers"],
  ["nodes", /nodes/, json({ message: "nodes is forbidden" }, 403), "nodes"],
  ["ReplicaSets", /replicasets/, json({ message: "no" }, 403), "ReplicaSets"],
  ["metrics", /query/, (response) => response.end("<html>"), "usage of CPU, memory and disk"],
  ["metrics that never answer", /query/, () => {}, "usage of CPU, memory and disk"],
])("without %s the pods are answered for all the same", async (_, path, route, what) => {
  const result = await podStatus([[path, route], ...everything]);
  expect(result).toMatchObject({
    state: "ok",
    data: { pods: [{ name: "shop-2-abc" }], unread: [{ what, why: expect.stringMatching(/.{10}/) }] },
  });
});

test.each<[string, RegExp, Route, object, string]>([
  ["no pods to be read", /pods/, json({ message: "pods is forbidden" }, 403), { service: "shop" }, "denied"],
  ["no workload", /deployments|statefulsets|daemonsets/, json({}, 404), { service: "shop" }, "not_found"],
  [
    "an unknown cluster",
    /none/,
    json({}),
    { cluster: "us", namespace: "shop", workload: "shop" },
    "not_configured",
  ],
  [
    "a name that leaves its place",
    /none/,
    json({}),
    { cluster: "eu", namespace: "../x", workload: "a" },
    "invalid_input",
  ],
  ["half a place", /none/, json({}), { cluster: "eu" }, "invalid_input"],
  ["no place at all", /none/, json({}), { workload: "shop" }, "invalid_input"],
  [
    "a namespace that leaves its place",
    /none/,
    json({}),
    { cluster: "eu", namespace: "../x" },
    "invalid_input",
  ],
  [
    "a namespace whose pods may not be read",
    /pods/,
    json({ message: "pods is forbidden" }, 403),
    { cluster: "eu", namespace: "shop" },
    "denied",
  ],
])("%s", async (_, path, route, input, kind) => {
  expect(await podStatus([[path, route], ...everything], input)).toMatchObject({
    state: "error",
    error: { kind },
  });
});

const well = (name: string) => ({
  metadata: { name },
  spec: { nodeName: "n1" },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
});
const namespace = { cluster: "eu", namespace: "shop" };

test("a namespace: pods of whatever made them, the troubled first, jobs that ended well last", async () => {
  const done = { metadata: { name: "a-report-1" }, status: { phase: "Succeeded" } };
  const quota = {
    ...event,
    reason: "FailedCreate",
    message: "exceeded quota: compute",
    involvedObject: { kind: "ReplicaSet", name: "cart-1" },
  };
  const result = await podStatus(
    [
      [/namespaces\/shop\/pods/, json({ items: [done, well("cart-1-a"), pod] })],
      [/namespaces\/shop\/events/, json({ items: [event, quota] })],
      ...everything,
    ],
    namespace,
  );
  expect(result).toMatchObject({
    state: "ok",
    data: {
      service: null,
      workload: null,
      pods: [{ name: "shop-2-abc" }, { name: "cart-1-a" }, { name: "a-report-1" }],
      totals: { pods: 3, ready: 1, restarts: 3, completed: 1 },
      events: expect.arrayContaining([
        expect.objectContaining({ object: "ReplicaSet/cart-1", message: "exceeded quota: compute" }),
        expect.objectContaining({ object: "Pod/shop-2-abc", count: 9 }),
      ]),
      nodes: { checked: 1 },
      unread: [],
    },
  });
  expect(result.omitted).toBeUndefined();
  expect(result.link).toMatch(/container_memory_working_set_bytes/);
});

test("a namespace in which nothing is says where was looked, and is not called healthy", async () => {
  const none = json({ items: [] });
  expect(
    await podStatus(
      [
        [/\/pods/, none],
        [/\/events/, none],
      ],
      namespace,
    ),
  ).toMatchObject({ state: "no_data", searched: expect.stringMatching(/eu\/shop/) });
});

test.each<[string, object]>([
  ["a workload", { service: "shop" }],
  ["a namespace", namespace],
])("%s with more than is read says so", async (_, input) => {
  const many = <T>(count: number, one: (i: number) => T) => Array.from({ length: count }, (_, i) => one(i));
  const page = (items: unknown[]): Route => json({ metadata: { continue: "more" }, items });
  const { omitted } = await podStatus(
    [
      [/\/pods/, page(many(500, (i) => well(`shop-${i}`)))],
      [/\/events/, json({ items: many(1_001, () => event) })],
      ...everything,
    ],
    input,
  );
  expect(omitted).toMatch(/Only the first 2,000 pods were read; there may be more\./);
  expect(omitted).toMatch(/Only the newest 1,000 events of the namespace were read/);
});
