import type { Binary } from "./ast.ts";
import { SET_OPERATORS } from "./check-types.ts";
import { applyOperator, dropsName } from "./operators.ts";
import { combineSets } from "./set-operators.ts";
import { type Column, mapValues, mergeColumns, type Value, withoutName } from "./values.ts";
import { matchVectors } from "./vector-matching.ts";

/** Applies a binary operator to two evaluated operands. */
export function applyBinary(expr: Binary, lhs: Value, rhs: Value): Value {
  if (lhs.type === "vector" && rhs.type === "vector") {
    const combine = SET_OPERATORS.includes(expr.op) ? combineSets : matchVectors;
    return { type: "vector", columns: combine(expr, lhs.columns, rhs.columns) };
  }
  if (lhs.type === "vector" && rhs.type === "scalar") {
    return { type: "vector", columns: withScalar(expr, lhs.columns, rhs.values, "right") };
  }
  if (lhs.type === "scalar" && rhs.type === "vector") {
    return { type: "vector", columns: withScalar(expr, rhs.columns, lhs.values, "left") };
  }
  const [left, right] = [lhs, rhs].map((value) => (value.type === "scalar" ? value.values : []));
  return {
    type: "scalar",
    values: (left ?? []).map((a, i) => Number(applyOperator(expr.op, a, right?.[i] ?? Number.NaN))),
  };
}

function withScalar(
  { op, bool }: Binary,
  columns: readonly Column[],
  scalars: readonly number[],
  side: "left" | "right",
): Column[] {
  return mergeColumns(
    columns.map(({ labels, values }) => ({
      labels: dropsName(op, bool) ? withoutName(labels) : labels,
      values: mapValues(values, (value, step) => {
        const scalar = scalars[step] ?? Number.NaN;
        const result = side === "right" ? applyOperator(op, value, scalar) : applyOperator(op, scalar, value);
        if (typeof result === "number" || bool) return Number(result);
        return result ? value : undefined;
      }),
    })),
  );
}
