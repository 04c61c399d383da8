import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox } from "./sandbox.ts";
import type { Sandbox } from "./sandbox-api.ts";

let sandbox: Sandbox;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox({
    scenario: "acme-02",
    slackSigningSecret: "slack-secret",
    githubWebhookSecret: "github-secret",
    opensearchCredentials: { username: "reader", password: "pass" },
  });
  env = sandbox.environment();
});
afterAll(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when the answer is no JSON. */
  readonly json: Record<string, unknown>;
}

async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = /^[[{]/.test(text) ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, json };
}

describe("Kubernetes", () => {
  const get = (path: string, token = env.KUBERNETES_TOKEN) =>
    call(`${env.KUBERNETES_API_URL}${path}`, {
      headers: token === "" ? {} : { authorization: `Bearer ${token}` },
    });

  test.each([
    ["/api/v1/namespaces/orders/pods", "", 403, /User "system:anonymous"/],
    ["/api/v1/namespaces/orders/pods", "wrong", 401, /Unauthorized/],
  ])("%s with token %j", async (path, token, status, message) => {
    const answer = await get(path, token);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ kind: "Status", status: "Failure", code: status });
    expect(answer.json.message).toMatch(message);
  });

  test.each([
    ["/api/v1/pods?fieldSelector=color%3Dred", 400, "field label not supported: color"],
    ["/api/v1/pods?labelSelector=app%3D(", 400, /unable to parse requirement/],
    ["/apis/apps/v1/namespaces/orders/deployments/nope", 404, 'deployments.apps "nope" not found'],
    ["/api/v1/namespaces/orders/pods/nope", 404, 'pods "nope" not found'],
    ["/api/v1/pods?continue=garbage", 400, /continue key is not valid/],
  ])("%s is refused like the API server does", async (path, status, message) => {
    const answer = await get(path);
    expect(answer.json).toMatchObject({
      kind: "Status",
      code: status,
      message: expect.stringMatching(message),
    });
  });

  test("pods are selected, and paged with limit and continue", async () => {
    const selected = await get(
      "/api/v1/namespaces/orders/pods?labelSelector=app.kubernetes.io/name%3Dorder-service",
    );
    expect(selected.json).toMatchObject({ kind: "PodList", apiVersion: "v1" });
    expect(selected.json.items).toHaveLength(3);
    const names: string[] = [];
    let next = "";
    do {
      const page = (await get(`/api/v1/pods?limit=5&continue=${next}`)).json as {
        metadata: { continue?: string };
        items: { metadata: { name: string } }[];
      };
      names.push(...page.items.map((item) => item.metadata.name));
      next = page.metadata.continue ?? "";
    } while (next !== "");
    expect(new Set(names).size).toBe(27);
  });

  test("a ReplicaSet belongs to its Deployment, and a pod's log is text", async () => {
    const sets = (await get("/apis/apps/v1/namespaces/orders/replicasets")).json.items as object[];
    expect(sets.at(-1)).toMatchObject({
      metadata: { ownerReferences: [{ kind: "Deployment", name: "order-service" }] },
    });
    const pods = (await get("/api/v1/namespaces/orders/pods")).json.items as { metadata: { name: string } }[];
    const path = `/api/v1/namespaces/orders/pods/${pods[0]?.metadata.name}/log`;
    expect((await get(`${path}?tailLines=100`)).text).toMatch(/(INFO|WARN|ERROR)/);
    expect((await get(`${path}?previous=true`)).status).toBe(400);
    expect((await get(`${path}?container=nope`)).json.message).toMatch(/container nope is not valid/);
  });
});

