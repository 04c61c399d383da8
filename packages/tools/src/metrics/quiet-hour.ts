import type { MetricsBackend } from "@oncall/backends";
import { addMinutes, type TimeWindow } from "@oncall/core";
import { changePoint, type Point } from "./change-point.ts";
import { ratesOf } from "./comparisons.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { isoOf, ratioOf, seconds, sumOf } from "./points.ts";
import type { RequestMetrics } from "./request-metrics.ts";
import { requestQueries } from "./request-queries.ts";

export interface QuietHour {
  readonly window: TimeWindow;
  readonly figures: Figures;
  /** When errors left what they were in that hour, to ten minutes; null when they did not. */
  readonly errorsChangedAt: string | null;
}

const STEP_SECONDS = 600;
const STEPS_AN_HOUR = 6;
const DAY_MINUTES = 24 * 60;
const NOTABLE_ERRORS = 0.005;
const RISE = 2;

/** The last hour before `before` in which the service had traffic and its usual errors, within a day; null without. */
export async function lastQuietHour(
  metrics: MetricsBackend,
  found: RequestMetrics,
  { before, now }: { readonly before: string; readonly now: string },
  signal: AbortSignal,
): Promise<QuietHour | null> {
  const range = { from: addMinutes(before, -DAY_MINUTES), to: now };
  const { requests } = requestQueries([found], `${STEP_SECONDS}s`);
  const series = await metrics.range(requests, range, STEP_SECONDS, signal);
  const { statusLabel, isFailure } = found;
  const failed = series.filter(({ labels }) => statusLabel !== null && isFailure(labels[statusLabel] ?? ""));
  const ratio = ratioOf(sumOf(failed), sumOf(series));
  const end = quietHourEnd(ratio, seconds(before));
  if (end === null) return null;
  const baseline = { from: end - 3_600, to: end };
  const at = new Date(end * 1000);
  const samples = await metrics.instant(ratesOf([found], 3_600).join(" or "), at, signal);
  const changed = changePoint(ratio, { baseline, direction: "up", atLeast: NOTABLE_ERRORS, relative: 1 });
  return {
    window: { from: isoOf(baseline.from), to: isoOf(baseline.to) },
    figures: figuresOf(samples, found),
    errorsChangedAt: changed === null ? null : isoOf(changed),
  };
}

/** Pure: where the last hour ends whose share of errors is that of the service's better times. */
export function quietHourEnd(ratio: readonly Point[], before: number): number | null {
  const earlier = ratio.filter(([at, value]) => at <= before && Number.isFinite(value));
  const sorted = earlier.map(([, value]) => value).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 4)];
  if (usual === undefined) return null;
  const most = Math.max(NOTABLE_ERRORS, RISE * usual);
  for (let i = earlier.length - 1; i >= STEPS_AN_HOUR - 1; i--) {
    const hour = earlier.slice(i - STEPS_AN_HOUR + 1, i + 1);
    const [first, last] = [hour[0], hour.at(-1)];
    if (first === undefined || last === undefined) continue;
    // An hour with gaps in it is not known well enough.
    const isWhole = last[0] - first[0] <= (STEPS_AN_HOUR - 1) * STEP_SECONDS;
    if (isWhole && hour.every(([, value]) => value <= most)) return last[0];
  }
  return null;
}
