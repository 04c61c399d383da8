import { describe, expect, test } from "vitest";
import { acmeCatalog, after, alert, catalogOf, NOW, service } from "./acme.fixture.ts";
import { resolve, type Subject } from "./resolve.ts";

const now = new Date(NOW);
const about = (subject: Partial<Subject>) =>
  resolve({ alert: null, question: null, target: null, startedAt: null, ...subject }, acmeCatalog, now);

describe("an alert's service", () => {
  test.each([
    [
      "a label that names it",
      alert({ labels: { service: "order-service" } }),
      "order-service",
      'label service="order-service" is its name',
    ],
    ["an alias", alert({ labels: { app: "Orders-API" } }), "order-service", "is an alias"],
    ["a workload", alert({ labels: { deployment: "payment-api" } }), "payment-service", "is its workload"],
    [
      "a Prometheus job",
      alert({ labels: { job: "payments-scrape" } }),
      "payment-service",
      "is its Prometheus job",
    ],
    [
      "a pod of a Deployment",
      alert({ labels: { pod: "payment-api-7c9d8f6b54-x2lmn" } }),
      "payment-service",
      "is its workload",
    ],
    ["a pod of a StatefulSet", alert({ labels: { pod: "order-service-0" } }), "order-service", "is its name"],
    [
      "a namespace of its own",
      alert({ labels: { namespace: "payments" } }),
      "payment-service",
      "only it runs in",
    ],
    [
      "a value without a name",
      alert({ values: ["prod", "payment-api", "warning"] }),
      "payment-service",
      'the value "payment-api" in the title',
    ],
    [
      "the alert's name",
      alert({ name: "OrderServiceHighErrorRate" }),
      "order-service",
      "the alert's name is its name",
    ],
    [
      "the text",
      alert({ text: "payment-service is down again, who is looking?" }),
      "payment-service",
      "the text is its name",
    ],
    [
      "two words of the text",
      alert({ text: "is the Inventory Service slow for you too?" }),
      "inventory-service",
      "the text",
    ],
    [
      "a host",
      alert({ labels: { instance: "order-service.orders.svc.cluster.local:8080" } }),
      "order-service",
      "instance",
    ],
    [
      "a resource's id",
      alert({ text: "customer says ord-1234 hangs" }),
      "order-service",
      "ord-1234 matches its resource pattern ord-*",
    ],
    [
      "a database of one service",
      alert({ labels: { job: "postgres-payments" } }),
      "payment-service",
      "is a database it depends on",
    ],
    [
      "a link",
      alert({ links: ["https://grafana.example/d/payment-service?orgId=1"] }),
      "payment-service",
      "in a link",
    ],
    [
      "a label before a mention",
      alert({ labels: { deployment: "payment-api" }, text: "order-service is affected" }),
      "payment-service",
      'label deployment="payment-api" is its workload',
    ],
  ])("by %s", async (_, one, name, reason) => {
    const resolution = await about({ alert: one });
    expect(resolution.service?.name).toBe(name);
    expect(resolution.reason).toContain(reason);
  });

  test.each([
    ["nothing at all", alert()],
    ["a namespace that several share", alert({ labels: { namespace: "orders" } })],
    [
      "names nobody has",
      alert({ labels: { service: "billing", pod: "billing-0" }, text: "billing is down" }),
    ],
    ["a very long text", alert({ text: "x".repeat(2_000_000) })],
    [
      "very many labels",
      alert({ labels: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`l${i}`, `v-${i}`])) }),
    ],
    [
      "control characters",
      alert({ labels: { "ser\u0000vice": "a\u0007\ud800b" }, text: "\u0000\u202e".repeat(1000) }),
    ],
    ["a pod that looks like a resource's id", alert({ labels: { pod: "ord-1" } })],
    ["names of a prototype", alert({ labels: { service: "__proto__" }, text: "constructor toString" })],
  ])("is unknown by %s", async (_, one) => {
    const resolution = await about({ alert: one });
    expect(resolution.service).toBeNull();
    expect(resolution.reason).toContain("names any of the 3 services");
    expect(resolution.reason.length).toBeLessThan(800);
    expect(resolution.reason).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  });
});

describe("a target", () => {
  test.each([
    ["order-service", "order-service", null],
    ["ORDERS-API", "order-service", null],
    ["ord-1234", "order-service", "ord-1234"],
    ["postgres-orders", "order-service", null],
  ])("%s", async (target, name, resourceId) => {
    const resolution = await about({ target });
    expect([resolution.service?.name, resolution.resourceId]).toEqual([name, resourceId]);
  });

  test.each([
    ["a service", "why is payment-service slow?", "payment-service"],
    ["a resource", "what happened to ord-1234?", "order-service"],
  ])("in a question: %s", async (_, question, name) => {
    expect((await about({ question })).service?.name).toBe(name);
  });

  test("that is misspelt gives the nearest names", async () => {
    const resolution = await about({ target: "oder-service" });
    expect(resolution.service).toBeNull();
    expect(resolution.candidates[0]).toEqual({
      service: "order-service",
      why: 'is spelled much like "oder-service"',
    });
    expect(resolution.reason).toContain('"oder-service" is not the name');
  });

  test("in an empty catalog is unknown", async () => {
    const subject = { alert: null, question: null, target: "order-service", startedAt: null };
    const resolution = await resolve(subject, catalogOf([]), now);
    expect(resolution).toMatchObject({ service: null, candidates: [] });
  });
});

