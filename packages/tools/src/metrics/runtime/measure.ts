import type { Series } from "@oncall/backends";
import type { TimeWindow } from "@oncall/core";
import type { RuntimeMetrics, RuntimeSignal } from "../../outputs/index.ts";
import { changePoint, type Point } from "../change-point.ts";
import { inside, isoOf, rounded, seconds } from "../points.ts";
import { median } from "../statistics.ts";
import { trendOf } from "../trend.ts";
import { pressuresOf } from "./pressure.ts";
import { seriesOf } from "./read.ts";
import type { Metric, Runtime, Signal } from "./signal.ts";

export interface RuntimeStretches {
  /** What was read. */
  readonly window: TimeWindow;
  /** The end of it. */
  readonly now: TimeWindow;
  /** A quiet stretch before. */
  readonly before: TimeWindow;
}

/** One signal as it was found. */
export interface Found {
  readonly runtime: Runtime;
  readonly signal: Signal;
  readonly row: RuntimeSignal;
  /** When it left its own history upwards, ISO 8601. */
  readonly since: string | null;
}

/** No limit, as exporters write it. */
const UNLIMITED = 2 ** 60;
/** Beyond it nobody should trust a straight line. */
const MAX_HOURS_TO_LIMIT = 24;

/** Pure: what the series say of these runtimes. */
export function measureRuntimes(
  runtimes: readonly Runtime[],
  series: readonly Series[],
  stretches: RuntimeStretches,
): Pick<RuntimeMetrics, "runtimes" | "signals" | "pressures" | "absent"> {
  const read = runtimes.map((runtime) => ({
    runtime,
    found: runtime.signals.flatMap((signal) => measure(runtime, signal, series, stretches) ?? []),
  }));
  const all = read.flatMap(({ found }) => found);
  return {
    runtimes: read.filter(({ found }) => found.length > 0).map(({ runtime }) => runtime.name),
    signals: all.map(({ row }) => row),
    pressures: all
      .flatMap(pressuresOf)
      .sort((a, b) => Number(b.severity === "critical") - Number(a.severity === "critical")),
    absent: read.flatMap(({ runtime, found }) => absentOf(runtime, found)),
  };
}

function measure(
  runtime: Runtime,
  signal: Signal,
  series: readonly Series[],
  stretches: RuntimeStretches,
): Found | null {
  const used = firstPresent(series, signal.metrics);
  if (used === null) return null;
  const limits = firstPresent(series, signal.limits ?? [])?.byOwner;
  const owners = [...used.byOwner].flatMap(([owner, one]) => {
    const now = middle(one.values, stretches.now);
    if (now === null) return [];
    const limit = middle(limits?.get(owner)?.values ?? [], stretches.now);
    const bounded = limit !== null && limit > 0 && limit < UNLIMITED ? limit : null;
    return [{ owner, one, now, limit: bounded, share: bounded === null ? null : now / bounded }];
  });
  // It was there, but is not any more: nothing is known of now.
  if (owners.length === 0) return null;
  const [highest] = owners.sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || b.now - a.now);
  if (highest === undefined) return null;
  const top = highestOf([...used.byOwner.values()]);
  const trend = trendOf(top);
  const { now, limit, share } = highest;
  // Limits are round in bytes and would not be in four digits.
  const figure = (value: number | null) =>
    value !== null && signal.unit === "bytes" ? Math.round(value) : rounded(value);
  const hours =
    limit !== null && trend?.direction === "rising" && now < limit ? (limit - now) / trend.perHour : null;
  const baseline = { from: seconds(stretches.before.from), to: seconds(stretches.before.to) };
  // A pool that a release made smaller is full without having grown.
  const shares =
    limits === undefined ? [] : [...used.byOwner].map(([owner, one]) => shareOf(one, limits.get(owner)));
  const at =
    changePoint(highestOf(shares), { baseline, direction: "up", atLeast: 0.1, relative: 0.25 }) ??
    changePoint(top, { baseline, direction: "up", atLeast: 0, relative: 0.5 });
  return {
    runtime,
    signal,
    since: at === null ? null : isoOf(at),
    row: {
      runtime: runtime.name,
      name: signal.name,
      unit: signal.unit,
      metric: used.metric.name,
      now: figure(now),
      before: figure(middle(top, stretches.before)),
      peak: figure(Math.max(...highest.one.values.map(([, value]) => value))),
      limit: figure(limit),
      share_of_limit: rounded(share),
      trend: trend?.direction ?? "unknown",
      per_hour: trend === null ? null : figure(trend.perHour),
      limit_at:
        hours === null || hours > MAX_HOURS_TO_LIMIT
          ? null
          : isoOf(Math.round(seconds(stretches.now.to) + hours * 3_600)),
      highest_in: highest.one.labels.pod ?? highest.one.labels.instance ?? null,
      instances: owners.length,
    },
  };
}

function shareOf(used: Series, limit: Series | undefined): Series {
  const limits = new Map(limit?.values);
  const values = used.values.flatMap(([at, value]) => {
    const most = limits.get(at) ?? 0;
    return most > 0 && most < UNLIMITED ? [[at, value / most] as const] : [];
  });
  return { labels: used.labels, values };
}

function firstPresent(series: readonly Series[], metrics: readonly Metric[]) {
  for (const metric of metrics) {
    const byOwner = seriesOf(series, metric);
    if (byOwner.size > 0) return { metric, byOwner };
  }
  return null;
}

/** The highest of all at each time. */
function highestOf(series: readonly Series[]): Point[] {
  const top = new Map<number, number>();
  for (const { values } of series) {
    for (const [at, value] of values)
      if (Number.isFinite(value)) top.set(at, Math.max(top.get(at) ?? value, value));
  }
  return [...top].sort(([a], [b]) => a - b);
}

function middle(values: readonly Point[], window: TimeWindow): number | null {
  const found = inside(values, window).filter(Number.isFinite);
  return found.length === 0 ? null : median(found);
}

function absentOf(runtime: Runtime, found: readonly Found[]): string[] {
  const names = (metrics: readonly Metric[]): string =>
    [...new Set(metrics.map(({ name }) => name))].join(", ");
  if (found.length === 0) {
    return [
      `${runtime.name}: none of its metrics (such as ${names(runtime.signals.flatMap(({ metrics }) => metrics[0] ?? []))})`,
    ];
  }
  return runtime.signals.flatMap(({ name, metrics, limits }) => {
    const one = found.find(({ signal }) => signal.name === name);
    if (one === undefined) return [`${runtime.name} ${name} (${names(metrics)})`];
    return limits !== undefined && one.row.limit === null
      ? [`the limit of ${runtime.name} ${name} (${names(limits)})`]
      : [];
  });
}
