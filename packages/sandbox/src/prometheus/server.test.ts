import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPrometheusServer } from "./server.ts";
import { SHOP_START_MS, shopSeries } from "./shop-series.fixture.ts";

const NOW_MS = SHOP_START_MS + 7_000_500;
const NOW = NOW_MS / 1000;

describe("the HTTP API", () => {
  let server: FastifyInstance;
  let url: string;
  beforeAll(async () => {
    server = createPrometheusServer({ source: shopSeries, now: () => NOW_MS });
    url = await server.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server.close());

  const get = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(5000) });
    return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
  };
  const data = (result: unknown) => ({ status: "success", data: result });
  const error = (errorType: string, message: string) => ({ status: "error", errorType, error: message });

  test.each([
    [
      'query?query=edge{kind=~"nan|inf|tiny"}',
      data({
        resultType: "vector",
        result: [
          { metric: { __name__: "edge", kind: "inf" }, value: [NOW, "+Inf"] },
          { metric: { __name__: "edge", kind: "nan" }, value: [NOW, "NaN"] },
          { metric: { __name__: "edge", kind: "tiny" }, value: [NOW, "1.5e-09"] },
        ],
      }),
    ],
    ["query?query=vector(1)&time=1793520000.25", data(vectorOf({}, 1793520000.25, "1"))],
    ["query?query=vector(1)&time=2026-11-01T08:00:00%2B01:00", data(vectorOf({}, 1793516400, "1"))],
    ["query?query=1.5e-9", data({ resultType: "scalar", result: [NOW, "0.0000000015"] })],
    ["query?query='it'", data({ resultType: "string", result: [NOW, "it"] })],
    [
      'query?query=up{job="users",instance="a"}[30s]&time=1793520040',
      data({
        resultType: "matrix",
        result: [
          {
            metric: { __name__: "up", instance: "a", job: "users" },
            values: [
              [1793520015, "1"],
              [1793520030, "1"],
            ],
          },
        ],
      }),
    ],
    [
      "query_range?query=time()-1793520000&start=1793520000&end=1793520001&step=0.5",
      data({
        resultType: "matrix",
        result: [
          {
            metric: {},
            values: [
              [1793520000, "0"],
              [1793520000.5, "0.5"],
              [1793520001, "1"],
            ],
          },
        ],
      }),
    ],
    ["query_range?query=nothing&start=1&end=2&step=1s", data({ resultType: "matrix", result: [] })],
    [
      'series?match[]=late_total&match[]=memory_bytes{pod="users-1"}',
      data([
        { __name__: "late_total", job: "orders" },
        { __name__: "memory_bytes", pod: "users-1" },
      ]),
    ],
    ['labels?match[]={le="0.1"}', data(["__name__", "instance", "job", "le"])],
    ["label/pod/values", data(["orders-1", "orders-2", "users-1"])],
    ["label/nothing/values", data([])],
    [
      "metadata?metric=http_request_duration_seconds",
      data({ http_request_duration_seconds: [{ type: "histogram", help: "", unit: "" }] }),
    ],
    ["alerts", data({ alerts: [] })],
    ["rules", data({ groups: [] })],
    ["status/buildinfo", expect.objectContaining({ data: expect.objectContaining({ version: "2.42.0" }) })],
  ])("200 %s", async (path, expected) => {
    const answer = await get(`/api/v1/${path}`);
    expect(answer.status).toBe(200);
    expect(answer.type).toMatch("application/json");
    expect(JSON.parse(answer.text)).toEqual(expected);
  });

  test.each([
    [
      "query?query=sum(",
      400,
      "bad_data",
      'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    ],
    [
      "query?query=up&time=soon",
      400,
      "bad_data",
      "Invalid time value for 'time': cannot parse \"soon\" to a valid timestamp",
    ],
    ["query?query=up*on(job)up", 422, "execution", "many-to-many matching not allowed"],
    [
      "query_range?query=sum(&start=1&end=2&step=1",
      400,
      "bad_data",
      "1:5: parse error: unclosed left parenthesis",
    ],
    [
      "query_range?query=up",
      400,
      "bad_data",
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      "query_range?query=up&start=2&end=1&step=1",
      400,
      "bad_data",
      "end timestamp must not be before start time",
    ],
    [
      "query_range?query=up&start=1&end=2&step=0",
      400,
      "bad_data",
      "zero or negative query resolution step widths",
    ],
    [
      "query_range?query=up&start=0&end=11001&step=1s",
      400,
      "bad_data",
      "exceeded maximum resolution of 11,000 points",
    ],
    [
      "query_range?query=up[5m]&start=1&end=2&step=1",
      400,
      "bad_data",
      'invalid expression type "range vector"',
    ],
    ["series", 400, "bad_data", "no match[] parameter provided"],
    ["series?match[]=sum(up)", 400, "bad_data", 'invalid parameter "match[]"'],
    ["label/a-b/values", 400, "bad_data", 'invalid label name: "a-b"'],
  ])("error %s", async (path, status, errorType, message) => {
    const answer = await get(`/api/v1/${path}`);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual(error(errorType, expect.stringContaining(message)));
  });

  test("11,000 steps are still answered", async () => {
    const answer = await get("/api/v1/query_range?query=vector(1)&start=0&end=11000&step=1");
    expect(JSON.parse(answer.text).data.result[0].values).toHaveLength(11_001);
  });

  test("a POSTed form works like a query, and repeats parameters", async () => {
    const post = (path: string, body: string) =>
      get(path, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });
    const query = await post("/api/v1/query", "query=vector%281%29%20%2B%202&time=1793520000");
    expect(JSON.parse(query.text)).toEqual(data(vectorOf({}, 1793520000, "3")));
    const series = await post("/api/v1/series", "match[]=late_total&match[]=memory_bytes");
    expect(JSON.parse(series.text).data).toHaveLength(4);
  });

  test.each([
    ["/-/healthy", 200, "Prometheus Server is Healthy.\n"],
    ["/-/ready", 200, "Prometheus Server is Ready.\n"],
    ["/api/v1/nope", 404, "404 page not found\n"],
  ])("plain text %s", async (path, status, text) => {
    expect(await get(path)).toMatchObject({ status, text, type: expect.stringMatching("text/plain") });
  });
});

function vectorOf(metric: object, time: number, value: string) {
  return { resultType: "vector", result: [{ metric, value: [time, value] }] };
}
