import type { Expr, Selector, TimeShift } from "./ast.ts";
import type { EvalContext, Samples } from "./context.ts";
import type { Labels } from "./series.ts";
import { type Column, dropEmpty, type Values } from "./values.ts";

/** How far back an instant selector looks for the latest sample; a sample exactly this old still counts. */
const LOOKBACK_MS = 5 * 60_000;

/** The samples of one range window; `startMs` and `endMs` belong to it. `evalMs` is the step it was asked at. */
export interface Window extends Samples {
  startMs: number;
  endMs: number;
  evalMs: number;
}

/** A range vector over all evaluation steps: each series' samples, and the window of each step. */
export interface RangeVector {
  series: { labels: Labels; samples: Samples }[];
  rangeMs: number;
  /** The end of each step's window. */
  ends: readonly number[];
}

/** The latest value of each selected series at each step, or (`read: "time"`) that sample's time in seconds. */
export function selectInstant(
  selector: Selector,
  context: EvalContext,
  read: "value" | "time" = "value",
): Column[] {
  const ends = referenceTimes(selector.shift, context);
  const [from, to] = bounds(ends);
  const columns = context.index.select(selector.matchers).map((series): Column => {
    const { times, values } = context.reader.read(series, from - LOOKBACK_MS, to);
    context.reader.take(ends.length);
    let next = 0;
    const latest = ends.map((end) => {
      while ((times[next] ?? Number.POSITIVE_INFINITY) <= end) next++;
      const time = times[next - 1];
      if (time === undefined || time < end - LOOKBACK_MS) return undefined;
      return read === "value" ? values[next - 1] : time / 1000;
    });
    return { labels: series.labels, values: latest };
  });
  return dropEmpty(columns);
}

export function selectRange(matrix: Extract<Expr, { kind: "matrix" }>, context: EvalContext): RangeVector {
  const { selector, rangeMs } = matrix;
  const ends = referenceTimes(selector.shift, context);
  const [from, to] = bounds(ends);
  const series = context.index.select(selector.matchers).map((one) => ({
    labels: one.labels,
    samples: context.reader.read(one, from - rangeMs, to),
  }));
  return { series, rangeMs, ends };
}

/** Applies `reduce` to each step's window of each series; a window without samples has no value. */
export function overWindows(
  range: RangeVector,
  context: EvalContext,
  reduce: (window: Window, step: number) => number | undefined,
): Column[] {
  return range.series.map(({ labels, samples }) => {
    context.reader.take(range.ends.length);
    const values: Values = [];
    for (const window of windowsOf(samples, range, context)) {
      values.push(window.times.length === 0 ? undefined : reduce(window, values.length));
    }
    return { labels, values };
  });
}

/** One window per evaluation step. Both ends are included, as in all Prometheus before 3.0. */
export function* windowsOf(samples: Samples, range: RangeVector, context: EvalContext): Generator<Window> {
  const { times, values } = samples;
  let from = 0;
  let to = 0;
  for (const [step, endMs] of range.ends.entries()) {
    const startMs = endMs - range.rangeMs;
    while ((times[to] ?? Number.POSITIVE_INFINITY) <= endMs) to++;
    while ((times[from] ?? Number.POSITIVE_INFINITY) < startMs) from++;
    const evalMs = context.times[step] ?? endMs;
    yield { times: times.slice(from, to), values: values.slice(from, to), startMs, endMs, evalMs };
  }
}

/** Where each step really looks, after `@` and `offset`. */
export function referenceTimes({ at, offsetMs }: TimeShift, context: EvalContext): number[] {
  const fixed = at === "start" ? context.startMs : at === "end" ? context.endMs : at;
  return context.times.map((time) => (fixed ?? time) - offsetMs);
}

function bounds(ascending: readonly number[]): [number, number] {
  return [ascending[0] ?? 0, ascending.at(-1) ?? 0];
}
