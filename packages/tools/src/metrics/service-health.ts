import type { MetricsBackend, Series } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import type { ServiceHealth } from "../read/outputs.ts";
import { changePoint, type Point } from "./change-point.ts";
import { type Bucket, bucketOf, quantileOf, quantileSeries } from "./histogram.ts";
import { discoverRequestMetrics, type RequestMetrics, type RequestSource } from "./request-metrics.ts";
import { type Stretches, stretches } from "./stretches.ts";
import { judge } from "./verdict.ts";

export interface HealthRequest extends RequestSource {
  readonly service: string;
  readonly now: Date;
  readonly onset: Date | undefined;
}

export interface MeasuredHealth {
  readonly health: ServiceHealth;
  /** The query that shows it best. */
  readonly query: string;
  readonly range: TimeWindow;
}

const STEP_SECONDS = 60;
const RATE_SECONDS = 120;
const MAX_POINTS = 1_000;

/** A service's own request metrics, now against before; null when it has none. One query to find them, two to read them. */
export async function measureHealth(
  metrics: MetricsBackend,
  request: HealthRequest,
  signal: AbortSignal,
): Promise<MeasuredHealth | null> {
  const compared = stretches(request.now, request.onset);
  const found =
    (await discoverRequestMetrics(metrics, request, request.now, signal)) ??
    // All pods may be gone by now: what was there before tells what is missing.
    (await discoverRequestMetrics(metrics, request, new Date(compared.before.to), signal));
  if (found === null) return null;
  // Whole seconds, so that steps are counted without fractions.
  const range = { from: isoOf(seconds(compared.before.from)), to: compared.now.to };
  const spanSeconds = seconds(range.to) - seconds(range.from);
  const step = Math.max(STEP_SECONDS, Math.ceil(spanSeconds / MAX_POINTS / STEP_SECONDS) * STEP_SECONDS);
  const rate = `${Math.max(RATE_SECONDS, 2 * step)}s`;
  const [requests, buckets] = await Promise.all([
    metrics.range(found.requests(rate), range, step, signal),
    found.buckets === null ? null : metrics.range(found.buckets(rate), range, step, signal),
  ]);
  const { statusLabel } = found;
  const failed = requests.filter(
    ({ labels }) => statusLabel !== null && found.isFailure(labels[statusLabel] ?? ""),
  );
  const measured = {
    total: sumOf(requests),
    errors: statusLabel === null ? null : sumOf(failed),
    buckets: (buckets ?? []).map((one) => bucketOf(one, found.secondsPerUnit)),
    step,
  };
  return { health: toHealth(request.service, found, compared, measured), query: found.graph, range };
}

interface Measured {
  readonly total: readonly Point[];
  /** Null where it cannot be measured; empty where nothing failed. */
  readonly errors: readonly Point[] | null;
  readonly buckets: readonly Bucket[];
  readonly step: number;
}

/** Pure: the figures of the points. */
export function toHealth(
  service: string,
  { metric }: Pick<RequestMetrics, "metric">,
  compared: Stretches,
  { total, errors, buckets, step }: Measured,
): ServiceHealth {
  const ratio = errors === null ? null : ratioOf(errors, total);
  const both = (of: (window: TimeWindow) => number | null) => ({
    now: of(compared.now),
    before: of(compared.before),
  });
  const quantile = (q: number) =>
    both((window) => rounded(quantileOf(q, buckets, { from: seconds(window.from), to: seconds(window.to) })));
  const baseline = { from: seconds(compared.before.from), to: seconds(compared.before.to) };
  const change = (of: readonly Point[], atLeast: number, relative: number, direction: "up" | "both" = "up") =>
    changePoint(of, { baseline, direction, atLeast, relative });
  const latencyChanges = [0.95, 0.99]
    .map((q) => change(quantileSeries(q, buckets), 0.05, 0.5))
    .filter((at) => at !== null);
  const figures = {
    error_ratio: both((window) =>
      errors === null ? null : rounded(divide(sumIn(errors, window), sumIn(total, window))),
    ),
    requests_per_second: both((window) => rounded(meanIn(total, window, step))),
    latency_seconds: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
  };
  const available = (failed: number | null): number | null => (failed === null ? null : rounded(1 - failed));
  return {
    service,
    ...judge(figures),
    window: compared.now,
    baseline: compared.before,
    ...figures,
    availability: {
      now: available(figures.error_ratio.now),
      before: available(figures.error_ratio.before),
    },
    changed_at: {
      error_ratio: iso(change(ratio ?? [], 0.005, 1)),
      latency: iso(latencyChanges.length === 0 ? null : Math.min(...latencyChanges)),
      traffic: iso(change(filled(total, compared, step), 0.01, 0.6, "both")),
    },
    metric,
  };
}

/** All series added up, point by point. */
function sumOf(series: readonly Series[]): Point[] {
  const sums = new Map<number, number>();
  for (const [at, value] of series.flatMap(({ values }) => values)) {
    if (Number.isFinite(value)) sums.set(at, (sums.get(at) ?? 0) + value);
  }
  return [...sums].sort(([a], [b]) => a - b);
}

/** Errors that were not counted in a step did not happen in it. */
function ratioOf(errors: readonly Point[], total: readonly Point[]): Point[] {
  const failed = new Map(errors);
  return total.filter(([, value]) => value > 0).map(([at, value]) => [at, (failed.get(at) ?? 0) / value]);
}

/** Steps without a point, up to now, as zero: a service that is gone has no series. */
function filled(total: readonly Point[], { now }: Stretches, step: number): Point[] {
  const first = total[0];
  if (first === undefined) return [];
  const known = new Map(total);
  const count = Math.floor((seconds(now.to) - first[0]) / step) + 1;
  return Array.from(
    { length: count },
    (_, i): Point => [first[0] + i * step, known.get(first[0] + i * step) ?? 0],
  );
}

function inside(points: readonly Point[], window: TimeWindow): number[] {
  const [from, to] = [seconds(window.from), seconds(window.to)];
  return points.filter(([at]) => at >= from && at <= to).map(([, value]) => value);
}

function sumIn(points: readonly Point[], window: TimeWindow): number {
  return inside(points, window).reduce((sum, value) => sum + value, 0);
}

/** Mean over the whole window: where there is no point there was no traffic. Null when there is none at all. */
function meanIn(points: readonly Point[], window: TimeWindow, step: number): number | null {
  const values = inside(points, window);
  const expected = Math.floor((seconds(window.to) - seconds(window.from)) / step);
  return values.length === 0 ? null : sumIn(points, window) / Math.max(values.length, expected);
}

function divide(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}

function iso(at: number | null): string | null {
  return at === null ? null : isoOf(at);
}

function isoOf(at: number): string {
  return new Date(at * 1000).toISOString();
}
