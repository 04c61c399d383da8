import type { MetricsBackend, Series } from "@oncall/backends";
import type { Dependency } from "@oncall/catalog";
import { minutesBetween } from "@oncall/core";
import { changePoint } from "../metrics/change-point.ts";
import { partOf, ratesOf, together } from "../metrics/comparisons.ts";
import { compared, figuresOf } from "../metrics/figures.ts";
import { bucketOf, quantileSeries } from "../metrics/histogram.ts";
import { isoOf, ratioOf, seconds, sumOf } from "../metrics/points.ts";
import { discoverRequestMetrics, type RequestMetrics } from "../metrics/request-metrics.ts";
import { alike, requestQueries } from "../metrics/request-queries.ts";
import { requestSource } from "../metrics/request-source.ts";
import { aligned, type Stretches, stretches } from "../metrics/stretches.ts";
import { judge } from "../metrics/verdict.ts";
import type { CheckContext, CheckDeps } from "./check.ts";
import { type Finding, unknown } from "./finding.ts";

/** A dependency of which most requests fail is down. */
const DOWN_ERRORS = 0.5;
const STEP_SECONDS = 60;
const MAX_POINTS = 1_000;

/**
 * Internal dependencies by their request metrics, by name. One query finds what all of them count by, one a shape
 * reads their figures, and only for those that are unhealthy two more tell since when.
 */
export async function byRequests(
  dependencies: readonly Dependency[],
  { catalog }: CheckDeps,
  metrics: MetricsBackend,
  { now: exactNow, onset, signal }: CheckContext,
): Promise<Map<string, Finding>> {
  const now = aligned(exactNow);
  const stretch = stretches(now, onset);
  const sources = await Promise.all(
    dependencies.map(async ({ name }) => {
      const entry = await catalog.find(name);
      return entry === null ? { job: name, workload: name } : requestSource(entry);
    }),
  );
  const current = await discoverRequestMetrics(metrics, sources, now, signal);
  // All pods of one may be gone by now: what was there before tells what is missing.
  const before = current.includes(null)
    ? await discoverRequestMetrics(metrics, sources, new Date(stretch.before.to), signal)
    : [];
  const found = new Map<string, Finding>();
  const measurable: Named[] = [];
  dependencies.forEach(({ name }, i) => {
    const requests = current[i] ?? before[i];
    if (requests != null) measurable.push({ name, requests });
    else found.set(name, unknown(`Prometheus has no request metrics of job "${sources[i]?.job}"`, "metrics"));
  });
  const groups = new Map<string, Named[]>();
  for (const one of measurable) {
    const shape = alike(one.requests);
    groups.set(shape, [...(groups.get(shape) ?? []), one]);
  }
  const answers = await Promise.all(
    [...groups.values()].map((group) => readGroup(group, metrics, now, stretch, signal)),
  );
  for (const [name, finding] of answers.flat()) found.set(name, finding);
  return found;
}

interface Named {
  readonly name: string;
  readonly requests: RequestMetrics;
}

async function readGroup(
  group: readonly Named[],
  metrics: MetricsBackend,
  now: Date,
  stretch: Stretches,
  signal: AbortSignal,
): Promise<[string, Finding][]> {
  const services = group.map(({ requests }) => requests);
  const lengthOf = ({ from, to }: { from: string; to: string }) => Math.round(minutesBetween(from, to) * 60);
  const offset = seconds(now.toISOString()) - seconds(stretch.before.to);
  const samples = await metrics.instant(
    together([
      ["now", ratesOf(services, lengthOf(stretch.now))],
      ["before", ratesOf(services, lengthOf(stretch.before), `${offset}s`)],
    ]),
    now,
    signal,
  );
  const measured = group.map(({ name, requests }) => {
    const figures = compared(
      figuresOf(partOf(samples, "now"), requests),
      figuresOf(partOf(samples, "before"), requests),
    );
    return { name, requests, figures, ...judge(figures) };
  });
  const unhealthy = measured.filter(({ verdict }) => verdict === "degraded");
  const since = await changes(unhealthy, metrics, stretch, signal);
  return measured.map(({ name, figures, verdict, reasons }) => {
    if (verdict === "no_traffic") return [name, unknown(reasons.join("; "), "metrics")];
    const errors = figures.error_ratio.now;
    if (verdict === "healthy")
      return [name, { state: "healthy", since: null, how: "metrics", facts: wellFacts(figures) }];
    const state = (errors ?? 0) >= DOWN_ERRORS ? "down" : "degraded";
    return [name, { state, since: since.get(name) ?? null, how: "metrics", facts: reasons }];
  });
}

function wellFacts({ error_ratio: errors, latency_seconds: latency }: ReturnType<typeof compared>): string[] {
  return [
    errors.now === null ? [] : [`${Number((errors.now * 100).toPrecision(2))} % of requests fail`],
    latency.p99.now === null ? [] : [`p99 latency is ${Number(latency.p99.now.toPrecision(2))} s`],
  ].flat();
}

/** When each of them left its own history, ISO 8601; two queries for all of them. */
async function changes(
  unhealthy: readonly Named[],
  metrics: MetricsBackend,
  { before, now }: Stretches,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  if (unhealthy.length === 0) return new Map();
  const baseline = { from: seconds(before.from), to: seconds(before.to) };
  const range = { from: isoOf(baseline.from), to: now.to };
  const spanSeconds = seconds(range.to) - baseline.from;
  const step = Math.max(STEP_SECONDS, Math.ceil(spanSeconds / MAX_POINTS / STEP_SECONDS) * STEP_SECONDS);
  const queries = requestQueries(
    unhealthy.map(({ requests }) => requests),
    `${2 * step}s`,
  );
  const [requests, buckets] = await Promise.all(
    [queries.requests, queries.buckets].map(
      async (query): Promise<readonly Series[]> =>
        query === null ? [] : await metrics.range(query, range, step, signal),
    ),
  );
  const since = new Map<string, string>();
  for (const { name, requests: found } of unhealthy) {
    const { shape, owner, statusLabel, isFailure } = found;
    const mine = (series: readonly Series[] = []) =>
      series.filter(({ labels }) => labels[shape.owner] === owner);
    const failed = mine(requests).filter(
      ({ labels }) => statusLabel !== null && isFailure(labels[statusLabel] ?? ""),
    );
    const durations = mine(buckets).map((one) => bucketOf(one, shape.secondsPerUnit));
    const up = (atLeast: number, relative: number) =>
      ({ baseline, direction: "up", atLeast, relative }) as const;
    const times = [
      changePoint(ratioOf(sumOf(failed), sumOf(mine(requests))), up(0.005, 1)),
      ...[0.95, 0.99].map((q) => changePoint(quantileSeries(q, durations), up(0.05, 0.5))),
    ].filter((at) => at !== null);
    if (times.length > 0) since.set(name, isoOf(Math.min(...times)));
  }
  return since;
}
