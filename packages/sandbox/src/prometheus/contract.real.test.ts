import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RealPrometheus, startRealPrometheus } from "./real-prometheus.fixture.ts";
import { createPrometheusServer } from "./server.ts";
import { SHOP_END_MS, SHOP_START_MS, shopSeries } from "./shop-series.fixture.ts";

const TOLERANCE = 1e-9;
const START = SHOP_START_MS / 1000;
const RATE = "rate(http_requests_total[5m])";
const BUCKETS = "rate(http_request_duration_seconds_bucket[5m])";

/** In the gap, after a reset, exactly on a scrape, at the very end, and just beyond the lookback after it. */
const INSTANTS = [
  START + 4603.5,
  START + 6127,
  START + 10_530,
  START + 14_400,
  START + 14_700,
  START + 14_701,
];
const RANGES = [
  { start: START - 400, end: START + 15_000, step: "37" },
  { start: START + 5400, end: START + 7200, step: "15s" },
];

const QUERIES = [
  "up",
  'up{job="orders",instance!="a"}',
  'http_requests_total{status=~"4..|5.."}',
  'http_requests_total{status!~"2.*"}',
  '{__name__=~"up|late.*"}',
  "memory_bytes",
  "memory_bytes offset 10m",
  "memory_bytes offset -10m",
  `memory_bytes @ ${START + 5000}`,
  "temperature_celsius - temperature_celsius offset 5m * -temperature_celsius offset 1h",
  "1 - up offset 5m / 3 + temperature_celsius",
  "-temperature_celsius offset 1m ^ 2 * 3 or up > 1 - temperature_celsius offset 1m and temperature_celsius",
  "(1 - temperature_celsius offset 5m) / 3 ^ (temperature_celsius / 30) ^ up",
  "late_total @ end() - late_total @ start()",
  "up offset 5m @ end()",
  "edge",
  RATE,
  "increase(http_requests_total[1h])",
  "irate(http_requests_total[1m])",
  "rate(late_total[10m])",
  "increase(late_total[3m] offset 7m)",
  "rate(memory_bytes[5m])",
  "rate(http_requests_total[30s])",
  "rate(http_requests_total[20s])",
  "delta(temperature_celsius[7m])",
  "idelta(temperature_celsius[2m])",
  "deriv(memory_bytes[10m])",
  "predict_linear(memory_bytes[30m] offset 1m, 3600)",
  "resets(http_requests_total[2h])",
  "changes(temperature_celsius[20m])",
  "changes(edge[20m])",
  ...["avg", "min", "max", "sum", "count", "last", "stddev", "stdvar", "present"].map(
    (name) => `${name}_over_time({__name__=~"temperature_celsius|memory_bytes"}[11m])`,
  ),
  "min_over_time(edge[3m])",
  "sum_over_time(edge[3m])",
  "quantile_over_time(0.9, temperature_celsius[13m])",
  "quantile_over_time(1.5, temperature_celsius[13m])",
  'absent_over_time(memory_bytes{pod="orders-2"}[6m])',
  'absent(memory_bytes{pod="orders-2"})',
  'absent(nothing{a="b",c=~"d",e="f",e="g"})',
  `sum(${RATE})`,
  `sum by (job) (${RATE})`,
  `sum by (job, status) (${RATE})`,
  `avg without (instance, status) (${RATE})`,
  `min by (job) (${RATE})`,
  `max by (nothing) (${RATE})`,
  `count by (status) (${RATE} > 1)`,
  "group by (job) (up)",
  "stddev(memory_bytes)",
  "stddev by (kind) (edge)",
  "stdvar by (job) (http_requests_total)",
  "quantile by (job) (0.7, http_requests_total)",
  "topk(3, http_requests_total)",
  "bottomk by (job) (2, http_requests_total)",
  "topk(2, edge)",
  'count_values("value", up)',
  "max(edge) or min(edge)",
  `histogram_quantile(0.99, sum by (le, job) (${BUCKETS}))`,
  `histogram_quantile(0.5, ${BUCKETS})`,
  `histogram_quantile(0.05, sum by (le) (${BUCKETS}))`,
  `histogram_quantile(-1, ${BUCKETS}) or histogram_quantile(2, ${BUCKETS})`,
  'histogram_quantile(0.9, http_request_duration_seconds_bucket{le!="+Inf"})',
  "rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])",
  `sum by (job) (rate(http_requests_total{status="500"}[5m])) / sum by (job) (${RATE}) > 0.1`,
  'http_requests_total{status="500"} / ignoring(status) http_requests_total{status="200"}',
  'http_requests_total / ignoring(status) group_left http_requests_total{status="200"}',
  "http_requests_total * on (job, instance) group_left(version, team) build_info",
  "build_info * on (job, instance) group_right(version) http_requests_total",
  "up / on () scalar(up) - 1",
  "up == on (job, instance) build_info",
  "up < bool on (job, instance) build_info",
  "memory_bytes > 1.49e8",
  "1.49e8 < memory_bytes",
  "memory_bytes >= bool 1.5e8",
  "temperature_celsius % 3 + 2 ^ 3 ^ 0.5 - -1",
  "temperature_celsius > -1 != 20",
  "-temperature_celsius ^ 2",
  "up and on (instance) memory_bytes",
  'up and on () memory_bytes{pod="orders-2"}',
  "late_total or up",
  "up or on (job) late_total",
  "up unless on (job) late_total",
  "abs(temperature_celsius) + ceil(temperature_celsius) + floor(temperature_celsius)",
  "round(temperature_celsius, 0.3) + round(temperature_celsius)",
  "clamp(temperature_celsius, -3, 19) + clamp_min(temperature_celsius, 0) + clamp_max(temperature_celsius, 5)",
  "clamp(temperature_celsius, 3, 1)",
  "ln(temperature_celsius) or exp(temperature_celsius)",
  "log2(memory_bytes) + sqrt(memory_bytes) + log10(memory_bytes) + sgn(temperature_celsius @ end())",
  "sqrt(temperature_celsius)",
  "sort(memory_bytes)",
  "sort_desc(edge)",
  "scalar(late_total) + vector(time())",
  "scalar(up)",
  "time() - timestamp(memory_bytes)",
  "timestamp(up + 0)",
  "hour() * 60 + minute() + day_of_week() + day_of_month() + month() + year() + days_in_month() + day_of_year()",
  'label_replace(up, "host", "$1-$2:x", "instance", "(.)(.*)")',
  'label_replace(up, "job", "", "job", "users")',
  'label_join(up, "id", "/", "job", "instance")',
  "max_over_time(sum(rate(http_requests_total[2m]))[10m:1m])",
  "avg_over_time(memory_bytes[20m:45s] offset 3m)",
  "rate(late_total[5m:])",
  "absent_over_time(nothing[5m:30s])",
  "1 + 2 * 3 == bool 7",
  "1 / 0 - 1 / 0",
  "1.5e-9 * 1",
  "0x1F + .5e1 + Inf",
  "pi() # and a comment",
  "SUM BY (job) (up) AND avg(up) BY (job) == BOOL 1",
  'label_replace(up, "host", "$first-$0-$$-$9", "instance", "(?P<first>.).*")',
  'clamp_max(temperature_celsius, scalar(up{job="users",instance="b"}) * 5)',
  "topk(scalar(vector(3)) - 1, http_requests_total)",
  "round(temperature_celsius, -2) + temperature_celsius % 0",
  "-7 % 3 + 7 % -3",
  "temperature_celsius atan2 3",
  "rate(http_requests_total[7m] offset -90s)",
  'sum(rate(http_requests_total{status=~"5.."}[5m])) by (job)\n  /\nsum(rate(http_requests_total[5m])) by (job)',
  'sum_over_time(http_requests_total{status="500"}[5m:]) / count_over_time(http_requests_total{status="500"}[5m])',
  'min without (le) ({__name__="http_request_duration_seconds_bucket",le=~"0.*"})',
  "stddev_over_time((temperature_celsius > 15)[30m:90s])",
];
const INSTANT_ONLY = ["memory_bytes[2m]", "up[5m:1m] offset 30s", "'it\\'s \\u00e9'", "`raw\\n`"];

