import { quantile, sortedFinite, usualSpread } from "./statistics.ts";

/** One point of a series: unix seconds and value. */
export type Point = readonly [at: number, value: number];

export interface ChangeOptions {
  /** The stretch that counts as the series' own history, in unix seconds. */
  readonly baseline: { readonly from: number; readonly to: number };
  readonly direction: "up" | "down" | "both";
  /** Smallest distance from the baseline's median that matters, in the series' unit. */
  readonly atLeast: number;
  /** Smallest distance as a share of the baseline's median. */
  readonly relative: number;
}

/** Spreads that noise alone hardly reaches. */
const DEVIATIONS = 5;
const MIN_BASELINE_POINTS = 5;
const SUSTAINED_POINTS = 3;
/** Points back at normal that do not yet end a change: what flaps is one change. */
const GAP_POINTS = 5;

/**
 * When a series left its own history, in unix seconds: the begin of the run of deviating points that lasts to the
 * end of the series, else of the longest one; null when none is sustained or the history is too short to tell.
 */
export function changePoint(series: readonly Point[], options: ChangeOptions): number | null {
  const { baseline, direction, atLeast, relative } = options;
  // Quantiles and ratios without traffic are no numbers, and say nothing.
  const points = series.filter(([, value]) => Number.isFinite(value));
  const history = points.filter(([at]) => at >= baseline.from && at <= baseline.to).map(([, value]) => value);
  if (history.length < MIN_BASELINE_POINTS) return null;
  const sorted = sortedFinite(history);
  const middle = quantile(sorted, 0.5);
  const distance = Math.max(DEVIATIONS * usualSpread(sorted, middle), relative * Math.abs(middle), atLeast);
  const after = points.filter(([at]) => at > baseline.to);
  const isOut = (value: number): boolean =>
    (direction !== "down" && value > middle + distance) || (direction !== "up" && value < middle - distance);
  const runs = runsOf(after.map(([, value]) => isOut(value)));
  const sustained = runs.filter((run) => run.count >= Math.min(SUSTAINED_POINTS, after.length - run.from));
  const lasting = sustained.find((run) => run.to >= after.length - 1 - GAP_POINTS);
  const chosen = lasting ?? [...sustained].sort((a, b) => b.count - a.count)[0];
  return chosen === undefined ? null : (after[chosen.from]?.[0] ?? null);
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function runsOf(flags: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  flags.forEach((flag, i) => {
    if (!flag) return;
    const last = runs.at(-1);
    if (last !== undefined && i - last.to <= GAP_POINTS + 1) {
      runs[runs.length - 1] = { from: last.from, to: i, count: last.count + 1 };
    } else {
      runs.push({ from: i, to: i, count: 1 });
    }
  });
  return runs;
}
