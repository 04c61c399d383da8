import type { ToolResult } from "@oncall/core";
import { expect, test } from "vitest";
import { after, alert, catalogOf, clusterFinding, NOW, pods, service } from "./acme.fixture.ts";
import { firstLook } from "./first-look.ts";

const POD = "payments-api-7d9c5b6f4-x2x9z";
// Two in one namespace: it names neither of them.
const catalog = catalogOf(
  ["order-service", "order-mail"].map((workload) =>
    service(workload, { deployment: { kubernetes: { cluster: "prod-1", namespace: "orders", workload } } }),
  ),
);

/** What the tools answer, by tool and cluster, and what they were asked. */
async function lookAt(
  about: Partial<Parameters<typeof alert>[0]>,
  answers: Readonly<Record<string, Partial<ToolResult>>> = {},
) {
  const asked: { tool: string; input: unknown }[] = [];
  const said = await firstLook(
    {
      alert: alert({ name: "Odd", text: "", startedAt: after(2), ...about }),
      question: null,
      target: null,
      startedAt: null,
    },
    {
      catalog,
      call: async (tool, input) => {
        asked.push({ tool, input });
        const answer = answers[`${tool} ${(input as { cluster?: string }).cluster}`];
        return answer === undefined
          ? { state: "no_data", searched: "nothing", evidence: "ev_none" }
          : { state: "ok", evidence: `ev_${tool}`, ...answer };
      },
      now: new Date(NOW),
      elapsed: () => 0,
      signal: new AbortController().signal,
    },
  );
  return { said, asked };
}

const podStatus = (findings: ReturnType<typeof clusterFinding>[]) => ({
  data: { ...pods([]), service: null, workload: null, findings },
});
const killed = clusterFinding("k8s.oom_killed", {
  subject: { kind: "Deployment", namespace: "payments", name: "payments-api" },
  since: after(1),
});
const pending = clusterFinding("k8s.pvc_pending", {
  subject: { kind: "PersistentVolumeClaim", namespace: "payments", name: "archive" },
});
const log = {
  data: {
    service: null,
    cluster: "prod-2",
    namespace: "payments",
    logs: [
      {
        pod: POD,
        container: "api",
        previous: true,
        state: "waiting",
        lines_read: 9,
        missing: null,
        failures: [
          { name: "db_connection_refused", code: "db.connection_refused", count: 3, meaning: "down" },
        ],
        root_exceptions: ["ConnectException: refused"],
        excerpts: [],
      },
    ],
  },
};
const labels = { cluster: "prod-2", namespace: "payments", pod: POD };

test("a pod that no service of the catalog owns is looked at, its log too", async () => {
  const { said, asked } = await lookAt(
    { labels },
    { "get_pod_status prod-2": podStatus([killed, pending]), "get_pod_logs prod-2": log },
  );
  expect(asked).toEqual([
    { tool: "get_pod_status", input: { cluster: "prod-2", namespace: "payments" } },
    { tool: "get_pod_logs", input: labels },
  ]);
  expect(said).toMatchObject({ service: null, verdict: "unknown_service", owner: null, healthy: [] });
  expect(said.headline).toMatch(new RegExp(`^No service of the catalog owns payments/${POD} in prod-2: `));
  expect(said.causes.map(({ code, evidence }) => [code, evidence])).toEqual([
    ["k8s.oom_killed", ["ev_get_pod_status", "ev_get_pod_logs"]],
  ]);
  // What is wrong with something else there is said, and is no cause.
  expect(said.symptoms.map(({ subject, code }) => [subject, code])).toContainEqual([
    "payments/archive",
    "k8s.pvc_pending",
  ]);
  expect(said.unchecked.map(({ what }) => what)).toEqual([expect.stringContaining("Requests")]);
});

test("all well there is said as what was seen", async () => {
  const { said } = await lookAt(
    { labels: { ...labels, pod: "" } },
    { "get_pod_status prod-2": podStatus([]) },
  );
  expect(said.headline).toContain("nothing is wrong with its pods as far as can be seen");
  expect(said.healthy).toMatchObject([{ evidence: "ev_get_pod_status" }]);
});

test.each([
  [
    "the values of a title",
    { values: ["prod-1", "orders", "cron-28399110-abcde"] },
    { cluster: "prod-1", namespace: "orders" },
  ],
  [
    "an exporter's labels",
    { labels: { namespace: "monitoring", exported_namespace: "payments", cluster: "prod-2" } },
    { cluster: "prod-2", namespace: "payments" },
  ],
  [
    "other senders' names",
    { labels: { kube_namespace: "payments", kube_cluster_name: "prod-2", kube_stateful_set: "ledger" } },
    { cluster: "prod-2", namespace: "payments", workload: "ledger" },
  ],
  [
    "a namespace alone: the catalog's cluster",
    { labels: { namespace: "payments" } },
    { cluster: "prod-1", namespace: "payments" },
  ],
])("the place by %s", async (_, about, input) => {
  const { said, asked } = await lookAt(about);
  expect(said.service).toBeNull();
  expect(asked[0]).toEqual({ tool: "get_pod_status", input });
});

test("without a namespace nothing is asked", async () => {
  const { said, asked } = await lookAt({ labels: { instance: "10.0.0.1:9100" } });
  expect(asked).toEqual([]);
  expect(said.unchecked).toMatchObject([{ what: "Everything" }]);
});