describe("the hint of the onset", () => {
  test.each([
    ["the sender's start", alert({ startedAt: after(2) }), after(2)],
    ["five minutes before arrival", alert({ receivedAt: after(6) }), after(1)],
    ["arrival when the start is nonsense", alert({ startedAt: "0001-01-01T00:00:00Z" }), after(1)],
    ["not the future", alert({ startedAt: after(600) }), after(1)],
    ["nothing without an alert", null, null],
  ])("is %s", async (_, one, hint) => {
    expect((await about({ alert: one, target: "order-service" })).onsetHint).toBe(hint);
  });
});

describe("of several that an alert may mean", () => {
  const runs = (namespace: string, cluster = "prod", workload = "api") => ({
    deployment: { kubernetes: { cluster, namespace, workload } },
  });
  const catalog = catalogOf([
    service("cart", runs("shop")),
    service("cart-staging", runs("shop-staging", "staging")),
    service("api", runs("tools", "prod", "tools-api")),
    service("kube-state-metrics", runs("monitoring", "prod", "kube-state-metrics")),
    service("agent", runs("monitoring", "prod", "agent")),
    service("node-exporter", runs("infra", "prod", "node-exporter")),
  ]);
  const found = (one: ReturnType<typeof alert>) =>
    resolve({ alert: one, question: null, target: null, startedAt: null }, catalog, now);

  test.each([
    [
      "the namespace tells",
      alert({ labels: { deployment: "api", namespace: "shop-staging" } }),
      "cart-staging",
    ],
    ["the cluster tells", alert({ labels: { deployment: "api", cluster: "staging" } }), "cart-staging"],
    ["values alone tell", alert({ values: ["prod", "shop", "api", "warning"] }), "cart"],
    ["a name is before a workload", alert({ labels: { app: "api" } }), "api"],
    [
      "the labels of who reports do not count",
      alert({
        name: "KubePodNotReady",
        labels: {
          job: "kube-state-metrics",
          service: "kube-state-metrics",
          pod: "api-7c9d8f6b54-x2lmn",
          namespace: "shop",
        },
      }),
      "cart",
    ],
    [
      "a reporter's value in a title does not count",
      alert({ name: "KubePodNotReady", values: ["kube-state-metrics", "shop", "api-7c9d8f6b54-x2lmn"] }),
      "cart",
    ],
    [
      "unless the alert is about the scraped program",
      alert({ name: "TargetDown", labels: { job: "kube-state-metrics", namespace: "monitoring" } }),
      "kube-state-metrics",
    ],
    [
      "an exporter that another program reports about is the subject",
      alert({ name: "KubeDaemonSetRolloutStuck", values: ["node-exporter", "kube-state-metrics", "infra"] }),
      "node-exporter",
    ],
    [
      "a label of another convention",
      alert({ labels: { kube_deployment: "api", kube_namespace: "shop" } }),
      "cart",
    ],
  ])("%s", async (_, one, name) => {
    expect((await found(one)).service?.name).toBe(name);
  });

  test.each([
    ["only a place", alert({ labels: { cluster: "staging", environment: "tools" } })],
    ["a plain word of the text", alert({ text: "see monitoring and tools for more" })],
    [
      "who reports",
      alert({ name: "KubeJobFailed", labels: { job: "kube-state-metrics", job_name: "nightly" } }),
    ],
  ])("none is taken by %s", async (_, one) => {
    expect((await found(one)).service).toBeNull();
  });

  test("the others are given with their reasons, strongest first", async () => {
    const { candidates } = await found(alert({ labels: { deployment: "api", namespace: "shop" } }));
    expect(candidates).toEqual([
      { service: "api", why: 'label deployment="api" is its name' },
      { service: "cart-staging", why: 'label deployment="api" is its workload' },
    ]);
  });
});

test("ties are broken by name", async () => {
  const shared = {
    dependencies: [{ name: "kafka", type: "queue", critical: true, awsHosted: false } as const],
  };
  const catalog = catalogOf([service("b-service", shared), service("a-service", shared)]);
  const subject = { alert: null, question: null, target: "kafka", startedAt: null };
  expect((await resolve(subject, catalog, now)).service?.name).toBe("a-service");
});
