import type { MetricsBackend, Series } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import type { ServiceHealth } from "../outputs/index.ts";
import { changePoint, type Point } from "./change-point.ts";
import { type Ago, readAgo } from "./comparisons.ts";
import { compared, noFigures } from "./figures.ts";
import { bucketOf, quantileSeries } from "./histogram.ts";
import { figuresIn, figuresNow, type Measured, wasQuiet } from "./measured.ts";
import * as points from "./points.ts";
import { lastQuietHour, type QuietHour } from "./quiet-hour.ts";
import { discoverRequestMetrics, type RequestMetrics, type RequestSource } from "./request-metrics.ts";
import { graphQuery, requestQueries } from "./request-queries.ts";
import { aligned, type Stretches, stretches } from "./stretches.ts";
import { judge } from "./verdict.ts";

export interface HealthRequest extends RequestSource {
  readonly service: string;
  readonly now: Date;
  readonly onset: Date | undefined;
}

export interface MeasuredHealth {
  readonly health: ServiceHealth;
  readonly found: RequestMetrics;
  /** The query that shows it best. */
  readonly query: string;
  readonly range: TimeWindow;
}

const STEP_SECONDS = 60;
const RATE_SECONDS = 120;
const MAX_POINTS = 1_000;

/**
 * A service's own request metrics, now against before; null when it has none. One query to find them, three in
 * parallel to read them; more only where the hour before was not quiet or traffic changed.
 */
export async function measureHealth(
  metrics: MetricsBackend,
  request: HealthRequest,
  signal: AbortSignal,
): Promise<MeasuredHealth | null> {
  const now = aligned(request.now);
  const stretch = stretches(now, request.onset);
  const found =
    (await discoverRequestMetrics(metrics, [request], now, signal))[0] ??
    // All pods may be gone by now: what was there before tells what is missing.
    (await discoverRequestMetrics(metrics, [request], new Date(stretch.before.to), signal))[0] ??
    null;
  if (found === null) return null;
  // Whole seconds, so that steps are counted without fractions.
  const range = { from: points.isoOf(points.seconds(stretch.before.from)), to: stretch.now.to };
  const spanSeconds = points.seconds(range.to) - points.seconds(range.from);
  const step = Math.max(STEP_SECONDS, Math.ceil(spanSeconds / MAX_POINTS / STEP_SECONDS) * STEP_SECONDS);
  const rate = `${Math.max(RATE_SECONDS, 2 * step)}s`;
  const ask = async (query: string | null): Promise<readonly Series[]> =>
    query === null ? [] : await metrics.range(query, range, step, signal);
  const queries = requestQueries([found], rate);
  const [requests, buckets, mean, ago] = await Promise.all([
    ask(queries.requests),
    ask(queries.buckets),
    ask(queries.mean),
    readAgo(metrics, found, now, signal),
  ]);
  const { statusLabel } = found;
  const failed = requests.filter(
    ({ labels }) => statusLabel !== null && found.isFailure(labels[statusLabel] ?? ""),
  );
  const measured: Measured = {
    total: points.sumOf(requests),
    errors: statusLabel === null ? null : points.sumOf(failed),
    buckets: buckets.map((one) => bucketOf(one, found.shape.secondsPerUnit)),
    mean: points.sumOf(mean).map(([at, value]) => [at, value * found.shape.secondsPerUnit]),
    step,
  };
  const [quiet, dayBefore] = await Promise.all([
    wasQuiet(measured, stretch, ago)
      ? null
      : lastQuietHour(metrics, found, { before: stretch.before.from, now: range.to }, signal),
    trafficChange(measured, stretch, []) === null
      ? []
      : ask(requestQueries([found], rate, "1d").requests).then(points.sumOf),
  ]);
  return {
    health: toHealth(request.service, found, stretch, measured, { ago, quiet, dayBefore }),
    found,
    query: graphQuery(found),
    range,
  };
}

export interface History {
  readonly ago: readonly Ago[];
  /** Where the hour before was not quiet: the one that takes its place. */
  readonly quiet: QuietHour | null;
  /** Requests per second a day before, at today's times. */
  readonly dayBefore: readonly Point[];
}

/** Pure: the figures of the points. */
export function toHealth(
  service: string,
  { metric }: Pick<RequestMetrics, "metric">,
  stretch: Stretches,
  measured: Measured,
  { ago, quiet, dayBefore }: History,
): ServiceHealth {
  const { total, errors, buckets, mean } = measured;
  const baseline = quiet?.window ?? stretch.before;
  const before = quiet?.figures ?? figuresIn(stretch.before, measured);
  const now = figuresNow(stretch, measured, before);
  const figures = compared(now, before);
  const ratio = errors === null ? [] : points.ratioOf(errors, total);
  const latencyChanges = [...[0.95, 0.99].map((q) => quantileSeries(q, buckets)), mean]
    .map((series) => change(series, stretch, 0.05, 0.5))
    .filter((at) => at !== null);
  const wholeHours = [
    ...ago,
    {
      label: "last quiet hour" as const,
      window: baseline,
      figures: quiet === null && !wasQuiet(measured, stretch, ago) ? noFigures : before,
    },
  ];
  const available = (failed: number | null) => (failed === null ? null : points.rounded(1 - failed));
  return {
    service,
    ...judge(figures),
    window: stretch.now,
    baseline,
    ...figures,
    availability: { now: available(now.error_ratio), before: available(before.error_ratio) },
    changed_at: {
      error_ratio: quiet?.errorsChangedAt ?? iso(change(ratio, stretch, 0.005, 1)),
      latency: iso(latencyChanges.length === 0 ? null : Math.min(...latencyChanges)),
      traffic: iso(trafficChange(measured, stretch, dayBefore)),
    },
    comparisons: wholeHours.map(({ label, window, figures: { error_ratio, requests_per_second, p99 } }) => ({
      label,
      window,
      error_ratio,
      requests_per_second,
      p99_seconds: p99,
    })),
    metric,
  };
}

function change(
  of: readonly Point[],
  { before }: Stretches,
  atLeast: number,
  relative: number,
  direction: "up" | "both" = "up",
): number | null {
  const baseline = { from: points.seconds(before.from), to: points.seconds(before.to) };
  return changePoint(of, { baseline, direction, atLeast, relative });
}

function trafficChange(
  { total, step }: Measured,
  stretch: Stretches,
  dayBefore: readonly Point[],
): number | null {
  const all = points.filled(total, stretch.now.to, step);
  return change(points.withoutDailyWave(all, dayBefore), stretch, 0.01, 0.6, "both");
}

function iso(at: number | null): string | null {
  return at === null ? null : points.isoOf(at);
}
