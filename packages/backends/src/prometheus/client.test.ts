import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type FailureCase, failures, json, startServer } from "../http/test-server.ts";
import { testCertificate } from "../http/test-tls.ts";
import { createPrometheus, type PrometheusOptions } from "./client.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
afterAll(async () => {
  await http.close();
  await server.close();
});

let asked = 0;
/** A query of its own each time, so that no test is answered from the cache. */
const query = () => `up + ${asked++}`;
const prometheus = (more: Partial<PrometheusOptions> = {}) =>
  createPrometheus({ url: server.url, http, ...more });
const signal = new AbortController().signal;
const at = new Date("2026-11-20T10:28:28Z");
const window = { from: "2026-11-20T10:20:00Z", to: "2026-11-20T10:28:00Z" };
const cart = (kind: string, value: string) => ({
  metric: { __name__: "cart_ratio", instance: "cart-api-0:8080", kind },
  value: [1795170508.828, value],
});
const success = (resultType: string, result: unknown, more = {}) =>
  json({ status: "success", data: { resultType, result, stats: {} }, ...more });

describe("instant", () => {
  test.each([
    ["a vector", success("vector", [cart("a", "0.25"), cart("b", "1e-05")]), [0.25, 0.00001]],
    [
      "NaN and infinities",
      success("vector", [cart("a", "NaN"), cart("b", "+Inf"), cart("c", "-Inf")]),
      [Number.NaN, Infinity, -Infinity],
    ],
    ["a scalar", success("scalar", [1795170236.268, "5"]), [5]],
    ["nothing", success("vector", []), []],
    ["warnings beside the result", success("vector", [cart("a", "3")], { warnings: ["no store"] }), [3]],
    [
      "native histograms, passed over",
      success("vector", [{ metric: {}, histogram: [1, {}] }, cart("a", "1")]),
      [1],
    ],
  ])("%s", async (_, answer, values) => {
    server.answerWith(answer);
    const samples = await prometheus().instant(query(), at, signal);
    expect(samples.map((sample) => sample.value)).toEqual(values);
  });

  test("asks by form, at the time, with the credentials", async () => {
    server.answerWith(success("vector", [cart("a", "1")]));
    const samples = await prometheus({
      url: `${server.url}/prometheus/`,
      token: "t0ken",
      headers: { "x-scope-orgid": "acme" },
    }).instant('up{job="cart"}', at, signal);
    expect(samples[0]?.labels).toEqual({ __name__: "cart_ratio", instance: "cart-api-0:8080", kind: "a" });
    const [request] = server.received;
    expect(request).toMatchObject({
      method: "POST",
      path: "/prometheus/api/v1/query",
      headers: { authorization: "Bearer t0ken", "x-scope-orgid": "acme" },
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      query: 'up{job="cart"}',
      time: "1795170508",
      partial_response: "false",
    });
  });

  const refusal = (status: number, errorType: string, error: string) =>
    json({ status: "error", errorType, error }, status);
  test.each<FailureCase>([
    [
      "a parse error",
      refusal(400, "bad_data", "1:17: parse error: unclosed left parenthesis"),
      "invalid_input",
      /unclosed left parenthesis/,
    ],
    [
      "an execution error",
      refusal(422, "execution", "many-to-many matching not allowed"),
      "invalid_input",
      /many-to-many/,
    ],
    [
      "a query that timed out",
      refusal(503, "timeout", "query timed out in expression evaluation"),
      "unavailable",
      /query timed out/,
    ],
    ["a range vector", success("matrix", []), "invalid_input", /rate\(\)/],
    ...failures,
  ])("refuses %s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(prometheus().instant(query(), at, signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  });
});

describe("range", () => {
  test("keeps gaps absent and asks for the window", async () => {
    const values = [
      [1795170408, "6"],
      [1795170413, "NaN"],
      [1795170463, "+Inf"],
    ];
    server.answerWith(success("matrix", [{ metric: { pod: "cart-api-0" }, values }]));
    const series = await prometheus().range("cart_queue_depth", window, 15, signal);
    expect(series).toEqual([
      {
        labels: { pod: "cart-api-0" },
        values: [
          [1795170408, 6],
          [1795170413, Number.NaN],
          [1795170463, Infinity],
        ],
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      query: "cart_queue_depth",
      start: "1795170000",
      end: "1795170480",
      step: "15",
      partial_response: "false",
    });
  });

  test.each([
    [
      "too many points",
      json(
        { status: "error", errorType: "bad_data", error: "exceeded maximum resolution of 11,000 points" },
        400,
      ),
      "invalid_input",
    ],
    ["a vector", success("vector", []), "unavailable"],
  ])("refuses %s", async (_, answer, kind) => {
    server.answerWith(answer);
    await expect(prometheus().range(query(), window, 1, signal)).rejects.toMatchObject({ kind });
  });
});

test("links to the graph page, or to Grafana where there is one", () => {
  const own = new URL(prometheus().link('up{job="a&b"}', window));
  expect(own.pathname).toBe("/graph");
  expect(Object.fromEntries(own.searchParams)).toMatchObject({
    "g0.expr": 'up{job="a&b"}',
    "g0.range_input": "480s",
    "g0.end_input": "2026-11-20 10:28:00",
  });
  const grafana = new URL(prometheus({ grafanaUrl: "https://grafana.example/sub" }).link("up", window));
  expect(grafana.pathname).toBe("/sub/explore");
  expect(JSON.parse(grafana.searchParams.get("panes") ?? "")).toMatchObject({
    a: { queries: [{ expr: "up" }], range: { from: "1795170000000" } },
  });
});

test.each<[string | undefined, string, string | null]>([
  [
    "https://grafana.example/sub",
    "order-service-prod",
    "https://grafana.example/sub/d/order-service-prod?from=1795170000000&to=1795170480000",
  ],
  ["https://grafana.example", "../admin", null],
  ["https://grafana.example", "a?b#c", null],
  ["https://grafana.example", "", null],
  [undefined, "order-service-prod", null],
])("in Grafana %s the dashboard %j is %s", (grafanaUrl, uid, link) => {
  expect(prometheus({ grafanaUrl }).dashboard?.(uid, window)).toBe(link);
});

test("over TLS by its own CA file, which must be readable", async () => {
  const secured = await startServer(success("vector", []), { tls: true });
  const folder = await mkdtemp(join(tmpdir(), "prometheus-ca-"));
  const caFile = join(folder, "ca.pem");
  const ask = (more: Partial<PrometheusOptions>) =>
    prometheus({ url: secured.url, ...more }).instant(query(), at, signal);
  try {
    await writeFile(caFile, testCertificate);
    expect(await ask({ caFile, username: "reader", password: "pw" })).toEqual([]);
    expect(secured.received[0]?.headers.authorization).toBe(`Basic ${btoa("reader:pw")}`);
    await expect(ask({})).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/certificate/),
    });
    await expect(ask({ caFile: join(folder, "none") })).rejects.toMatchObject({ kind: "not_configured" });
  } finally {
    await rm(folder, { recursive: true });
    await secured.close();
  }
});

