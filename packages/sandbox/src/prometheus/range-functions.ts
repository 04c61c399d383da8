import { extrapolated, instantaneous, resets } from "./rates.ts";
import type { Window } from "./selectors.ts";
import { linearFit, maximum, mean, minimum, quantile, sum, variance } from "./statistics.ts";

/** From one window with at least one sample, and the function's scalar argument if it has one, to a value. */
export type RangeFunction = (window: Window, parameter: number) => number | undefined;

export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ["rate", (window) => extrapolated(window, "rate")],
  ["increase", (window) => extrapolated(window, "increase")],
  ["delta", (window) => extrapolated(window, "delta")],
  ["irate", (window) => instantaneous(window, "irate")],
  ["idelta", (window) => instantaneous(window, "idelta")],
  ["deriv", deriv],
  ["predict_linear", predictLinear],
  ["resets", ({ values }) => resets(values)],
  ["changes", ({ values }) => changes(values)],
  ["avg_over_time", ({ values }) => mean(values)],
  ["min_over_time", ({ values }) => minimum(values)],
  ["max_over_time", ({ values }) => maximum(values)],
  ["sum_over_time", ({ values }) => sum(values)],
  ["count_over_time", ({ values }) => values.length],
  ["last_over_time", ({ values }) => values.at(-1)],
  ["stddev_over_time", ({ values }) => Math.sqrt(variance(values))],
  ["stdvar_over_time", ({ values }) => variance(values)],
  ["present_over_time", () => 1],
  ["quantile_over_time", ({ values }, q) => quantile(q, values)],
]);

function deriv({ times, values }: Window): number | undefined {
  return values.length < 2 ? undefined : linearFit(times, values, times[0] ?? 0).slope;
}

/** The line through the samples, read `seconds` after the step (not after an offset window's end). */
function predictLinear({ times, values, evalMs }: Window, seconds: number): number | undefined {
  if (values.length < 2) return undefined;
  const { slope, intercept } = linearFit(times, values, evalMs);
  return slope * seconds + intercept;
}

/** NaN after NaN is no change. */
function changes(values: readonly number[]): number {
  return values.slice(1).filter((value, i) => {
    const previous = values[i] ?? Number.NaN;
    return value !== previous && !(Number.isNaN(value) && Number.isNaN(previous));
  }).length;
}
