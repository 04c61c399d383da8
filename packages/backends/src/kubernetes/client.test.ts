import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type Answer, type FailureCase, failures, json, startServer, text } from "../http/test-server.ts";
import { createKubernetes } from "./client.ts";
import type { ClusterOptions } from "./clusters.ts";
import { KUBERNETES_LIMITS } from "./limits.ts";
import type { ObjectKind, PodLogQuery, Workload } from "./types.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const one = { clusters: [{ url: server.url, token: "t0ken" }] };
const kubernetes = (options: Omit<ClusterOptions, "http"> = one) => createKubernetes({ ...options, http });
let asked = 0;
/** A namespace of its own each time, so that no test is answered from the cache. */
const ref = () => ({ cluster: "prod", namespace: `orders-${asked++}`, workload: "order-service" });
const status = (code: number, reason: string, message: string, metadata = {}) =>
  json({ kind: "Status", apiVersion: "v1", metadata, status: "Failure", message, reason, code }, code);
const notFound = status(404, "NotFound", 'deployments.apps "order-service" not found');
const meta = (name: string, more = {}) => ({
  name,
  namespace: "orders",
  uid: `uid-${name}`,
  creationTimestamp: "2026-11-20T09:36:06Z",
  managedFields: [{ manager: "kubectl", fieldsV1: { "f:spec": {} } }],
  ...more,
});
const selector = { matchLabels: { app: "order" } };
const deployment: Workload = {
  kind: "Deployment",
  metadata: { name: "order-service", uid: "u1" },
  spec: { selector },
};

/** Answers by the last part of the path. */
const byPath =
  (answers: Record<string, Answer>): Answer =>
  (response, received) => {
    const path = received.path.split("?")[0] ?? "";
    const key = Object.keys(answers).find((part) => path.includes(part));
    (key === undefined ? notFound : (answers[key] ?? notFound))(response, received);
  };