describe("OpenSearch", () => {
  const authorization = `Basic ${Buffer.from("reader:pass").toString("base64")}`;
  const search = (index: string, body: object, headers: Record<string, string> = { authorization }) =>
    call(`${env.OPENSEARCH_URL}/${index}/_search`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const lastHour = { range: { "@timestamp": { gte: "now-1h", lte: "now" } } };

  test.each([
    [
      ["level", "kubernetes.pod_name", "no.such"],
      { level: "ERROR", kubernetes: { pod_name: expect.any(String) } },
    ],
    ["kubernetes.pod*", { kubernetes: { pod_name: expect.any(String) } }],
    [
      { includes: ["level", "kubernetes"], excludes: ["*.pod_name", "kubernetes.host"] },
      { level: "ERROR", kubernetes: { namespace: "orders", container_name: "order-service" } },
    ],
  ])("of a document only the fields asked for: %j", async (_source, document) => {
    const { json } = await search("prod-order-*", { size: 1, _source, query: { term: { level: "ERROR" } } });
    const { hits } = json as { hits: { hits: { _source: object }[] } };
    expect(hits.hits.map((hit) => hit._source)).toEqual([document]);
  });

  test("errors of the last hour, newest first, counted", async () => {
    const { json } = await search("prod-order-*", {
      size: 5,
      track_total_hits: true,
      sort: [{ "@timestamp": "desc" }],
      query: {
        bool: {
          filter: [
            lastHour,
            { term: { level: "ERROR" } },
            { match_phrase: { message: "orders-db.acme.internal" } },
          ],
        },
      },
      aggs: {
        levels: { terms: { field: "level" } },
        per: { date_histogram: { field: "@timestamp", fixed_interval: "10m" } },
      },
    });
    const { hits, aggregations } = json as {
      hits: {
        total: { value: number; relation: string };
        hits: { _source: { message: string; "@timestamp": string } }[];
      };
      aggregations: {
        levels: { buckets: { key: string; doc_count: number }[] };
        per: { buckets: unknown[] };
      };
    };
    expect(hits.total.value).toBeGreaterThan(200);
    expect(hits.hits).toHaveLength(5);
    const times = hits.hits.map((hit) => hit._source["@timestamp"]);
    expect(times).toEqual([...times].sort().reverse());
    expect(aggregations.levels.buckets).toEqual([{ key: "ERROR", doc_count: hits.total.value }]);
    expect(aggregations.per.buckets.length).toBeGreaterThan(2);
  });

  test.each<[string, object, boolean]>([
    ["match any word", { match: { message: "refused nonsense" } }, true],
    ["match all words", { match: { message: { query: "refused nonsense", operator: "and" } } }, false],
    ["multi_match", { multi_match: { query: "refused", fields: ["message", "stack_trace"] } }, true],
    ["terms on a keyword field", { terms: { "level.keyword": ["FATAL"] } }, false],
    ["query_string", { query_string: { query: 'level:ERROR AND "timed out"' } }, true],
    ["exists", { exists: { field: "stack_trace" } }, true],
    ["must_not", { bool: { must_not: [{ exists: { field: "message" } }] } }, false],
    ["should", { bool: { should: [{ term: { level: "FATAL" } }, { term: { level: "WARN" } }] } }, true],
    [
      "epoch bounds",
      { range: { "@timestamp": { gte: Date.now() - 600_000, format: "epoch_millis" } } },
      true,
    ],
    ["match_all", { match_all: {} }, true],
  ])("%s", async (_name, clause, found) => {
    const { json } = await search("prod-order-*", {
      size: 0,
      query: { bool: { filter: [lastHour, clause] } },
    });
    const { total } = json.hits as { total: { value: number } };
    expect(total.value > 0).toBe(found);
  });

  test.each<[string, string, object, number, string]>([
    [
      "an unknown clause",
      "prod-order-*",
      { query: { fuzzy_like: { message: "x" } } },
      400,
      "parsing_exception",
    ],
    [
      "two clauses in one",
      "prod-order-*",
      { query: { match_all: {}, exists: { field: "a" } } },
      400,
      "parsing_exception",
    ],
    [
      "a time that is none",
      "prod-order-*",
      { query: { range: { "@timestamp": { gte: "soon" } } } },
      400,
      "parse_exception",
    ],
    ["too many hits", "prod-order-*", { size: 20_000 }, 400, "illegal_argument_exception"],
    ["an index that is not there", "prod-nope", {}, 404, "index_not_found_exception"],
  ])("%s is refused", async (_name, index, body, status, type) => {
    const answer = await search(index, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ status, error: { type, root_cause: [{ type }] } });
  });

  test("credentials are asked for", async () => {
    expect((await search("prod-order-*", {}, {})).status).toBe(401);
  });
});

