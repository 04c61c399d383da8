import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type FailureCase, failures, json, startServer, text } from "../http/test-server.ts";
import type { LogQuery } from "../opensearch/types.ts";
import { createLoki, type LokiOptions } from "./client.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
const loki = (more: Partial<LokiOptions> = {}) => createLoki({ url: server.url, http, ...more });
let asked = 0;
const query = (more: Partial<LogQuery> = {}): LogQuery => ({
  index: "",
  service: `cart-${asked++}`,
  window,
  limit: 10,
  ...more,
});
const labels = { app: "cart-api", namespace: "storefront", pod: "cart-api-7d9f", service_name: "cart-api" };
const streams = (...result: { stream: object; values: unknown[] }[]) =>
  json({ status: "success", data: { resultType: "streams", result, stats: { summary: {} } } });
const one = (line: string, stream: object = labels) =>
  streams({ stream, values: [["1795170275464963328", line]] });
const at = "2026-11-20T10:24:35.464Z";
const cart = { at, service: "cart-api", pod: "cart-api-7d9f" };

test.each([
  [
    "a JSON line",
    one(
      JSON.stringify({
        ts: "2026-11-20T10:24:35Z",
        level: "error",
        msg: "db pool exhausted",
        stack_trace: "at x",
      }),
    ),
    { ...cart, level: "error", message: "db pool exhausted", stack: "at x" },
  ],
  [
    "a plain line with a label",
    one("boom", { ...labels, level: "warn" }),
    { ...cart, level: "warn", message: "boom" },
  ],
  [
    "a level that Loki detected",
    one("boom", { ...labels, detected_level: "critical" }),
    { ...cart, level: "fatal", message: "boom" },
  ],
  [
    "a level in the line, colours dropped",
    one("\u001b[31mERROR\u001b[0m boom", { ...labels, detected_level: "unknown" }),
    { ...cart, level: "error", message: "ERROR boom" },
  ],
  ["a broken JSON line", one('{"status": "fai'), { ...cart, level: "unknown", message: '{"status": "fai' }],
  ["JSON of another kind", one("[1]", {}), { at, level: "unknown", message: "[1]" }],
  [
    "several lines in one",
    one("Traceback (most recent call last):\n  File\nKeyError: 'x'"),
    { ...cart, level: "unknown", message: "Traceback (most recent call last):\n  File\nKeyError: 'x'" },
  ],
  [
    "structured metadata apart",
    streams({
      stream: labels,
      values: [["1795170275464963328", "m", { structuredMetadata: { trace_id: "9f" } }]],
    }),
    { ...cart, level: "unknown", message: "m" },
  ],
])("reads %s", async (_, answer, line) => {
  server.answerWith(answer);
  expect(await loki().search(query(), signal)).toEqual({ total: 1, lines: [line] });
});

test("streams are merged, newest first, and counted where there are more", async () => {
  const values = (...seconds: number[]) => seconds.map((s) => [`17951702${s}000000001`, `at ${s}`]);
  server.answerWith((response, received) => {
    const counting = received.path.includes("/query?");
    const answer = counting
      ? json({
          status: "success",
          data: { resultType: "vector", result: [{ metric: {}, value: [1795172400, "99"] }] },
        })
      : streams({ stream: {}, values: values(75, 40) }, { stream: { pod: "b" }, values: values(60, 50) });
    answer(response, received);
  });
  const asked = query({ limit: 3 });
  const page = await loki().search(asked, signal);
  expect(page.total).toBe(99);
  expect(page.lines.map(({ message }) => message)).toEqual(["at 75", "at 60", "at 50"]);
  const [range, count] = server.received.map(({ path }) => new URL(path, server.url).searchParams);
  expect(Object.fromEntries(range ?? [])).toEqual({
    query: `{service_name="${asked.service}"}`,
    start: "1795168800000000000",
    end: "1795172400000000000",
    limit: "3",
    direction: "backward",
  });
  expect(Object.fromEntries(count ?? [])).toEqual({
    query: `sum(count_over_time({service_name="${asked.service}"} [3600s]))`,
    time: "1795172400000000000",
  });
});

