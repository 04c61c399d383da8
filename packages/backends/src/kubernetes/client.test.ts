import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type Answer, type FailureCase, failures, json, startServer } from "../http/test-server.ts";
import { createKubernetes } from "./client.ts";
import type { ClusterOptions } from "./clusters.ts";
import type { Workload } from "./types.ts";

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
  const spec = {
    replicas: 3,
    selector,
    template: {
      metadata: { creationTimestamp: null },
      spec: {
        containers: [
          { name: "app", image: "order:1", env: [{ name: "DB_POOL_MAX", value: "5" }], resources: {} },
        ],
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
    expect(await kubernetes().podsOf(ref(), deployment, signal)).toHaveLength(2_000);
    expect(server.received).toHaveLength(4);
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
