import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "./receiver.fixture.ts";
import { startSandbox } from "./sandbox.ts";
import type { Sandbox } from "./sandbox-api.ts";

let sandbox: Sandbox;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "acme-11", slackSigningSecret: "s", githubWebhookSecret: "g" });
  env = sandbox.environment();
});
afterAll(() => sandbox.close());

async function get(url: string, token?: string): Promise<{ status: number; text: string; json: unknown }> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: /^[[{]/.test(text) && !/\}\n\{/.test(text) ? JSON.parse(text) : null,
  };
}

describe("the second cluster", () => {
  const eu = (path: string) => get(`${sandbox.urls.kubernetesEu}${path}`, env.KUBERNETES_TOKEN);

  test.each([
    ["/api/v1/namespaces/search/pods?fieldSelector=status.phase%3DPending", { items: [{}, {}] }],
    [
      "/apis/autoscaling/v2/namespaces/search/horizontalpodautoscalers/search-service",
      { kind: "HorizontalPodAutoscaler", spec: { maxReplicas: 6 }, status: { desiredReplicas: 5 } },
    ],
    [
      "/apis/policy/v1/namespaces/search/poddisruptionbudgets",
      { items: [{ status: { currentHealthy: 3 } }] },
    ],
    ["/apis/metrics.k8s.io/v1beta1/namespaces/search/pods", { items: [{ kind: "PodMetrics" }, {}, {}] }],
    ["/api/v1/namespaces/shipping/persistentvolumeclaims", { items: [{ status: { phase: "Bound" } }] }],
    ["/apis/apps/v1/controllerrevisions", { items: [{ revision: 1 }] }],
    ["/api/v1/nodes", { items: [{}, {}, {}] }],
    ["/apis", { groups: expect.arrayContaining([expect.objectContaining({ name: "autoscaling" })]) }],
    ["/api/v1", { kind: "APIResourceList" }],
  ])("%s", async (path, expected) => {
    expect(await eu(path)).toMatchObject({ status: 200, json: expected });
  });

  test("holds its own services only", async () => {
    expect((await eu("/apis/apps/v1/namespaces/orders/deployments/order-service")).status).toBe(404);
    const other = `${env.KUBERNETES_API_URL}/apis/apps/v1/namespaces/search/deployments/search-service`;
    expect((await get(other, env.KUBERNETES_TOKEN)).status).toBe(404);
  });

  test("a watch gives what is there, then a bookmark, and ends when asked to", async () => {
    const { text } = await eu(
      "/api/v1/namespaces/search/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=1",
    );
    const types = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(["ADDED", "ADDED", "ADDED", "ADDED", "ADDED", "BOOKMARK"]);
  });

  test.each([
    ["a list", "/api/v1/namespaces/search/pods", 5],
    ["one object", "/apis/apps/v1/namespaces/search/deployments/search-service", 1],
    ["a watch's event", "/api/v1/namespaces/search/services?watch=1&timeoutSeconds=1", 1],
  ])("%s comes as a Table to those who ask for one", async (_, path, rows) => {
    const response = await fetch(`${sandbox.urls.kubernetesEu}${path}`, {
      headers: {
        authorization: `Bearer ${env.KUBERNETES_TOKEN}`,
        accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
      },
    });
    const answer = JSON.parse(await response.text());
    const table = answer.object ?? answer;
    expect(table).toMatchObject({ kind: "Table", apiVersion: "meta.k8s.io/v1" });
    expect(table.columnDefinitions[0]).toMatchObject({ name: "Name", type: "string", priority: 0 });
    expect(table.rows).toHaveLength(rows);
    for (const { cells, object } of table.rows) {
      expect(cells).toHaveLength(table.columnDefinitions.length);
      expect(object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: cells[0] } });
    }
  });
});

test("configuration files of a repository are ConfigMaps", async () => {
  const path = "/api/v1/namespaces/carts/configmaps/cart-service-flags";
  const { json } = await get(`${env.KUBERNETES_API_URL}${path}`, env.KUBERNETES_TOKEN);
  expect(json).toMatchObject({ data: { "flags.yaml": expect.stringContaining("bundle_discounts: false") } });
});

