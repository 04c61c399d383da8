import type { Sample } from "@oncall/backends";
import type { ServiceHealth } from "../outputs/index.ts";
import { bucketOf, quantileOf } from "./histogram.ts";
import { divide, rounded } from "./points.ts";
import type { RequestMetrics } from "./request-metrics.ts";

/** What a stretch of time says about requests; null where it does not say it. */
export interface Figures {
  readonly error_ratio: number | null;
  readonly requests_per_second: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Seconds; only where there are no quantiles. */
  readonly mean: number | null;
}

export const noFigures: Figures = {
  error_ratio: null,
  requests_per_second: null,
  p50: null,
  p95: null,
  p99: null,
  mean: null,
};

type Compared = Pick<
  ServiceHealth,
  "error_ratio" | "requests_per_second" | "latency_seconds" | "mean_latency_seconds"
>;

export function compared(now: Figures, before: Figures): Compared {
  const both = (name: keyof Figures) => ({ now: now[name], before: before[name] });
  return {
    error_ratio: both("error_ratio"),
    requests_per_second: both("requests_per_second"),
    latency_seconds: { p50: both("p50"), p95: both("p95"), p99: both("p99") },
    mean_latency_seconds: both("mean"),
  };
}

/** Figures of one service out of the samples of its instant queries: rates of requests and of buckets (these have `le`). */
export function figuresOf(samples: readonly Sample[], found: RequestMetrics): Figures {
  const { shape, owner, statusLabel, isFailure } = found;
  const mine = samples.filter(({ labels, value }) => labels[shape.owner] === owner && Number.isFinite(value));
  const requests = mine.filter(({ labels }) => labels.le === undefined);
  const buckets = mine
    .filter(({ labels }) => labels.le !== undefined)
    .map(({ labels, value }) => bucketOf({ labels, values: [[0, value]] }, shape.secondsPerUnit));
  const sum = (of: readonly Sample[]): number => of.reduce((total, { value }) => total + value, 0);
  const total = sum(requests);
  const failed = sum(
    requests.filter(({ labels }) => statusLabel !== null && isFailure(labels[statusLabel] ?? "")),
  );
  const quantile = (q: number) => rounded(quantileOf(q, buckets, { from: 0, to: 0 }));
  return {
    error_ratio: statusLabel === null ? null : rounded(divide(failed, total)),
    requests_per_second: requests.length === 0 ? null : rounded(total),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    mean: null,
  };
}