const ERRORS = [
  ...[
    "",
    "sum(",
    "rate(up[5m",
    "up[5m",
    "foo bar",
    "up)",
    "foo{a",
    '{a="b"',
    '"open',
    "1 +",
    "sum(up) foo",
    "foo{",
  ],
  ...[
    "nosuch(up)",
    "sum(nosuch(up))",
    "limitk(2, up)",
    "rate(up)",
    "rate()",
    "rate(up[5m], 3)",
    "round(up, 1, 2)",
  ],
  ...[
    'topk("a", up)',
    "topk(up)",
    "sum()",
    "sum(1)",
    "sum(up[5m])",
    "clamp(up, 1)",
    "label_join(up)",
    "time(1)",
  ],
  ...[
    "1 == 2",
    "up and 2",
    "up + bool 1",
    "1 + on(a) 2",
    '-"a"',
    "up[5m] + 1",
    "up and on(job) group_left up",
  ],
  ...[
    "up + on(job) group_left(job) up",
    "{}",
    '{a=~".*"}',
    'up{__name__="a"}',
    "sum(up)[5m]",
    "up offset 1h[5m]",
  ],
  ...[
    "sum(up) offset 5m",
    "up offset 1h offset 2h",
    "up offset +5m",
    "up[5]",
    "up[0s]",
    "5m",
    "1[5m:1m]",
    "up{a='b'}{c='d'}",
    "up = 1",
  ],
  "up * on (job) build_info",
  "up * on (job) group_left up",
  "http_requests_total * on (instance) group_left(version) build_info",
  'http_requests_total / ignoring(status) http_requests_total{status="500"}',
  'rate({__name__=~"up|http_request_duration_seconds_count"}[5m])',
  '-{__name__=~"up|http_request_duration_seconds_count"}',
  '{__name__=~"up|http_request_duration_seconds_count"} + 1',
  'label_replace(up, "instance", "", "", "")',
  'label_replace(up, "a-b", "", "job", "")',
  'label_replace(up, "a", "", "job", "(")',
  'count_values("a-b", up)',
  "topk(NaN, up)",
  '{__name__=~"up|http_request_duration_seconds_count"} * on (job, instance) group_left () build_info',
];