describe("Loki", () => {
  const query = (text: string, path = "query_range", more = "") =>
    get(`${sandbox.urls.loki}/loki/api/v1/${path}?query=${encodeURIComponent(text)}${more}`);
  const errors =
    '{service_name="search-service"} |= "rejected" | json | level="error" | level_extracted="ERROR"';

  test("lines are filtered, newest first, at most as many as asked for", async () => {
    const { json } = await query(errors, "query_range", "&limit=3");
    const { result } = (json as { data: { result: { stream: object; values: [string, string][] }[] } }).data;
    expect(result.flatMap(({ values }) => values)).toHaveLength(3);
    expect(result[0]).toMatchObject({ stream: { namespace: "search", cluster: "prod-eu-west-1" } });
    expect(result[0]?.values[0]?.[1]).toContain("executor queue is full");
  });

  test.each([
    [`sum(count_over_time(${errors}[10m]))`, 40, 160],
    [`sum by (namespace) (rate(${errors}[10m]))`, 0.06, 0.3],
    [`sum(count_over_time(${errors} !~ "queue is (full|empty)"[10m]))`, 0, 0],
  ])("%s lies between %d and %d", async (text, least, most) => {
    const { json } = await query(text, "query");
    const { result } = (json as { data: { result: { value: [number, string] }[] } }).data;
    const value = Number(result[0]?.value[1] ?? 0);
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(most);
  });

  test.each([["{}"], ["up"], ['{a="b"} | unpack'], ['{a=~"("}'], ['sum({a="b"})'], ['rate({a="b"}[5x])']])(
    "%s is refused",
    async (text) => {
      expect(await query(text)).toMatchObject({ status: 400, text: expect.stringContaining("parse error") });
    },
  );

  test("labels and their values", async () => {
    expect((await get(`${sandbox.urls.loki}/loki/api/v1/labels`)).json).toMatchObject({ status: "success" });
    const { json } = await get(`${sandbox.urls.loki}/loki/api/v1/label/cluster/values`);
    expect(json).toMatchObject({ data: ["prod-eu-west-1", "prod-us-east-1"] });
  });
});

describe("Argo CD", () => {
  const app = (name: string, token = env.ARGOCD_TOKEN) =>
    get(`${env.ARGOCD_URL}/api/v1/applications/${name}`, token);

  test("an application has its history and health", async () => {
    const { json } = await app("search-service-prod");
    expect(json).toMatchObject({
      status: { sync: { status: "Synced" }, history: [{ id: 0 }], health: { status: "Healthy" } },
    });
  });
  test("unknown applications and tokens are refused", async () => {
    expect((await app("nope")).status).toBe(404);
    expect((await app("search-service-prod", "wrong")).status).toBe(401);
  });
});

describe("Alertmanager", () => {
  const alerts = (filter: string) =>
    get(`${env.ALERTMANAGER_URL}/api/v2/alerts?filter=${encodeURIComponent(filter)}`);

  test("fires what the scenario says", async () => {
    const found = await alerts('namespace="search"');
    expect(found.json).toMatchObject([{ status: { state: "active" } }, { labels: { severity: "warning" } }]);
    expect((await alerts('namespace="orders"')).json).toEqual([]);
    expect((await alerts("!")).status).toBe(400);
  });

  test("sends its webhook, one for each group", async () => {
    const receiver = await startReceiver();
    try {
      await sandbox.fireWebhook(receiver.url, { token: "secret" });
      expect(receiver.received).toHaveLength(2);
      const [first] = receiver.received;
      expect(first).toMatchObject({
        path: "/webhooks/alertmanager",
        headers: { authorization: "Bearer secret" },
      });
      expect(JSON.parse(first?.body ?? "")).toMatchObject({
        version: "4",
        status: "firing",
        alerts: [{ status: "firing", endsAt: "0001-01-01T00:00:00Z" }],
      });
    } finally {
      await receiver.close();
    }
  });
});

