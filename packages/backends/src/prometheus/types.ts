import type { TimeWindow } from "@oncall/core";

/** One value of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and ±Infinity as Prometheus answered them. */
  readonly value: number;
}

/** One series of a range query; `values` are `[unix seconds, value]`, ascending, gaps simply absent. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [at: number, value: number])[];
}

/** Reads of a Prometheus-compatible metrics store. */
export interface MetricsBackend {
  /** `query` evaluated at `at`; an empty array when nothing matches. */
  instant(query: string, at: Date, signal: AbortSignal): Promise<readonly Sample[]>;
  /** `query` over the window, one point every `stepSeconds`; at most 11,000 points a series (Prometheus's limit). */
  range(
    query: string,
    window: TimeWindow,
    stepSeconds: number,
    signal: AbortSignal,
  ): Promise<readonly Series[]>;
  /** Where a person sees the same graph. */
  link(query: string, window: TimeWindow): string;
  /** The Grafana dashboard of that UID over the window; null without Grafana, or for what is no UID. */
  dashboard?(uid: string, window: TimeWindow): string | null;
}