const REQUESTS = [
  "/api/v1/query?query=up&time=soon",
  "/api/v1/query_range?query=up",
  "/api/v1/query_range?query=up&start=1&end=x&step=1",
  "/api/v1/query_range?query=up&start=20&end=10&step=1",
  "/api/v1/query_range?query=up&start=1&end=2&step=0",
  "/api/v1/query_range?query=up&start=1&end=2&step=fast",
  "/api/v1/query_range?query=up&start=1&end=20000&step=1s",
  "/api/v1/query_range?query=up[5m]&start=1&end=2&step=1s",
  "/api/v1/query_range?query=sum(&start=1&end=2&step=1s",
  `/api/v1/query_range?query=up&start=${new Date(SHOP_START_MS).toISOString()}&end=${START + 60}&step=0.5e1`,
  "/api/v1/series",
  "/api/v1/series?match[]=up{",
  '/api/v1/series?match[]=up{job="orders"}&match[]=late_total&match[]={__name__="up",instance="a"}',
  "/api/v1/labels",
  '/api/v1/labels?match[]={le="0.1"}',
  "/api/v1/label/__name__/values",
  "/api/v1/label/pod/values",
  '/api/v1/label/instance/values?match[]=up{job="users"}',
  "/api/v1/label/nothing/values",
  "/api/v1/label/a-b/values",
  "/api/v1/alerts",
  "/api/v1/rules",
  "/-/healthy",
  "/-/ready",
  "/api/v1/nope",
];

