import type { Binary, Matching } from "./ast.ts";
import { applyOperator, dropsName } from "./operators.ts";
import { executionError } from "./promql-error.ts";
import { dropLabels, keepLabels, type Labels, labelsKey, printLabels, setLabel } from "./series.ts";
import { type Column, mergeColumns, type Values, withoutName } from "./values.ts";

const BY_ALL_LABELS: Matching = { on: false, labels: [] };
const MANY_TO_ONE =
  "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";
const NOT_UNIQUE = "multiple matches for labels: grouping labels must ensure unique matches";

/** The labels by which two series are matched. */
export function matchingLabels(labels: Labels, { on, labels: names }: Matching = BY_ALL_LABELS): Labels {
  return on ? keepLabels(labels, names) : dropLabels(labels, [...names, "__name__"]);
}

/**
 * Arithmetic and comparison between two instant vectors. The "one" side has at most one series per match
 * group and step; the "many" side may have more only with `group_left` or `group_right`.
 */
export function matchVectors(expr: Binary, lhs: readonly Column[], rhs: readonly Column[]): Column[] {
  const matching = expr.matching ?? BY_ALL_LABELS;
  const swapped = matching.group?.side === "right";
  const [many, one] = swapped ? [rhs, lhs] : [lhs, rhs];
  if (many.length === 0 || one.length === 0) return [];
  const ones = groupByMatch(one, matching);
  const steps = one[0]?.values.length ?? 0;
  const oneAt = new Map(
    [...ones].map(([key, group]) => [key, pickOne(group, swapped ? "left" : "right", steps)]),
  );

  const results = [...groupByMatch(many, matching)].flatMap(([key, { columns }]) => {
    const partners = oneAt.get(key) ?? [];
    const taken = new Array<boolean>(steps).fill(false);
    return columns.flatMap((column) => combineColumn(expr, matching, column, partners, swapped, taken));
  });
  return mergeColumns(results, matching.group && NOT_UNIQUE);
}

interface MatchGroup {
  labels: Labels;
  columns: Column[];
}

function groupByMatch(columns: readonly Column[], matching: Matching): Map<string, MatchGroup> {
  const groups = new Map<string, MatchGroup>();
  for (const column of columns) {
    const labels = matchingLabels(column.labels, matching);
    const key = labelsKey(labels);
    const group = groups.get(key);
    if (group) group.columns.push(column);
    else groups.set(key, { labels, columns: [column] });
  }
  return groups;
}

/** The only column of the group with a value, per step; two are an error. */
function pickOne(group: MatchGroup, side: "left" | "right", steps: number): (Column | undefined)[] {
  return Array.from({ length: steps }, (_, step) => {
    const [first, second] = group.columns.filter(({ values }) => values[step] !== undefined);
    if (!first || !second) return first;
    throw executionError(
      `found duplicate series for the match group ${printLabels(group.labels)} on the ${side} hand-side of the operation: ` +
        `[${printLabels(second.labels)}, ${printLabels(first.labels)}];` +
        "many-to-many matching not allowed: matching labels must be unique on one side",
    );
  });
}

/** One column of the "many" side against its partners: a result per partner, since labels may come from it. */
function combineColumn(
  { op, bool }: Binary,
  matching: Matching,
  column: Column,
  partners: readonly (Column | undefined)[],
  swapped: boolean,
  taken: boolean[],
): Column[] {
  const results = new Map<Column, Values>();
  column.values.forEach((value, step) => {
    const partner = partners[step];
    const other = partner?.values[step];
    if (value === undefined || !partner || other === undefined) return;
    const [left, right] = swapped ? [other, value] : [value, other];
    const result = applyOperator(op, left, right);
    if (result === false && !bool) return;
    if (!matching.group && taken[step]) throw executionError(MANY_TO_ONE);
    taken[step] = true;
    const values =
      results.get(partner) ?? new Array<number | undefined>(column.values.length).fill(undefined);
    values[step] = typeof result === "boolean" && !bool ? left : Number(result);
    results.set(partner, values);
  });
  return [...results].map(([partner, values]) => ({
    labels: resultLabels(column.labels, partner.labels, matching, dropsName(op, bool)),
    values,
  }));
}

function resultLabels(many: Labels, one: Labels, matching: Matching, dropName: boolean): Labels {
  const labels = dropName ? withoutName(many) : many;
  if (matching.group) {
    return matching.group.include.reduce((result, name) => setLabel(result, name, one[name] ?? ""), labels);
  }
  return matching.on ? keepLabels(labels, matching.labels) : dropLabels(labels, matching.labels);
}
