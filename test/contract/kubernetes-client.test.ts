import { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubeConfig,
  Log,
  Metrics,
  topPods,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../packages/sandbox/src/index.ts";
import { CLUSTERS, startAcme } from "./acme.ts";

// The official client, unmodified, with what the sandbox hands out: its kubeconfig.
let sandbox: Sandbox;
const config = new KubeConfig();
beforeAll(async () => {
  sandbox = await startAcme();
  config.loadFromFile(sandbox.kubeconfig);
});
afterAll(() => sandbox.close());

function of(cluster: string = CLUSTERS[0]): KubeConfig {
  const chosen = new KubeConfig();
  chosen.loadFromFile(sandbox.kubeconfig);
  chosen.setCurrentContext(cluster);
  return chosen;
}

test("the kubeconfig holds both clusters, the first is current", () => {
  expect(config.getContexts().map(({ name }) => name)).toEqual(CLUSTERS);
  expect(config.getCurrentContext()).toBe(CLUSTERS[0]);
});

describe.each(CLUSTERS)("%s", (cluster) => {
  test("lists what is there, as typed objects", async () => {
    const core = of(cluster).makeApiClient(CoreV1Api);
    const apps = of(cluster).makeApiClient(AppsV1Api);
    const [pods, nodes, events, deployments, scalers] = await Promise.all([
      core.listPodForAllNamespaces(),
      core.listNode(),
      core.listEventForAllNamespaces(),
      apps.listDeploymentForAllNamespaces(),
      of(cluster).makeApiClient(AutoscalingV2Api).listHorizontalPodAutoscalerForAllNamespaces(),
    ]);
    expect(pods.items.length).toBeGreaterThan(3);
    expect(pods.items.every(({ metadata }) => metadata?.creationTimestamp instanceof Date)).toBe(true);
    const known = new Set(nodes.items.map(({ metadata }) => metadata?.name));
    expect(pods.items.every(({ spec }) => known.has(spec?.nodeName))).toBe(true);
    expect(deployments.items.every(({ spec }) => (spec?.replicas ?? 0) > 0)).toBe(true);
    expect(events.apiVersion).toBe("v1");
    for (const { spec } of scalers.items) {
      expect(deployments.items.map(({ metadata }) => metadata?.name)).toContain(spec?.scaleTargetRef.name);
    }
  });
});

describe("selectors and pages", () => {
  test.each([
    ["equality", { labelSelector: "app.kubernetes.io/name=payment-service" }],
    ["a set", { labelSelector: "app.kubernetes.io/name in (payment-service, nobody)" }],
    ["a field", { fieldSelector: "metadata.namespace=payments" }],
  ])("by %s", async (_, selector) => {
    const { items } = await of().makeApiClient(CoreV1Api).listPodForAllNamespaces(selector);
    expect(items).toHaveLength(3);
    expect(items.every(({ metadata }) => metadata?.name?.startsWith("payment-service-"))).toBe(true);
  });

  test("events of one object, with their dates", async () => {
    const core = of().makeApiClient(CoreV1Api);
    const fieldSelector = "involvedObject.kind=Pod,type=Warning";
    const { items } = await core.listNamespacedEvent({ namespace: "payments", fieldSelector });
    expect(items.map(({ reason }) => reason)).toContain("BackOff");
    expect(items.every(({ lastTimestamp }) => lastTimestamp instanceof Date)).toBe(true);
  });

  test("pages join into the whole list", async () => {
    const core = of().makeApiClient(CoreV1Api);
    const names: unknown[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const page = await core.listPodForAllNamespaces({ limit: 7, _continue: next });
      names.push(...page.items.map(({ metadata }) => metadata?.uid));
      next = page.metadata?._continue;
      pages++;
    } while (next !== undefined && pages < 50);
    const { items } = await core.listPodForAllNamespaces();
    expect(names).toEqual(items.map(({ metadata }) => metadata?.uid));
    expect(pages).toBe(Math.ceil(items.length / 7));
  });
});

describe("refusals are the client's own errors", () => {
  test.each([
    [404, (core: CoreV1Api) => core.readNamespacedPod({ namespace: "payments", name: "nobody" })],
    [400, (core: CoreV1Api) => core.listPodForAllNamespaces({ fieldSelector: "spec.unknown=1" })],
    [404, (core: CoreV1Api) => core.readNode({ name: "nobody" })],
  ])("%i", async (code, ask) => {
    await expect(ask(of().makeApiClient(CoreV1Api))).rejects.toMatchObject({
      code,
      body: expect.stringContaining('"kind":"Status"'),
    });
  });

  test("401 without the right token", async () => {
    const stranger = new KubeConfig();
    const server = sandbox.urls.kubernetes;
    stranger.loadFromClusterAndUser({ name: "c", server, skipTLSVerify: true }, { name: "u", token: "x" });
    await expect(stranger.makeApiClient(CoreV1Api).listNode()).rejects.toMatchObject({ code: 401 });
  });
});

test("logs, of this run and of the one before", async () => {
  const core = of().makeApiClient(CoreV1Api);
  const nameOfOne = async (namespace: string) =>
    (await core.listNamespacedPod({ namespace })).items[0]?.metadata?.name ?? "";
  const [namespace, name] = ["orders", await nameOfOne("orders")];
  const log = await core.readNamespacedPodLog({ namespace, name, tailLines: 3 });
  expect(log).toMatch(/^(\d{4}-\d\d-\d\dT\S+ +[A-Z]+ .+\n){3}$/);
  const crashed = { namespace: "payments", name: await nameOfOne("payments") };
  expect(await core.readNamespacedPodLog({ ...crashed, previous: true })).toContain("com.acme.payments");
  await expect(core.readNamespacedPodLog({ namespace, name, previous: true })).rejects.toMatchObject({
    code: 400,
  });

  let streamed = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      streamed += chunk;
      done();
    },
  });
  const ended = new Promise((resolve) => stream.once("finish", resolve));
  await new Log(of()).log(namespace, name, "order-service", stream, { tailLines: 2, timestamps: true });
  await ended;
  expect(streamed.trimEnd().split("\n")).toHaveLength(2);
  expect(streamed).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test("metrics, alone and summed over the pods' requests", async () => {
  const metrics = new Metrics(of());
  const { items } = await metrics.getPodMetrics("payments");
  expect(items.length).toBeGreaterThan(0);
  expect(items[0]?.containers[0]?.usage.memory).toMatch(/^\d+(Ki|Mi)$/);
  const usage = await topPods(of().makeApiClient(CoreV1Api), metrics, "payments");
  expect(usage.some(({ Memory }) => Number(Memory.CurrentUsage) > 0)).toBe(true);
  expect((await metrics.getNodeMetrics()).items.length).toBeGreaterThan(0);
});

test("a watch brings what is there and ends on the caller's word", async () => {
  const seen: string[] = [];
  let failure: unknown;
  let report = (): void => {};
  const ended = new Promise<void>((resolve) => {
    report = resolve;
  });
  const abort = await new Watch(of()).watch(
    "/api/v1/namespaces/payments/pods",
    {},
    (phase, object: { metadata: { name: string } }) => {
      seen.push(`${phase} ${object.metadata.name.replace(/-[^-]+-[^-]+$/, "")}`);
      if (seen.length === 3) report();
    },
    (error) => {
      failure = error;
      report();
    },
  );
  await Promise.race([ended, delay(10_000, undefined, { ref: false })]);
  expect(failure).toBeUndefined();
  expect(seen).toEqual(Array(3).fill("ADDED payment-service"));
  abort.abort();
});
