import { formatPlain } from "./literals.ts";
import { executionError } from "./promql-error.ts";
import { dropLabels, keepLabels, type Labels, labelsKey, setLabel } from "./series.ts";
import { compareNaNFirst, maximum, minimum, quantile, variance } from "./statistics.ts";
import { type Column, mergeColumns, type Value, type Values } from "./values.ts";

interface Group {
  labels: Labels;
  members: Column[];
}

export interface Grouping {
  without: boolean;
  labels: readonly string[];
}

const REDUCERS: Record<string, (values: number[], parameter: number) => number> = {
  // Plain sums, as the real server's: compensated ones would differ in the last digit, which thresholds show.
  sum: plainSum,
  avg: (values) => plainSum(values) / values.length,
  min: minimum,
  max: maximum,
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(groupVariance(values)),
  stdvar: groupVariance,
  quantile: (values, q) => quantile(q, values),
};

/** Evaluates one aggregation; `parameter` is its first argument where it takes two. */
export function aggregate(
  op: string,
  grouping: Grouping,
  columns: readonly Column[],
  parameter: Value | undefined,
  steps: number,
): Column[] {
  const groups = groupColumns(grouping, columns);
  const scalars = parameter?.type === "scalar" ? parameter.values : [];
  if (op === "topk" || op === "bottomk") return groups.flatMap((group) => rank(op, group, scalars, steps));
  if (op === "count_values") {
    return mergeColumns(groups.flatMap((group) => countValues(group, parameter, steps)));
  }
  const reduce = REDUCERS[op];
  if (!reduce) throw executionError(`aggregation ${op} is not supported by this server`);
  return groups.map(({ labels, members }) => {
    const values: Values = [];
    for (let step = 0; step < steps; step++) {
      const present = presentAt(members, step).map(({ value }) => value);
      values.push(present.length === 0 ? undefined : reduce(present, scalars[step] ?? Number.NaN));
    }
    return { labels, values };
  });
}

function groupColumns({ without, labels: names }: Grouping, columns: readonly Column[]): Group[] {
  const groups = new Map<string, Group>();
  for (const column of columns) {
    const labels = without
      ? dropLabels(column.labels, [...names, "__name__"])
      : keepLabels(column.labels, names);
    const key = labelsKey(labels);
    const group = groups.get(key);
    if (group) group.members.push(column);
    else groups.set(key, { labels, members: [column] });
  }
  return [...groups.values()];
}

/** The k best of a group at each step, with their own labels. NaN ranks last; ties go to the earlier series. */
function rank(op: "topk" | "bottomk", group: Group, counts: readonly number[], steps: number): Column[] {
  const chosen = new Map<Column, Values>();
  for (let step = 0; step < steps; step++) {
    const k = toCount(counts[step] ?? 0);
    const ranked = presentAt(group.members, step).sort((a, b) => {
      if (Number.isNaN(a.value) || Number.isNaN(b.value)) return compareNaNFirst(b.value, a.value);
      return op === "topk" ? compareNaNFirst(b.value, a.value) : compareNaNFirst(a.value, b.value);
    });
    for (const { column, value } of ranked.slice(0, k)) {
      const values = chosen.get(column) ?? new Array<number | undefined>(steps).fill(undefined);
      values[step] = value;
      chosen.set(column, values);
    }
  }
  return [...chosen].map(([{ labels }, values]) => ({ labels, values }));
}

function toCount(value: number): number {
  if (Number.isNaN(value) || Math.abs(value) >= 2 ** 63) {
    throw executionError(`Scalar value ${value} overflows int64`);
  }
  return Math.max(0, Math.trunc(value));
}

function countValues(group: Group, parameter: Value | undefined, steps: number): Column[] {
  const label = parameter?.type === "string" ? parameter.value : "";
  if (!/^[a-zA-Z_]\w*$/.test(label)) throw executionError(`invalid label name ${JSON.stringify(label)}`);
  const counts = new Map<string, Values>();
  for (let step = 0; step < steps; step++) {
    for (const { value } of presentAt(group.members, step)) {
      const text = formatPlain(value);
      const values = counts.get(text) ?? new Array<number | undefined>(steps).fill(undefined);
      values[step] = (values[step] ?? 0) + 1;
      counts.set(text, values);
    }
  }
  return [...counts].map(([text, values]) => ({ labels: setLabel(group.labels, label, text), values }));
}

function presentAt(members: readonly Column[], step: number): { column: Column; value: number }[] {
  const present: { column: Column; value: number }[] = [];
  for (const column of members) {
    const value = column.values[step];
    if (value !== undefined) present.push({ column, value });
  }
  return present;
}

function plainSum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One value alone does not vary, not even when it is infinite or NaN. */
function groupVariance(values: readonly number[]): number {
  return values.length === 1 ? 0 : variance(values);
}
