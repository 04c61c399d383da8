import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type FailureCase, failures, json, startServer } from "../http/test-server.ts";
import { createOpenSearch, type OpenSearchOptions } from "./client.ts";
import type { LogQuery } from "./types.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
const search = (more: Partial<OpenSearchOptions> = {}) =>
  createOpenSearch({ url: server.url, http, ...more });
let asked = 0;
const query = (more: Partial<LogQuery> = {}): LogQuery => ({
  index: `prod-${asked++}-*`,
  window,
  limit: 100,
  ...more,
});
const hits = (documents: unknown[], total: unknown = { value: documents.length, relation: "eq" }) =>
  json({
    took: 4,
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      total,
      max_score: null,
      hits: documents.map((_source, i) => ({
        _index: "prod-order-2026.11.20",
        _id: String(i),
        _score: null,
        _source,
      })),
    },
  });

const at = "2026-11-20T10:30:00.000Z";
const empty = { at, level: "unknown", message: "" };

test.each([
  [
    "our own shape",
    {
      "@timestamp": at,
      level: "ERROR",
      message: "timed out",
      service: "order-service",
      kubernetes: { pod_name: "order-1" },
      stack_trace: "java.sql.SQL…",
    },
    {
      at,
      level: "error",
      message: "timed out",
      service: "order-service",
      pod: "order-1",
      stack: "java.sql.SQL…",
    },
  ],
  [
    "ECS",
    {
      "@timestamp": "2026-11-20T11:30:00+01:00",
      log: { level: "warning" },
      message: "slow",
      service: { name: "pay" },
      kubernetes: { pod: { name: "pay-1" } },
      error: { stack_trace: "at x" },
    },
    { at, level: "warn", message: "slow", service: "pay", pod: "pay-1", stack: "at x" },
  ],
  [
    "dotted keys",
    {
      "@timestamp": at,
      "log.level": "Critical",
      msg: "disk full",
      "kubernetes.labels.app": "inv",
      pod: "inv-1",
    },
    { at, level: "fatal", message: "disk full", service: "inv", pod: "inv-1" },
  ],
  [
    "fluent-bit",
    { "@timestamp": at, log: "raw line\n", severity: "INFO" },
    { at, level: "info", message: "raw line\n" },
  ],
  [
    "pino's numbers",
    { "@timestamp": 1795170600000, level: 50, msg: "boom" },
    { at, level: "error", message: "boom" },
  ],
  ["an odd level", { "@timestamp": at, level: "whatever", message: "m" }, { ...empty, message: "m" }],
  ["nulls", { "@timestamp": at, level: null, message: null, service: null, kubernetes: null }, empty],
])("reads %s", async (_, document, line) => {
  server.answerWith(hits([document]));
  expect(await search().search(query(), signal)).toEqual({ total: 1, lines: [line] });
});

test.each([
  ["as an object", { value: 12_345, relation: "eq" }, 12_345],
  ["as Elasticsearch 6 writes it", 7, 7],
])("total %s", async (_, total, expected) => {
  server.answerWith(hits([], total));
  expect((await search().search(query(), signal)).total).toBe(expected);
});

test.each([
  [
    "an API key, before a user",
    { apiKey: "aWQ6a2V5", username: "reader", password: "pw" },
    "ApiKey aWQ6a2V5",
  ],
  ["a user", { username: "reader", password: "pw" }, `Basic ${btoa("reader:pw")}`],
  ["nothing", {}, undefined],
])("Elasticsearch, by %s", async (_, credentials, authorization) => {
  const { url } = server;
  server.answerWith((response, received) => {
    response.setHeader("x-elastic-product", "Elasticsearch");
    hits([{ "@timestamp": at, message: "m", log: { level: "ERROR" } }])(response, received);
  });
  const page = await search({ url, ...credentials }).search(query(), signal);
  expect(page.lines[0]?.level).toBe("error");
  expect(server.received[0]?.headers.authorization).toBe(authorization);
});

test("asks with filters only, literally, and bounded", async () => {
  server.answerWith(hits([]));
  const text = 'timeout" OR level:*';
  await search({ username: "reader", password: "pw" }).search(
    { index: "prod-order-*,prod-pay", text, minLevel: "error", window, limit: 1_000_000 },
    signal,
  );
  const [request] = server.received;
  expect(request?.path).toBe(
    "/prod-order-*,prod-pay/_search?allow_no_indices=false&allow_partial_search_results=false&filter_path=hits.total%2Chits.hits._source%2Cerror%2Cstatus",
  );
  expect(request?.headers.authorization).toBe(`Basic ${Buffer.from("reader:pw").toString("base64")}`);
  const body = JSON.parse(request?.body ?? "");
  expect(body).toMatchObject({
    size: 5_000,
    track_total_hits: true,
    // What is not read is not sent.
    _source: expect.arrayContaining(["@timestamp", "message", "kubernetes.pod_name", "stack_trace"]),
    sort: [{ "@timestamp": { order: "desc" } }],
  });
  const [range, level, words] = body.query.bool.filter;
  expect(range).toEqual({ range: { "@timestamp": { gte: window.from, lt: window.to } } });
  expect(level.bool.should[0].terms.level).toEqual(
    expect.arrayContaining(["error", "ERROR", "fatal", "FATAL"]),
  );
  expect(level.bool.should[0].terms.level).not.toContain("warn");
  expect(words.bool.should[0]).toEqual({ match_phrase: { message: text } });
});

describe("refuses", () => {
  test.each(["", "a b", "a/b", "../x", "_all", "a,_b", "-a", ".kibana", "a?b", "a#", "<x>", "a,", "%2e"])(
    "the index %j",
    async (index) => {
      server.answerWith(hits([]));
      await expect(search().search(query({ index }), signal)).rejects.toMatchObject({
        kind: "invalid_input",
      });
      expect(server.received).toHaveLength(0);
    },
  );

  const missing = { type: "index_not_found_exception", reason: "no such index [prod-x]", index: "prod-x" };
  test.each<FailureCase>([
    [
      "a missing index",
      json({ error: { root_cause: [missing], ...missing }, status: 404 }, 404),
      "not_found",
      /no such index \[prod-x\]/,
    ],
    [
      "a bad query",
      json({ error: { type: "parsing_exception", reason: "unknown query [foo]" }, status: 400 }, 400),
      "invalid_input",
      /unknown query/,
    ],
    [
      "failed shards",
      json(
        {
          error: { type: "search_phase_execution_exception", reason: "Partial shards failure" },
          status: 503,
        },
        503,
      ),
      "unavailable",
      /Partial shards failure/,
    ],
    ...failures,
  ])("%s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(search().search(query(), signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  });
});

test("links", () => {
  const asked = query({ index: "prod-order-*", text: `it's "slow"!` });
  const discover = decodeURIComponent(search({ dashboardsUrl: "https://logs.example/" }).link(asked));
  expect(discover).toContain("https://logs.example/app/discover#/?_g=(time:(from:'2026-11-20T10:00:00Z'");
  expect(discover).toContain(`(index:'prod-order-*',query:(language:kuery,query:'"it!'s \\"slow\\"!!"'))`);
  const plain = new URL(search({ url: `${server.url.replace("//", "//user:pw@")}` }).link(asked));
  expect(plain.username).toBe("");
  expect(plain.searchParams.get("q")).toContain(`AND "it's \\"slow\\"!"`);
});
