import { typeOf } from "./check-types.ts";
import { type EvalContext, SampleReader } from "./context.ts";
import { evaluate, evaluateMatrix } from "./evaluate.ts";
import { parsePromql } from "./parse.ts";
import { PromqlError } from "./promql-error.ts";
import { windowsOf } from "./selectors.ts";
import { compareLabels, type Labels, type SeriesIndex } from "./series.ts";

/** A sample or result point: milliseconds and value. */
export type Point = readonly [timeMs: number, value: number];

export interface MatrixSeries {
  labels: Labels;
  points: Point[];
}

export type InstantResult =
  | { type: "vector"; series: { labels: Labels; point: Point }[] }
  | { type: "matrix"; series: MatrixSeries[] }
  | { type: "scalar"; point: Point }
  | { type: "string"; timeMs: number; value: string };

interface Query {
  index: SeriesIndex;
  query: string;
  /** Samples after this time do not exist yet. Default: no such limit. */
  nowMs?: number;
}

/** The value of a query at one instant. Throws `PromqlError`. */
export function evaluateInstant({ index, query, timeMs, nowMs }: Query & { timeMs: number }): InstantResult {
  const expr = parsePromql(query);
  const reader = new SampleReader(index.scrapeIntervalMs, nowMs ?? Number.POSITIVE_INFINITY);
  const context: EvalContext = { index, times: [timeMs], startMs: timeMs, endMs: timeMs, reader };
  const matrix = evaluateMatrix(expr, context);
  if (matrix) {
    const series = matrix.series.flatMap(({ labels, samples }): MatrixSeries[] => {
      const [window] = windowsOf(samples, matrix, context);
      return window?.times.length ? [{ labels, points: toPoints(window.times, window.values) }] : [];
    });
    return { type: "matrix", series: series.sort((a, b) => compareLabels(a.labels, b.labels)) };
  }
  const value = evaluate(expr, context);
  if (value.type === "string") return { type: "string", timeMs, value: value.value };
  if (value.type === "scalar") return { type: "scalar", point: [timeMs, value.values[0] ?? Number.NaN] };
  const series = value.columns.flatMap(({ labels, values: [one] }) =>
    one === undefined ? [] : [{ labels, point: [timeMs, one] as const }],
  );
  return { type: "vector", series };
}

/** The values of a query from `startMs` to `endMs`, both included, every `stepMs`. Throws `PromqlError`. */
export function evaluateRange(
  request: Query & { startMs: number; endMs: number; stepMs: number },
): MatrixSeries[] {
  const { index, query, startMs, endMs, stepMs, nowMs } = request;
  const expr = parsePromql(query);
  const type = typeOf(expr);
  if (type === "matrix" || type === "string") {
    const name = type === "matrix" ? "range vector" : "string";
    const message = `invalid expression type "${name}" for range query, must be Scalar or instant Vector`;
    throw new PromqlError("bad_data", message);
  }
  const reader = new SampleReader(index.scrapeIntervalMs, nowMs ?? Number.POSITIVE_INFINITY);
  const count = Math.max(0, Math.floor((endMs - startMs) / stepMs) + 1);
  reader.take(count);
  const times = Array.from({ length: count }, (_, i) => startMs + i * stepMs);
  const value = evaluate(expr, { index, times, startMs, endMs, reader });
  const columns =
    value.type === "vector"
      ? value.columns
      : value.type === "scalar"
        ? [{ labels: {}, values: value.values }]
        : [];
  return columns
    .map(({ labels, values }) => ({ labels, points: toPoints(times, values) }))
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => compareLabels(a.labels, b.labels));
}

function toPoints(times: readonly number[], values: readonly (number | undefined)[]): Point[] {
  return times.flatMap((time, i): Point[] => {
    const value = values[i];
    return value === undefined ? [] : [[time, value]];
  });
}
