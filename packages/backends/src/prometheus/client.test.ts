import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type FailureCase, failures, json, startServer } from "../http/test-server.ts";
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
