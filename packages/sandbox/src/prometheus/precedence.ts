import type { Binary, Expr } from "./ast.ts";

/** Operators from the loosest to the tightest. */
const LEVELS = [
  ["or"],
  ["and", "unless"],
  ["==", "!=", ">", "<", ">=", "<="],
  ["+", "-"],
  ["*", "/", "%", "atan2"],
  ["^"],
];
/** A sign binds like multiplication: `-a ^ 2` is `-(a ^ 2)`. */
const SIGN = 4;

const levelOf = (op: string) => LEVELS.findIndex((level) => level.includes(op));

/**
 * Joins two operands. The grammar lets `offset` and `@` end an operation too early (`1 - a offset 5m / b`
 * comes as `(1 - a) / b`), so an operator that binds tighter than what stands on its left takes only the
 * last operand of it, unless that `isClosed` by parentheses.
 */
export function joinOperands(
  lhs: Expr,
  operation: Omit<Binary, "lhs" | "rhs">,
  rhs: Expr,
  isClosed: (expr: Expr) => boolean,
): Expr {
  if (!isClosed(lhs) && lhs.kind === "binary" && bindsTighter(operation.op, levelOf(lhs.op))) {
    return { ...lhs, rhs: joinOperands(lhs.rhs, operation, rhs, isClosed) };
  }
  if (!isClosed(lhs) && lhs.kind === "unary" && bindsTighter(operation.op, SIGN)) {
    return { ...lhs, expr: joinOperands(lhs.expr, operation, rhs, isClosed) };
  }
  return { ...operation, pos: lhs.pos, lhs, rhs };
}

/** Of equals the left one goes first, except for `^`. */
function bindsTighter(op: string, level: number): boolean {
  return levelOf(op) > level || (op === "^" && levelOf(op) === level);
}
