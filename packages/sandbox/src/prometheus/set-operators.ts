import type { Binary } from "./ast.ts";
import { labelsKey } from "./series.ts";
import { type Column, mapValues, mergeColumns } from "./values.ts";
import { matchingLabels } from "./vector-matching.ts";

/** `and`, `or`, `unless`: series pass by whether the other side has a match at the same step. */
export function combineSets(
  { op, matching }: Binary,
  lhs: readonly Column[],
  rhs: readonly Column[],
): Column[] {
  const keyOf = (column: Column) => labelsKey(matchingLabels(column.labels, matching));
  const pass = (columns: readonly Column[], others: readonly Column[], wanted: boolean) => {
    const present = presence(others, keyOf);
    return columns.map((column): Column => {
      const there = present.get(keyOf(column));
      const values = mapValues(column.values, (value, step) =>
        (there?.[step] ?? false) === wanted ? value : undefined,
      );
      return { labels: column.labels, values };
    });
  };
  if (op === "or") return mergeColumns([...lhs, ...pass(rhs, lhs, false)]);
  return pass(lhs, rhs, op === "and");
}

/** For each match group, the steps at which any of its columns has a value. */
function presence(columns: readonly Column[], keyOf: (column: Column) => string): Map<string, boolean[]> {
  const groups = new Map<string, boolean[]>();
  for (const column of columns) {
    const key = keyOf(column);
    const before = groups.get(key);
    groups.set(
      key,
      column.values.map((value, step) => value !== undefined || (before?.[step] ?? false)),
    );
  }
  return groups;
}
