import type { TimeWindow } from "@oncall/core";
import type { Point } from "./change-point.ts";
import type { Ago } from "./comparisons.ts";
import { compared, type Figures, noFigures } from "./figures.ts";
import { type Bucket, quantileOf } from "./histogram.ts";
import * as points from "./points.ts";
import type { Stretches } from "./stretches.ts";
import { judge } from "./verdict.ts";

/** So long without a request, where so many were to be expected, is no chance. */
const SILENT_SECONDS = 300;
const MISSED_REQUESTS = 10;

/** The request metrics of one service over time. */
export interface Measured {
  readonly total: readonly Point[];
  /** Null where it cannot be measured; empty where nothing failed. */
  readonly errors: readonly Point[] | null;
  readonly buckets: readonly Bucket[];
  /** Mean seconds; empty where there are buckets. */
  readonly mean: readonly Point[];
  readonly step: number;
}

/** Once traffic has stopped, what the last requests were like says nothing of now. */
export function figuresNow({ now }: Stretches, measured: Measured, before: Figures): Figures {
  const from = points.isoOf(points.seconds(now.to) - SILENT_SECONDS);
  const expected = (before.requests_per_second ?? 0) * SILENT_SECONDS;
  const lately = points.meanIn(measured.total, { from, to: now.to }, measured.step);
  const isSilent = (lately ?? 0) === 0 && expected >= MISSED_REQUESTS && from > now.from;
  return isSilent ? { ...noFigures, requests_per_second: lately } : figuresIn(now, measured);
}

/** What the points say of a stretch. */
export function figuresIn(window: TimeWindow, { total, errors, buckets, mean, step }: Measured): Figures {
  const span = { from: points.seconds(window.from), to: points.seconds(window.to) };
  const quantile = (q: number) => points.rounded(quantileOf(q, buckets, span));
  const means = points.inside(mean, window);
  return {
    error_ratio:
      errors === null
        ? null
        : points.rounded(points.divide(points.sumIn(errors, window), points.sumIn(total, window))),
    requests_per_second: points.rounded(points.meanIn(total, window, step)),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    mean: means.length === 0 ? null : points.rounded(means.reduce((sum, one) => sum + one, 0) / means.length),
  };
}

/** Whether the hour before was as good as the day before, or at least not bad in itself. */
export function wasQuiet(measured: Measured, { before }: Stretches, ago: readonly Ago[]): boolean {
  const day = ago.find(({ label }) => label === "a day before")?.figures ?? noFigures;
  return judge(compared(figuresIn(before, measured), day)).verdict === "healthy";
}
