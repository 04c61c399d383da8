import type { Labels, Series, SeriesSource } from "./series.ts";

/** The fixture's history: four hours of samples, every 15 seconds, from `SHOP_START_MS`. */
export const SHOP_START_MS = 1_793_520_000_000;
export const SHOP_END_MS = SHOP_START_MS + 4 * 3_600_000;
const INTERVAL_MS = 15_000;

/**
 * A small shop that holds what makes PromQL hard: counters that reset, that begin late and at zero, gaps
 * shorter and longer than the lookback, histograms, NaN and the infinities, negative and constant gauges.
 */
export const shopSeries: SeriesSource = { scrapeIntervalMs: INTERVAL_MS, series: () => ALL };

const ALL: Series[] = [
  ...["orders", "users"].flatMap((job, j) =>
    ["a", "b"].flatMap((instance, i) => [
      ...["200", "404", "500"].map((status, s) =>
        series({ __name__: "http_requests_total", job, instance, status }, (k) =>
          counter(sinceReset(k, i), (7 * (j + 2)) / (1 + 3 * s), s + 1),
        ),
      ),
      series({ __name__: "up", job, instance }, (k) => (i === 1 && k % 240 > 200 && k % 240 < 206 ? 0 : 1)),
      series(
        { __name__: "build_info", job, instance, version: `1.${j}`, team: j ? "identity" : "commerce" },
        () => 1,
      ),
      ...histogram(job, instance, i, j),
    ]),
  ),
  series({ __name__: "memory_bytes", pod: "orders-1" }, (k) => 2e8 + 1e6 * Math.sin(k / 20) + 1234.5 * k),
  // Silent for 12 minutes (longer than the lookback) and, later, for 2.
  series({ __name__: "memory_bytes", pod: "orders-2" }, (k) =>
    (k >= 300 && k < 348) || (k >= 600 && k < 608) ? undefined : 1.5e8 + 3e6 * Math.cos(k / 33),
  ),
  series({ __name__: "memory_bytes", pod: "users-1" }, () => 1e8),
  series({ __name__: "late_total", job: "orders" }, (k) => (k < 700 ? undefined : (k - 700) * 3)),
  series({ __name__: "temperature_celsius", room: "north" }, (k) => -5 + 12 * Math.sin(k / 50)),
  series({ __name__: "temperature_celsius", room: "south" }, (k) => 20 + Math.round(4 * Math.sin(k / 11))),
  series({ __name__: "edge", kind: "nan" }, (k) => (k % 5 ? Number.NaN : 1)),
  series({ __name__: "edge", kind: "inf" }, () => Number.POSITIVE_INFINITY),
  series({ __name__: "edge", kind: "neginf" }, () => Number.NEGATIVE_INFINITY),
  series({ __name__: "edge", kind: "tiny" }, () => 1.5e-9),
  series({ __name__: "edge", kind: "huge" }, () => 1.25e22),
  series({ __name__: "edge", kind: "zero" }, () => 0),
];

function series(labels: Labels, at: (k: number) => number | undefined): Series {
  return {
    labels,
    at: (ms) => (ms < SHOP_START_MS || ms > SHOP_END_MS ? undefined : at((ms - SHOP_START_MS) / INTERVAL_MS)),
  };
}

/** Instance `b` restarts 100 minutes in, which sets its counters to zero. */
function sinceReset(k: number, instance: number): number {
  return instance === 1 && k >= 400 ? k - 400 : k + 50 - 7 * instance;
}

function counter(k: number, perSample: number, wave: number): number {
  return Math.floor(k * perSample + perSample * Math.sin(k / (9 * wave)));
}

function histogram(job: string, instance: string, i: number, j: number): Series[] {
  const bounds = [0.05, 0.1, 0.25, 0.5, 1];
  const shares = [0.2, 0.45, 0.8, 0.93 - 0.3 * j, 0.99];
  const named = (suffix: string) => ({ __name__: `http_request_duration_seconds_${suffix}`, job, instance });
  const count = (k: number) => counter(sinceReset(k, i), 40, 2);
  return [
    ...bounds.map((le, b) =>
      series({ ...named("bucket"), le: String(le) }, (k) => Math.floor(count(k) * (shares[b] ?? 1))),
    ),
    series({ ...named("bucket"), le: "+Inf" }, count),
    series(named("count"), count),
    series(named("sum"), (k) => count(k) * 0.17),
  ];
}
