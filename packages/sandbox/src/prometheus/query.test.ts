import { describe, expect, test } from "vitest";
import { evaluateInstant, evaluateRange } from "./query.ts";
import { indexSeries, type Labels } from "./series.ts";
import { SHOP_START_MS, shopSeries } from "./shop-series.fixture.ts";

const index = indexSeries(shopSeries);

/** Seconds into the fixture's history, query, and what Prometheus 2.42.0 answered: values by label values. */
const INSTANTS: [seconds: number, query: string, expected: Record<string, number>][] = [
  // The lookback: a sample exactly five minutes old still counts.
  [4785, 'memory_bytes{pod="orders-2"}', { "memory_bytes orders-2": 147196742.90851203 }],
  [4785.001, 'memory_bytes{pod="orders-2"}', {}],
  [5000, 'absent(memory_bytes{pod="orders-2"})', { "orders-2": 1 }],
  [11_400, "late_total offset 10m", { "late_total orders": 60 }],
  [
    6127,
    'http_requests_total{status=~"4..|5..",instance!="a",job="users"}',
    { "http_requests_total b users 404": 44, "http_requests_total b users 500": 24 },
  ],
  // Rates: a counter reset inside the window, a start inside the window, and the reach back to zero.
  [
    6127,
    'rate(http_requests_total{job="orders",status="200"}[5m])',
    { "a orders 200": 1.0105263157894735, "b orders 200": 0.9122807017543859 },
  ],
  [10_700, "increase(late_total[10m])", { orders: 40 }],
  [
    6011,
    'irate(http_requests_total{job="users",status="500"}[1m])',
    { "a users 500": 0.2, "b users 500": 0 },
  ],
  [5000, "delta(temperature_celsius[7m])", { north: 6.600813654244928, south: -6.222222222222221 }],
  [
    5333,
    "deriv(memory_bytes[10m])",
    { "orders-1": -1371.7198028198777, "orders-2": 5697.340536742841, "users-1": 0 },
  ],
  [7000, 'resets(http_requests_total{status="404",job="users"}[2h])', { "a users 404": 0, "b users 404": 1 }],
  [7000, "changes(edge[5m])", { huge: 0, inf: 0, nan: 8, neginf: 0, tiny: 0, zero: 0 }],
  [
    7000,
    "stddev_over_time(temperature_celsius[11m])",
    { north: 2.5777266514198436, south: 2.9704988867804065 },
  ],
  [7000, "quantile_over_time(0.9, temperature_celsius[13m])", { north: 5.242519703304556, south: 24 }],
  [7000, "max_over_time(sum(rate(http_requests_total[2m]))[10m:1m])", { "": 6.933333333333335 }],
  // Aggregations.
  [
    7000,
    "sum by (job) (rate(http_requests_total[5m]))",
    { orders: 2.747368421052631, users: 4.11578947368421 },
  ],
  [
    7000,
    "topk(2, http_requests_total)",
    { "http_requests_total a users 200": 10850, "http_requests_total a orders 200": 7233 },
  ],
  [7000, "quantile(0.7, memory_bytes)", { "": 169872472.99579668 }],
  [
    7000,
    "histogram_quantile(0.9, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m])))",
    { orders: 0.44264705882352934, users: 0.7639194139194138 },
  ],
  // Operators.
  [
    7000,
    'http_requests_total{status="500",job="users"} / ignoring(status) http_requests_total{status="200"}',
    { "a users": 0.14267281105990784, "b users": 0.14173789173789172 },
  ],
  [
    7000,
    "sum by (job) (http_requests_total) * on (job) group_left(version, team) group by (job, version, team) (build_info)",
    { "orders commerce 1.0": 11367, "users identity 1.1": 17050 },
  ],
  [
    7000,
    "memory_bytes > 1.5e8",
    { "memory_bytes orders-1": 199609388.84576392, "memory_bytes orders-2": 150047862.4291519 },
  ],
  [7000, "memory_bytes > bool 1.5e8", { "orders-1": 1, "orders-2": 1, "users-1": 0 }],
  [11_000, "up unless on (job) late_total", { "up a users": 1, "up b users": 1 }],
  [7000, '1 - up{job="users"} offset 5m / 4', { "a users": 0.75, "b users": 0.75 }],
  [7000, "-temperature_celsius ^ 2", { north: -14.024753873769203, south: -256 }],
  [7000, "round(temperature_celsius, 0.3)", { north: -3.5999999999999996, south: 15.899999999999999 }],
  [
    7000,
    'label_replace(memory_bytes, "job", "$1", "pod", "(.*)-1")',
    {
      "memory_bytes orders orders-1": 199609388.84576392,
      "memory_bytes orders-2": 150047862.4291519,
      "memory_bytes users users-1": 100000000,
    },
  ],
];

describe("answers of Prometheus 2.42", () => {
  test.each(INSTANTS)("%d s: %s", (seconds, query, expected) => {
    const result = evaluateInstant({ index, query, timeMs: SHOP_START_MS + seconds * 1000 });
    const actual = result.type === "vector" ? result.series : [];
    const rounded = actual.map(({ labels, point }) => [textOf(labels), round(point[1])]);
    expect(rounded).toEqual(
      expect.arrayContaining(Object.entries(expected).map(([labels, value]) => [labels, round(value)])),
    );
    expect(rounded).toHaveLength(Object.keys(expected).length);
  });

  test("a range keeps its gaps", () => {
    const [startMs, endMs] = [SHOP_START_MS + 4_700_000, SHOP_START_MS + 5_300_000];
    const query = 'memory_bytes{pod="orders-2"} > 1e8';
    const [series, ...others] = evaluateRange({ index, query, startMs, endMs, stepMs: 60_000 });
    expect(others).toEqual([]);
    expect(series?.labels).toEqual({ __name__: "memory_bytes", pod: "orders-2" });
    expect(series?.points.map(([timeMs, value]) => [(timeMs - startMs) / 1000, round(value)])).toEqual([
      [0, "147196742.9"],
      [60, "147196742.9"],
      [540, "148777220.7"],
      [600, "149117439.5"],
    ]);
  });
});

test.each([
  ["up * on (job) build_info", "many-to-many matching not allowed"],
  ["http_requests_total / ignoring(status) up", "many-to-one matching must be explicit"],
  ['label_replace(up, "instance", "", "", "")', "vector cannot contain metrics with the same labelset"],
  ["max_over_time(up[10y:1s])", "query processing would load too many samples"],
  ["sum(rate({job=~'.+'}[20y]))", "query processing would load too many samples"],
])("execution error: %s", (query, message) => {
  expect(() => evaluateInstant({ index, query, timeMs: SHOP_START_MS + 7_000_000 })).toThrow(
    expect.objectContaining({ errorType: "execution", message: expect.stringContaining(message) }),
  );
});

test("nothing later than now has been scraped", () => {
  const timeMs = SHOP_START_MS + 7_000_000;
  const ask = (nowMs: number) => evaluateInstant({ index, query: "timestamp(up)", timeMs, nowMs });
  expect(ask(timeMs - 60_000)).toMatchObject({ series: [{ point: [timeMs, 1_793_526_930] }, {}, {}, {}] });
  expect(ask(timeMs - 600_000)).toEqual({ type: "vector", series: [] });
});

function textOf(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value)
    .join(" ");
}

function round(value: number): string {
  return String(Number(value.toPrecision(10)));
}