describe("GitHub", () => {
  const github = (path: string) => get(`${env.GITHUB_API_URL}${path}`, env.GITHUB_TOKEN);
  const repo = "/repos/acme/order-service";

  test.each([
    [`${repo}/pulls?state=closed`, [{ number: 102, merged_at: expect.any(String) }, { number: 101 }]],
    [`${repo}/pulls`, []],
    [`${repo}/pulls/102/files`, [{ filename: "deploy/values.yaml" }]],
    ["/search/code?q=DB_POOL_MAX+org:acme", { total_count: 3 }],
    ["/search/commits?q=release+repo:acme/order-service", { total_count: 2 }],
  ])("%s", async (path, expected) => {
    expect(await github(path)).toMatchObject({ status: 200, json: expected });
  });

  test("a comparison over several commits has one patch for each file", async () => {
    const commits = sandbox.world.repositories.get("acme/order-service")?.commits ?? [];
    const { json } = await github(`${repo}/compare/${commits[0]?.sha}...main`);
    const { files } = json as { files: { patch: string }[] };
    expect(files).toHaveLength(1);
    expect(files[0]?.patch).toContain("-  tag: 3.7.4\n+  tag: 3.8.1");
  });

  test("a deployment's newest status comes first", async () => {
    const [newest, older] = (await github(`${repo}/deployments?environment=production`)).json as {
      id: number;
    }[];
    expect((await github(`${repo}/deployments/${newest?.id}/statuses`)).json).toMatchObject([
      { state: "success" },
      {},
    ]);
    expect((await github(`${repo}/deployments/${older?.id}/statuses`)).json).toMatchObject([
      { state: "inactive" },
      {},
      {},
    ]);
    expect((await github(`${repo}/deployments?environment=staging`)).json).toEqual([]);
  });
});

test("OpenSearch finds no index where none is allowed to be missing", async () => {
  const search = (index: string, more: string) => get(`${env.OPENSEARCH_URL}/${index}/_search?size=0${more}`);
  expect((await search("prod-nothing-*", "")).status).toBe(200);
  expect((await search("prod-nothing-*", "&allow_no_indices=false")).status).toBe(404);
  expect((await search("prod-nothing-*", "&allow_no_indices=false&ignore_unavailable=true")).status).toBe(
    404,
  );
});

test("Slack opens a modal and updates it", async () => {
  const slack = async (method: string, body: object) => {
    const headers = { authorization: `Bearer ${env.SLACK_BOT_TOKEN}`, "content-type": "application/json" };
    const response = await fetch(`${env.SLACK_API_URL}${method}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as { ok: boolean; error?: string; view?: { id: string } };
  };
  const view = { type: "modal", title: { type: "plain_text", text: "Evidence" }, blocks: [] };
  const opened = await slack("views.open", { trigger_id: "1.2", view });
  expect(opened).toMatchObject({ ok: true, view: { id: expect.stringMatching(/^V/) } });
  expect(await slack("views.update", { view_id: opened.view?.id, view })).toMatchObject({ ok: true });
  expect(await slack("views.update", { view_id: "V0", view })).toMatchObject({
    ok: false,
    error: "not_found",
  });
  expect(await slack("views.open", { view })).toMatchObject({ ok: false, error: "invalid_arguments" });
});

test("the kubeconfig knows both clusters", async () => {
  const text = await readFile(sandbox.kubeconfig, "utf8");
  expect(text).toContain("current-context: prod-us-east-1");
  expect(text).toContain("server: ");
  expect(await readFile(env.KUBECONFIG ?? "", "utf8")).not.toContain("prod-us-east-1");
});

test("Prometheus knows Acme's rules, each with a query that it can answer, and the alert that fires", async () => {
  const api = `${env.PROMETHEUS_URL}/api/v1`;
  const read = async <T>(path: string) => (await get(`${api}/${path}`)).json as { data: T };
  type Rules = { groups: { rules: { name: string; query: string }[] }[] };
  const rules = (await read<Rules>("rules")).data.groups.flatMap((group) => group.rules);
  expect(rules.map(({ name }) => name)).toEqual(Object.keys(sandbox.world.acme.alertRules));
  for (const { query } of rules) {
    expect(await get(`${api}/query?query=${encodeURIComponent(query)}`)).toMatchObject({ status: 200 });
  }
  const firing = sandbox.world
    .alerts()
    .map(({ labels }) => expect.objectContaining({ labels, state: "firing" }));
  const { alerts } = (await read<{ alerts: object[] }>("alerts")).data;
  expect(alerts).toHaveLength(firing.length);
  expect(alerts).toEqual(expect.arrayContaining(firing));
});