describe("workload", () => {
  const probes = {
    startupProbe: { grpc: { port: 9000 }, failureThreshold: 30 },
    readinessProbe: { httpGet: { path: "/ready", port: "http", scheme: "HTTP" }, periodSeconds: 10 },
    livenessProbe: { exec: { command: ["cat", "/alive"] }, timeoutSeconds: 1, initialDelaySeconds: 5 },
  };
  const volumes = [
    { name: "config", configMap: { name: "order-v2" } },
    { name: "tls", secret: { secretName: "order-tls" } },
    { name: "tmp", emptyDir: {} },
  ];
  const spec = {
    replicas: 3,
    selector,
    template: {
      metadata: { creationTimestamp: null },
      spec: {
        containers: [
          {
            name: "app",
            image: "order:1",
            env: [{ name: "DB_POOL_MAX", value: "5" }],
            resources: {},
            ...probes,
          },
        ],
        volumes,
      },
    },
  };
  test.each([
    [
      "deployments",
      "Deployment",
      { replicas: 3, readyReplicas: 2, conditions: [{ type: "Available", status: "True" }] },
      { readyReplicas: 2 },
    ],
    ["statefulsets", "StatefulSet", { replicas: 3, observedGeneration: 4 }, { observedGeneration: 4 }],
    [
      "daemonsets",
      "DaemonSet",
      { desiredNumberScheduled: 5, numberReady: 4, numberUnavailable: 1 },
      { replicas: 5, readyReplicas: 4, unavailableReplicas: 1 },
    ],
  ])("is found among %s", async (plural, kind, counters, expected) => {
    server.answerWith(
      byPath({ [`/${plural}/`]: json({ metadata: meta("order-service"), spec, status: counters }) }),
    );
    const found = await kubernetes().workload(ref(), signal);
    expect(found).toMatchObject({ kind, metadata: { name: "order-service" }, status: expected });
    expect(found?.spec?.template?.spec?.containers?.[0]?.env).toEqual([{ name: "DB_POOL_MAX", value: "5" }]);
    expect(found?.spec?.template?.spec).toMatchObject({ containers: [probes], volumes });
    expect(JSON.stringify(found)).not.toMatch(/null|managedFields/);
    expect(server.received[0]?.headers.authorization).toBe("Bearer t0ken");
  });

  test("is null when no kind has it", async () => {
    server.answerWith(notFound);
    expect(await kubernetes().workload(ref(), signal)).toBeNull();
    expect(server.received).toHaveLength(3);
  });

  test.each<FailureCase>([
    [
      "who may not read",
      status(403, "Forbidden", 'deployments.apps is forbidden: User "oncall" cannot get'),
      "denied",
      /User "oncall" cannot get/,
    ],
    ...failures,
  ])("reports %s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(kubernetes().workload(ref(), signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  });

  test.each(["", "..", "a/b", "A", "a_b", "%2e%2e"])("the name %j is refused", async (name) => {
    await expect(kubernetes().workload({ ...ref(), workload: name }, signal)).rejects.toMatchObject({
      kind: "invalid_input",
    });
    await expect(
      kubernetes().events({ cluster: "c", namespace: name }, { from: "", to: "" }, signal),
    ).rejects.toMatchObject({ kind: "invalid_input" });
  });
});

describe("pods", () => {
  const pod = (n: number) => ({
    metadata: meta(`order-${n}`),
    spec: { nodeName: "node-1", containers: [{ name: "app" }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "app",
          ready: false,
          restartCount: 4,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
        },
      ],
    },
  });
  const tokenOf = (path: string) => new URL(path, server.url).searchParams.get("continue");

  test("come page by page", async () => {
    server.answerWith((response, received) => {
      const last = tokenOf(received.path) === "next";
      json({ kind: "PodList", metadata: last ? {} : { continue: "next" }, items: [pod(last ? 2 : 1)] })(
        response,
        received,
      );
    });
    const pods = await kubernetes().podsOf(ref(), deployment, signal);
    expect(pods.map(({ metadata }) => metadata.name)).toEqual(["order-1", "order-2"]);
    expect(pods[0]?.status?.containerStatuses?.[0]?.lastState?.terminated?.reason).toBe("OOMKilled");
    expect(server.received[0]?.path).toContain("labelSelector=app%3Dorder&limit=500");
  });

  test("of a namespace come without a selector", async () => {
    server.answerWith(json({ metadata: {}, items: [pod(1), pod(2)] }));
    const { cluster, namespace } = ref();
    expect(await kubernetes().podsIn({ cluster, namespace }, signal)).toHaveLength(2);
    expect(server.received[0]?.path).toBe(`/api/v1/namespaces/${namespace}/pods?limit=500`);
    await expect(kubernetes().podsIn({ cluster, namespace: "a/../b" }, signal)).rejects.toMatchObject({
      kind: "invalid_input",
    });
  });

  test.each([
    ["once", 1, { pods: 2 }],
    ["never ending", 99, { kind: "unavailable" }],
  ])("begin anew when the list expires, %s", async (_, expirations, expected) => {
    let lists = 0;
    server.answerWith((response, received) => {
      const token = tokenOf(received.path);
      const answer =
        token === null
          ? json({ metadata: { continue: String(++lists) }, items: [pod(1)] })
          : Number(token) <= expirations
            ? status(410, "Expired", "The provided continue parameter is too old")
            : json({ metadata: {}, items: [pod(2)] });
      answer(response, received);
    });
    const read = kubernetes().podsOf(ref(), deployment, signal);
    if ("pods" in expected) expect(await read).toHaveLength(expected.pods ?? 0);
    else await expect(read).rejects.toMatchObject(expected);
  });

  test("stop at 2,000", async () => {
    server.answerWith((response, received) =>
      json({
        metadata: { continue: `after-${server.received.length}` },
        items: Array.from({ length: 500 }, (_, i) => pod(i)),
      })(response, received),
    );
    expect(await kubernetes().podsOf(ref(), deployment, signal)).toHaveLength(KUBERNETES_LIMITS.pods);
    expect(server.received).toHaveLength(4);
    expect(await kubernetes().podsIn(ref(), signal)).toHaveLength(KUBERNETES_LIMITS.pods);
    expect(server.received).toHaveLength(8);
  });

  test.each([
    ["null", null],
    ["empty", []],
  ])("%s items are none", async (_, items) => {
    server.answerWith(json({ kind: "PodList", metadata: { continue: "" }, items }));
    expect(await kubernetes().podsOf(ref(), deployment, signal)).toEqual([]);
  });
});