test.each([
  ["Thanos", "https://thanos.example/", {}, "/api/v1/query"],
  ["Mimir", "https://mimir.example/prometheus", { "X-Scope-OrgID": "acme" }, "/prometheus/api/v1/query"],
])("%s' prefix and tenant", async (_, configured, headers, path) => {
  server.answerWith(success("vector", []));
  const url = server.url + new URL(configured).pathname;
  await prometheus({ url, headers }).instant(query(), at, signal);
  expect(server.received[0]).toMatchObject({
    path,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  });
});

describe("half of the stores", () => {
  const warnings = ["store-gateway-1: connection refused"];
  const partial = json({ status: "success", isPartial: true, data: { resultType: "vector", result: [] } });
  test("are refused where the server can be asked to, or says so", async () => {
    server.answerWith(partial);
    await expect(prometheus().instant(query(), at, signal)).rejects.toThrow(/only some of its stores/);
  });

  test("are accepted when configured, and warnings are logged", async () => {
    const logged: object[] = [];
    const silent = () => {};
    const logger = {
      debug: silent,
      info: silent,
      error: silent,
      warn: (fields: object) => void logged.push(fields),
    };
    server.answerWith(
      json({ status: "success", isPartial: true, warnings, data: { resultType: "vector", result: [] } }),
    );
    expect(await prometheus({ partialResponse: true, logger }).instant(query(), at, signal)).toEqual([]);
    expect(server.received[0]?.body).toContain("partial_response=true");
    expect(logged).toEqual([{ warnings }]);
  });
});
