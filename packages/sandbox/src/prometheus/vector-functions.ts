import { histogramQuantile } from "./histogram.ts";
import { labelJoin, labelReplace } from "./label-functions.ts";
import type { Labels, Matcher } from "./series.ts";
import { compareNaNFirst } from "./statistics.ts";
import type { Column, Value } from "./values.ts";

export type VectorFunction = (args: readonly Value[], times: readonly number[]) => Value;

/** Functions of instant vectors that look at more than one sample's value; arguments are already evaluated. */
export const VECTOR_FUNCTIONS: ReadonlyMap<string, VectorFunction> = new Map<string, VectorFunction>([
  ["time", (_, times) => ({ type: "scalar", values: times.map((ms) => ms / 1000) })],
  ["pi", (_, times) => ({ type: "scalar", values: times.map(() => Math.PI) })],
  ["vector", ([value]) => vector([{ labels: {}, values: scalars(value) }])],
  ["scalar", ([value], times) => ({ type: "scalar", values: onlyValue(columns(value), times) })],
  ["sort", ([value], times) => vector(sorted(columns(value), times, 1))],
  ["sort_desc", ([value], times) => vector(sorted(columns(value), times, -1))],
  ["histogram_quantile", ([q, value]) => vector(histogramQuantile(scalars(q), columns(value)))],
  ["label_replace", ([value, ...texts]) => vector(labelReplace(columns(value), texts.map(text)))],
  ["label_join", ([value, ...texts]) => vector(labelJoin(columns(value), texts.map(text)))],
  ["timestamp", ([value], times) => vector(stepTimes(columns(value), times))],
]);

/** One where none of the columns has a value; labelled by what the selector's `=` matchers ask for. */
export function absent(
  matchers: readonly Matcher[],
  found: readonly Column[],
  times: readonly number[],
): Column {
  const labels: Labels = {};
  for (const { label, op, value } of matchers) {
    const repeated = matchers.filter((matcher) => matcher.label === label).length > 1;
    if (op === "=" && label !== "__name__" && value !== "" && !repeated) labels[label] = value;
  }
  const missing = (step: number) => found.every(({ values }) => values[step] === undefined);
  return { labels, values: times.map((_, step) => (missing(step) ? 1 : undefined)) };
}

export function columns(value: Value | undefined): Column[] {
  return value?.type === "vector" ? value.columns : [];
}

export function scalars(value: Value | undefined): number[] {
  return value?.type === "scalar" ? value.values : [];
}

function text(value: Value): string {
  return value.type === "string" ? value.value : "";
}

function vector(result: Column[]): Value {
  return { type: "vector", columns: result };
}

function onlyValue(from: readonly Column[], times: readonly number[]): number[] {
  return times.map((_, step) => {
    const present = from.map(({ values }) => values[step]).filter((value) => value !== undefined);
    return present.length === 1 ? (present[0] ?? Number.NaN) : Number.NaN;
  });
}

/** Order matters to instant queries only: the result of a range query is ordered by labels. NaN goes last. */
function sorted(from: Column[], times: readonly number[], direction: 1 | -1): Column[] {
  if (times.length !== 1) return from;
  const latest = ({ values }: Column) => values[0] ?? Number.NaN;
  return from.toSorted((a, b) => {
    const [left, right] = [latest(a), latest(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) return compareNaNFirst(right, left);
    return direction * compareNaNFirst(left, right);
  });
}

function stepTimes(from: readonly Column[], times: readonly number[]): Column[] {
  return from.map(({ labels, values }) => ({
    labels,
    values: values.map((value, step) => (value === undefined ? undefined : (times[step] ?? 0) / 1000)),
  }));
}