test("replica sets of the deployment, newest revision first", async () => {
  const set = (name: string, revision: string, uid: string) => ({
    metadata: meta(name, {
      annotations: { "deployment.kubernetes.io/revision": revision },
      ownerReferences: [{ kind: "Deployment", name: "order-service", uid, controller: true }],
    }),
  });
  server.answerWith(json({ items: [set("a", "9", "u1"), set("b", "10", "u1"), set("c", "11", "another")] }));
  const sets = await kubernetes().replicaSetsOf(ref(), deployment, signal);
  expect(sets.map(({ metadata }) => metadata.name)).toEqual(["b", "a"]);
  expect(await kubernetes().replicaSetsOf(ref(), { ...deployment, kind: "StatefulSet" }, signal)).toEqual([]);
});

test("events of the window, newest first, whichever API wrote them", async () => {
  const involvedObject = { kind: "Pod", name: "order-1", namespace: "orders" };
  const event = (reason: string, more: object) => ({
    metadata: meta(reason),
    reason,
    type: "Warning",
    message: "…",
    involvedObject,
    ...more,
  });
  server.answerWith(
    json({
      kind: "EventList",
      metadata: {},
      items: [
        event("BackOff", {
          count: 12,
          firstTimestamp: "2026-11-20T09:00:00Z",
          lastTimestamp: "2026-11-20T10:20:00Z",
          eventTime: null,
        }),
        event("Scheduled", {
          firstTimestamp: null,
          lastTimestamp: null,
          eventTime: "2026-11-20T10:15:10.924188Z",
        }),
        event("Unhealthy", {
          firstTimestamp: null,
          lastTimestamp: null,
          eventTime: "2026-11-20T09:50:00.000000Z",
          series: { count: 7, lastObservedTime: "2026-11-20T10:30:00.000000Z" },
        }),
        event("Old", {
          count: 1,
          firstTimestamp: "2026-11-20T08:00:00Z",
          lastTimestamp: "2026-11-20T08:00:00Z",
        }),
        event("Later", {
          count: 1,
          firstTimestamp: "2026-11-20T12:00:00Z",
          lastTimestamp: "2026-11-20T12:00:00Z",
        }),
      ],
    }),
  );
  const { cluster, namespace } = ref();
  const events = await kubernetes().events(
    { cluster, namespace },
    { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" },
    signal,
  );
  expect(events.map(({ reason, count }) => [reason, count])).toEqual([
    ["Unhealthy", 7],
    ["BackOff", 12],
    ["Scheduled", 1],
  ]);
  expect(events[2]).toMatchObject({
    firstTimestamp: "2026-11-20T10:15:10.924188Z",
    lastTimestamp: "2026-11-20T10:15:10.924188Z",
    involvedObject,
  });
});

describe("autoscaler", () => {
  const hpa = (name: string, kind: string, target: string) => ({
    metadata: meta(name),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind, name: target },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [{ type: "Resource" }],
    },
    status: {
      currentReplicas: 4,
      desiredReplicas: 4,
      lastScaleTime: "2026-11-20T10:20:00Z",
      currentMetrics: null,
      conditions: [{ type: "ScalingLimited", status: "True", reason: "TooManyReplicas", message: "…" }],
    },
  });
  test("all of the namespace, whatever they scale", async () => {
    const items = [hpa("a", "Deployment", "cart"), hpa("b", "Deployment", "order-service")];
    server.answerWith(json({ kind: "HorizontalPodAutoscalerList", metadata: {}, items }));
    const place = ref();
    const found = await kubernetes().autoscalersIn(place, signal);
    expect(found.map(({ metadata, spec }) => [metadata.name, spec?.scaleTargetRef?.name])).toEqual([
      ["a", "cart"],
      ["b", "order-service"],
    ]);
    expect(found[1]?.status?.conditions?.[0]?.reason).toBe("TooManyReplicas");
    expect(server.received[0]?.path).toContain(
      `/apis/autoscaling/v2/namespaces/${place.namespace}/horizontalpodautoscalers?`,
    );
  });
});