describe("the simulated Prometheus answers like the real one", () => {
  let real: RealPrometheus;
  let simulated: FastifyInstance;
  let simulatedUrl: string;

  beforeAll(async () => {
    real = await startRealPrometheus(shopSeries, SHOP_START_MS, SHOP_END_MS);
    simulated = createPrometheusServer({ source: shopSeries, now: () => SHOP_END_MS + 600_000 });
    simulatedUrl = await simulated.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => {
    await simulated?.close();
    await real?.stop();
  });

  const ask = async (path: string, parameters?: Record<string, string>) => {
    const body = parameters && new URLSearchParams(parameters);
    const init = body && { method: "POST", body };
    return Promise.all(
      [real.url, simulatedUrl].map(async (url) => {
        const answer = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(20_000) });
        return { status: answer.status, text: await answer.text() };
      }),
    );
  };

  test.each([...QUERIES, ...INSTANT_ONLY])("instant %s", async (query) => {
    for (const time of INSTANTS) {
      const [theirs, ours] = await ask("/api/v1/query", { query, time: String(time) });
      expect(theirs?.status).toBe(200);
      expectSame(ours?.text, theirs?.text, /sort|topk|bottomk/.test(query));
    }
  });

  test.each(QUERIES)("range %s", async (query) => {
    for (const { start, end, step } of RANGES) {
      const span = { start: String(start), end: String(end), step };
      const [theirs, ours] = await ask("/api/v1/query_range", { query, ...span });
      expect(theirs?.status).toBe(200);
      expectSame(ours?.text, theirs?.text, true);
    }
  });

  test.each(ERRORS)("error %s", async (query) => {
    const [theirs, ours] = await ask("/api/v1/query", { query, time: String(START + 9000) });
    expect(theirs?.status).toBeGreaterThanOrEqual(400);
    expect({ ...ours, text: decode(ours?.text) }).toEqual({ ...theirs, text: decode(theirs?.text) });
  });

  test.each(REQUESTS)("request %s", async (path) => {
    const [theirs, ours] = await ask(path);
    expect({ ...ours, text: decode(ours?.text) }).toEqual({ ...theirs, text: decode(theirs?.text) });
  });
});

/** Compares two answers, numbers in samples within the tolerance; `ordered` unless series may come in any order. */
function expectSame(ours: string | undefined, theirs: string | undefined, ordered: boolean): void {
  const actual = flatten(JSON.parse(ours ?? "null"), ordered);
  const expected = flatten(JSON.parse(theirs ?? "null"), ordered);
  expect(actual.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
  const different = expected.filter(({ value }, i) => !close(actual[i]?.value, value));
  expect(different.slice(0, 3), JSON.stringify(actual.find((_, i) => expected[i] === different[0]))).toEqual(
    [],
  );
}

interface Answer {
  status: string;
  data: {
    resultType: string;
    result: (string | number | { metric: object; value?: unknown; values?: unknown })[];
  };
}

/** Every sample as a line that says where it is and a value. */
function flatten({ data }: Answer, ordered: boolean): { at: string; value: string }[] {
  if (data.resultType === "scalar" || data.resultType === "string") {
    return [{ at: `${data.resultType} ${data.result[0]}`, value: String(data.result[1]) }];
  }
  const series = data.result.flatMap((one) => {
    if (typeof one !== "object") return [];
    const points = (one.values ?? [one.value]) as [number, string][];
    const key = JSON.stringify(Object.entries(one.metric).sort());
    return [points.map(([time, value]) => ({ at: `${data.resultType} ${key} ${time}`, value }))];
  });
  if (!ordered) series.sort((a, b) => ((a[0]?.at ?? "") < (b[0]?.at ?? "") ? -1 : 1));
  return series.flat();
}

function close(actual: string | undefined, expected: string): boolean {
  if (actual === expected) return true;
  const [a, b] = [Number(actual), Number(expected)];
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function decode(text: string | undefined): unknown {
  return text?.startsWith("{") ? JSON.parse(text) : text;
}