describe("GitHub", () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    call(`${env.GITHUB_API_URL}${path}`, {
      headers: { authorization: `Bearer ${env.GITHUB_TOKEN}`, ...headers },
    });
  const repo = "/repos/acme/order-service";

  test("contents as base64 and raw, at a commit", async () => {
    const { json } = await get(`${repo}/contents/service.yaml?ref=main`);
    const text = Buffer.from(String(json.content), "base64").toString();
    expect(text).toContain("name: order-service");
    expect(text).toContain(`${sandbox.urls.resources}/order-service/api/resources/\${id}`);
    const raw = await get(`${repo}/contents/service.yaml`, { accept: "application/vnd.github.raw+json" });
    expect(raw.text).toBe(text);
  });

  test("commits by path and page, with files and patch", async () => {
    const page = await get(`${repo}/commits?path=deploy/values.yaml&per_page=1`);
    expect(page.headers.get("link")).toMatch(/page=2>; rel="next"/);
    const [newest] = page.json as unknown as { sha: string }[];
    const { json } = await get(`${repo}/commits/${newest?.sha}`);
    expect(json).toMatchObject({ files: [{ filename: "deploy/values.yaml", status: "modified" }] });
    const compared = await get(`${repo}/compare/${newest?.sha}...main`);
    expect(compared.json).toMatchObject({ status: "ahead", ahead_by: 1, files: [{ status: "modified" }] });
    expect((await get(`${repo}/git/trees/main?recursive=1`)).json).toMatchObject({ truncated: false });
    expect((await get(`${repo}/deployments`)).json).toMatchObject([{ environment: "production" }, {}]);
  });

  test.each([
    [`${repo}/contents/nope.yaml`, 404, "Not Found"],
    ["/repos/acme/nope", 404, "Not Found"],
    [`${repo}/commits/ffffffffff`, 422, "No commit found for SHA: ffffffffff"],
  ])("%s answers %d", async (path, status, message) => {
    expect(await get(path)).toMatchObject({ status, json: { message } });
  });

  test("a commit status is kept; a description too long is refused; tokens are checked", async () => {
    const sha = sandbox.world.repositories.get("acme/order-service")?.head().sha;
    const post = (description: string, token = env.GITHUB_TOKEN) =>
      call(`${env.GITHUB_API_URL}${repo}/statuses/${sha}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ state: "success", context: "oncall/catalog", description }),
      });
    expect((await post("1 service read")).status).toBe(201);
    expect(sandbox.commitStatuses()).toMatchObject([{ state: "success", sha, context: "oncall/catalog" }]);
    expect((await post("x".repeat(141))).status).toBe(422);
    expect(await post("x", "wrong")).toMatchObject({ status: 401, json: { message: "Bad credentials" } });
  });
});

describe("AWS Health", () => {
  const call11 = (operation: string, body: object, signed = true) =>
    call(`${env.AWS_ENDPOINT_URL_HEALTH}/`, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSHealth_20160804.${operation}`,
        ...(signed
          ? {
              authorization: `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/20261120/us-east-1/health/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"a".repeat(64)}`,
            }
          : {}),
      },
      body: JSON.stringify(body),
    });

  test("the open RDS event, its description and its entities", async () => {
    const filter = { services: ["RDS"], regions: ["us-east-1"], eventStatusCodes: ["open"] };
    const { events } = (await call11("DescribeEvents", { filter })).json as {
      events: { arn: string; startTime: number }[];
    };
    expect(events).toMatchObject([{ eventTypeCode: "AWS_RDS_OPERATIONAL_ISSUE", statusCode: "open" }]);
    expect(events[0]?.startTime).toBeLessThan(Date.now() / 1000);
    const eventArns = events.map((event) => event.arn);
    const details = await call11("DescribeEventDetails", { eventArns: [...eventArns, "arn:none"] });
    expect(details.json).toMatchObject({
      successfulSet: [{ eventDescription: { latestDescription: expect.stringContaining("RDS") } }],
      failedSet: [{ eventArn: "arn:none" }],
    });
    expect((await call11("DescribeAffectedEntities", { filter: { eventArns } })).json).toMatchObject({
      entities: [{ entityValue: "orders-db", statusCode: "IMPAIRED" }],
    });
  });

  test.each<[string, string, boolean, number, string]>([
    ["unsigned", "DescribeEvents", false, 403, "MissingAuthenticationTokenException"],
    ["an unknown operation", "DescribeWeather", true, 400, "UnknownOperationException"],
  ])("%s is refused", async (_name, operation, signed, status, type) => {
    expect(await call11(operation, {}, signed)).toMatchObject({ status, json: { __type: type } });
  });
});

describe("resource APIs, status pages, Prometheus", () => {
  test("answer what the scenario says", async () => {
    const order = await call(`${sandbox.urls.resources}/order-service/api/resources/ord-9999`);
    expect(order.json).toMatchObject({ id: "ord-9999", status: "FAILED" });
    expect((await call(`${sandbox.urls.resources}/order-service/api/resources/ord-0`)).status).toBe(404);
    const page = await call(`${sandbox.urls.resources}/status/stripe/api/v2/status.json`);
    expect(page.json).toMatchObject({ status: { indicator: "none" } });
    const up = await call(`${env.PROMETHEUS_URL}/api/v1/query?query=pg_up{job="postgres-orders"}`);
    expect(up.json).toMatchObject({
      status: "success",
      data: { result: [{ value: [expect.anything(), "0"] }] },
    });
  });
});

describe("faults", () => {
  const order = () => call(`${sandbox.urls.resources}/order-service/api/resources/ord-1234`);

  test("a server fails as often as it is told to", async () => {
    sandbox.faults.resources.fail(503, { times: 1 });
    expect([(await order()).status, (await order()).status]).toEqual([503, 200]);
  });

  test("a held request goes on when released, and is cut when dropped", async () => {
    const held = sandbox.faults.resources.hold("before", (request) => request.path.endsWith("ord-1234"));
    const answer = order();
    expect((await held.reached).method).toBe("GET");
    held.release();
    expect((await answer).status).toBe(200);

    const cut = sandbox.faults.resources.hold("after");
    const lost = order();
    await cut.reached;
    cut.drop();
    await expect(lost).rejects.toThrow("fetch failed");
  });
});