test("none", async () => {
  server.answerWith(streams());
  expect(await loki().search(query(), signal)).toEqual({ total: 0, lines: [] });
});

describe("asks", () => {
  const askedFor = async (more: Partial<LogQuery>, options: Partial<LokiOptions> = {}) => {
    server.answerWith(streams());
    await loki(options).search(query({ service: "pay", limit: 5_000, ...more }), signal);
    return new URL(server.received[0]?.path ?? "", server.url).searchParams.get("query");
  };

  test.each<[string, Partial<LogQuery>, string]>([
    ["literally", { text: "timed out (30s)" }, '{service_name="pay"} |= "timed out (30s)"'],
    [
      "for quotes as JSON lines hold them too",
      { text: 'say "hi"' },
      String.raw`{service_name="pay"} |~ "say \"hi\"|say \\\\\"hi\\\\\""`,
    ],
    ["with no more than it must", { text: "  " }, '{service_name="pay"}'],
    ["by a hostile service", { service: 'a"} or vector(1)' }, String.raw`{service_name="a\"} or vector(1)"}`],
    ["by a service with a line break", { service: "a\n\\" }, String.raw`{service_name="a\n\\"}`],
    ["with half of a character", { service: "a\ud800" }, '{service_name="a\ufffd"}'],
    ["for a backtick", { text: "` | json" }, '{service_name="pay"} |= "` | json"'],
  ])("%s", async (_, more, expected) => {
    expect(await askedFor(more)).toBe(expected);
  });

  test("by level, where it is detected, labelled or only written", async () => {
    const expression = (await askedFor({ minLevel: "error" })) ?? "";
    expect(expression).toContain('detected_level=~"(?i)(error|err|severe|fatal|critical');
    expect(expression).toContain('or (detected_level=~"|unknown" and level="" and oncall_word!="")');
    expect(expression).not.toContain("warn");
  });

  test("by the configured label, tenant and user", async () => {
    const credentials = { tenant: "acme", username: "reader", password: "pw" };
    expect(await askedFor({}, { label: "app", ...credentials })).toBe('{app="pay"}');
    expect(server.received[0]?.headers).toMatchObject({
      "x-scope-orgid": "acme",
      authorization: `Basic ${btoa("reader:pw")}`,
    });
  });

  test("never without a service, nor by a label that is none", async () => {
    await expect(loki().search(query({ service: undefined }), signal)).rejects.toMatchObject({
      kind: "invalid_input",
    });
    expect(() => loki({ label: 'a="b",c' })).toThrow(/not a Loki label/);
  });
});

const plain = { "content-type": "text/plain; charset=utf-8" };
test.each<FailureCase>([
  [
    "a parse error",
    text("parse error at line 1, col 16: syntax error: unexpected $end", 400, plain),
    "invalid_input",
    /unexpected \$end/,
  ],
  [
    "a Loki that starts",
    text("Ingester not ready: waiting for 15s", 503, plain),
    "unavailable",
    /waiting for 15s/,
  ],
  ["a time that is none", streams({ stream: {}, values: [["now", "x"]] }), "unavailable", /another shape/],
  ...failures,
])("reports %s", async (_, answer, kind, says) => {
  server.answerWith(answer);
  await expect(loki().search(query(), signal)).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(says),
  });
});

test("links to Grafana's Explore, else to the API", () => {
  const searched = query({ service: "pay", text: "boom" });
  const explore = new URL(loki({ grafanaUrl: "https://grafana.example/sub" }).link(searched));
  expect(explore.pathname).toBe("/sub/explore");
  expect(JSON.parse(explore.searchParams.get("panes") ?? "")).toMatchObject({
    a: {
      datasource: "loki",
      queries: [{ expr: '{service_name="pay"} |= "boom"' }],
      range: { from: "1795168800000" },
    },
  });
  expect(new URL(loki().link(searched)).searchParams.get("query")).toBe('{service_name="pay"} |= "boom"');
});