describe("objects of a kind", () => {
  const service = { metadata: meta("web"), spec: { selector: { app: "web" }, clusterIP: null } };
  test.each<[ObjectKind, (namespace: string) => string]>([
    ["Service", (namespace) => `/api/v1/namespaces/${namespace}/services?limit=500`],
    ["NetworkPolicy", (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies?`],
    ["HTTPRoute", (namespace) => `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes?`],
    ["Node", () => "/api/v1/nodes?limit=100"],
  ])("%s: whole objects, managed fields and nulls left out", async (kind, path) => {
    server.answerWith(json({ kind: "List", metadata: {}, items: [service] }));
    const place = ref();
    const [first] =
      (await kubernetes().objectsIn({ ...place, cluster: place.namespace }, kind, signal)) ?? [];
    expect(first).toEqual({
      metadata: { ...meta("web"), managedFields: undefined },
      spec: { selector: { app: "web" } },
    });
    expect(server.received[0]?.path).toContain(path(place.namespace));
  });

  test("null where the cluster does not serve the kind, an error where it may not be read", async () => {
    server.answerWith(notFound);
    expect(await kubernetes().objectsIn(ref(), "HTTPRoute", signal)).toBeNull();
    server.answerWith(status(403, "Forbidden", "ingresses is forbidden"));
    await expect(kubernetes().objectsIn(ref(), "Ingress", signal)).rejects.toMatchObject({ kind: "denied" });
  });
});

describe("a certificate", () => {
  const secret = (data: object | null) => ({ metadata: meta("edge-tls"), type: "kubernetes.io/tls", data });
  test.each<[string, Answer, object | null]>([
    [
      "comes without its key",
      json(secret({ "tls.crt": "Q0VSVA==", "tls.key": "S0VZ" })),
      { metadata: expect.anything(), type: "kubernetes.io/tls", data: { "tls.crt": "Q0VSVA==" } },
    ],
    ["is none in a Secret of another kind", json(secret({ password: "eA==" })), null],
    ["is none in an empty Secret", json(secret(null)), null],
    ["is not there", notFound, null],
  ])("%s", async (_, answer, expected) => {
    server.answerWith(answer);
    expect(await kubernetes().certificateIn(ref(), "edge-tls", signal)).toEqual(expected);
  });
});

describe("nodes", () => {
  const node = (name: string) => ({
    metadata: { name, labels: { "kubernetes.io/arch": "amd64" } },
    spec: {
      unschedulable: true,
      taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }],
    },
    status: { conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }], images: [] },
  });

  test("few are read by name, each once, and unknown ones left out", async () => {
    server.answerWith(byPath({ "nodes/node-a": json(node("node-a")) }));
    const found = await kubernetes().nodes("c", ["node-a", "node-a", "gone"], signal);
    expect(found).toMatchObject([
      { spec: { unschedulable: true }, status: { conditions: [{ status: "Unknown" }] } },
    ]);
    expect(server.received).toHaveLength(2);
  });

  test("many are read by one list", async () => {
    const names = Array.from({ length: 30 }, (_, i) => `node-${i}`);
    server.answerWith(json({ metadata: {}, items: [...names, "another"].map(node) }));
    const found = await kubernetes().nodes("c", names, signal);
    expect(found.map(({ metadata }) => metadata.name)).toEqual(names);
    expect(server.received).toHaveLength(1);
  });

  test("a name that is none is refused", async () => {
    await expect(kubernetes().nodes("c", ["../secrets"], signal)).rejects.toMatchObject({
      kind: "invalid_input",
    });
  });
});

describe("pod log", () => {
  const plain = (body: string) => text(body, 200, { "content-type": "text/plain" });
  const ask = (more: Partial<PodLogQuery> = {}) =>
    kubernetes().podLog(
      { cluster: "c", namespace: "orders", pod: "order-1", previous: false, tailLines: 100, ...more },
      signal,
    );

  test("is asked with its bounds and read line by line", async () => {
    server.answerWith(
      plain('2026-11-20T10:20:43.613582603Z {"msg":"up"}\n2026-11-20T10:20:44Z \nno stamp here\n'),
    );
    const since = new Date("2026-11-20T10:00:00Z");
    expect(await ask({ container: "app", previous: true, tailLines: 9_999, since })).toEqual({
      container: "app",
      previous: true,
      missing: null,
      lines: [
        { at: "2026-11-20T10:20:43.613582603Z", text: '{"msg":"up"}' },
        { at: "2026-11-20T10:20:44Z", text: "" },
        { at: null, text: "no stamp here" },
      ],
    });
    const asked = new URL(server.received[0]?.path ?? "", server.url);
    expect(asked.pathname).toBe("/api/v1/namespaces/orders/pods/order-1/log");
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      container: "app",
      previous: "true",
      tailLines: "2000",
      timestamps: "true",
      limitBytes: "1048576",
      sinceTime: "2026-11-20T10:00:00.000Z",
    });
    // The API server answers 406 to those who take JSON only.
    expect(server.received[0]?.headers.accept).toBe("*/*");
  });

  test("keeps the newest lines when there are too many bytes", async () => {
    const line = (n: number) => `2026-11-20T10:20:43Z ${n} ${"x".repeat(4_000)}\n`;
    const all = Array.from({ length: 500 }, (_, n) => line(n));
    server.answerWith((response, received) => {
      const { searchParams } = new URL(received.path, server.url);
      const tail = all.slice(-Number(searchParams.get("tailLines"))).join("");
      plain(tail.slice(0, Number(searchParams.get("limitBytes"))))(response, received);
    });
    const { lines } = await ask({ tailLines: 500 });
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.at(-1)?.text).toMatch(/^499 /);
  });

  const gone = "unable to retrieve container logs for containerd://f89448573a8e";
  test.each([
    ["an empty log", plain(""), null],
    ["files that are gone", plain(gone), gone],
    [
      "no previous run",
      status(400, "BadRequest", 'previous terminated container "app" in pod "order-1" not found'),
      'previous terminated container "app" in pod "order-1" not found',
    ],
    [
      "a container that waits",
      status(400, "BadRequest", 'container "app" in pod "order-1" is waiting to start: ContainerCreating'),
      'container "app" in pod "order-1" is waiting to start: ContainerCreating',
    ],
  ])("%s", async (_, answer, missing) => {
    server.answerWith(answer);
    expect(await ask()).toMatchObject({ lines: [], missing });
  });

  test.each<FailureCase>([
    [
      "an unknown pod",
      status(404, "NotFound", 'pods "order-1" not found'),
      "not_found",
      /pods "order-1" not found/,
    ],
    [
      "an unknown container",
      status(400, "BadRequest", "container nope is not valid for pod order-1"),
      "invalid_input",
      /not valid for pod/,
    ],
    [
      "a kubelet that is down",
      status(500, "", "dial tcp 10.99.99.1:10250: connect: connection refused"),
      "unavailable",
      /connection refused/,
    ],
    ["a web page", text("<html>"), "unavailable", /web page/],
  ])("%s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(ask()).rejects.toMatchObject({ kind, message: expect.stringMatching(says) });
  });

  test.each([{ pod: "../../secrets" }, { namespace: "../../" }, { container: "a&follow=true" }])(
    "%j is refused",
    async (more) => {
      server.answerWith(plain(""));
      await expect(ask(more)).rejects.toMatchObject({ kind: "invalid_input" });
      expect(server.received).toHaveLength(0);
    },
  );
});
