import { executionError } from "./promql-error.ts";
import { dropLabels, type Labels, labelsKey } from "./series.ts";

/** One value per evaluation step; `undefined` where there is none. */
export type Values = (number | undefined)[];

/** One series of an instant vector over all evaluation steps. */
export interface Column {
  labels: Labels;
  values: Values;
}

export type Value =
  | { type: "scalar"; values: number[] }
  | { type: "vector"; columns: Column[] }
  | { type: "string"; value: string };

const SAME_LABELS = "vector cannot contain metrics with the same labelset";

export function withoutName(labels: Labels): Labels {
  return dropLabels(labels, ["__name__"]);
}

/** Applies `change` to every present value. */
export function mapValues(
  values: Values,
  change: (value: number, step: number) => number | undefined,
): Values {
  return values.map((value, step) => (value === undefined ? undefined : change(value, step)));
}

/** Joins columns that came to have the same labels, which is an error where two have a value at one step. */
export function mergeColumns(columns: readonly Column[], conflict = SAME_LABELS): Column[] {
  const merged = new Map<string, Column>();
  for (const column of columns) {
    const key = labelsKey(column.labels);
    const same = merged.get(key);
    if (same) merged.set(key, { labels: same.labels, values: same.values.map(joinAt(column, conflict)) });
    else merged.set(key, column);
  }
  return [...merged.values()];
}

/** Refuses columns with the same labels even where their values never meet. */
export function requireDistinct(columns: Column[]): Column[] {
  if (new Set(columns.map(({ labels }) => labelsKey(labels))).size === columns.length) return columns;
  throw executionError(SAME_LABELS);
}

/** Leaves out columns that have no value at any step. */
export function dropEmpty(columns: readonly Column[]): Column[] {
  return columns.filter(({ values }) => values.some((value) => value !== undefined));
}

function joinAt(column: Column, conflict: string) {
  return (value: number | undefined, step: number): number | undefined => {
    const other = column.values[step];
    if (value !== undefined && other !== undefined) throw executionError(conflict);
    return value ?? other;
  };
}
