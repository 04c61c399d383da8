import type { Aggregate, Binary, Call, Expr, ValueType } from "./ast.ts";
import { parseError } from "./promql-error.ts";
import { SIGNATURES } from "./signatures.ts";

const TYPE_NAMES: Record<ValueType, string> = {
  scalar: "scalar",
  vector: "instant vector",
  matrix: "range vector",
  string: "string",
};
export const COMPARISONS: readonly string[] = ["==", "!=", ">", "<", ">=", "<="];
export const SET_OPERATORS: readonly string[] = ["and", "or", "unless"];
const AGGREGATE_PARAMETERS: Record<string, ValueType> = {
  topk: "scalar",
  bottomk: "scalar",
  quantile: "scalar",
  count_values: "string",
};
const AGGREGATES = new Set([
  ...["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"],
  ...Object.keys(AGGREGATE_PARAMETERS),
]);

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "matrix":
    case "subquery":
      return "matrix";
    case "unary":
      return typeOf(expr.expr);
    case "call":
      return SIGNATURES.get(expr.name)?.returns ?? "vector";
    case "binary":
      return typeOf(expr.lhs) === "scalar" && typeOf(expr.rhs) === "scalar" ? "scalar" : "vector";
    default:
      return "vector";
  }
}

/** Checks types, argument counts and matching clauses, innermost first. Throws `PromqlError` (`bad_data`). */
export function checkTypes(query: string, expr: Expr): void {
  const fail = (pos: number, message: string) => parseError(query, pos, message);
  switch (expr.kind) {
    case "selector":
      if (expr.matchers.every((matcher) => matcher.matches(""))) {
        throw fail(expr.pos, "vector selector must contain at least one non-empty matcher");
      }
      return;
    case "matrix":
      checkTypes(query, expr.selector);
      return;
    case "subquery": {
      checkTypes(query, expr.expr);
      const type = typeOf(expr.expr);
      if (type === "vector") return;
      throw fail(expr.pos, `subquery is only allowed on instant vector, got ${type} instead`);
    }
    case "unary": {
      checkTypes(query, expr.expr);
      const type = typeOf(expr.expr);
      if (type === "scalar" || type === "vector") return;
      const allowed = "unary expression only allowed on expressions of type scalar or instant vector";
      throw fail(expr.pos, `${allowed}, got "${TYPE_NAMES[type]}"`);
    }
    case "call":
      checkCall(query, expr);
      return;
    case "aggregate":
      checkAggregate(query, expr);
      return;
    case "binary":
      checkBinary(query, expr);
      return;
  }
}

function expectType(query: string, expr: Expr, wanted: ValueType, context: string): void {
  checkTypes(query, expr);
  const actual = typeOf(expr);
  if (actual === wanted) return;
  const message = `expected type ${TYPE_NAMES[wanted]} in ${context}, got ${TYPE_NAMES[actual]}`;
  throw parseError(query, expr.pos, message);
}

function checkCall(query: string, call: Call): void {
  const signature = SIGNATURES.get(call.name);
  const name = JSON.stringify(call.name);
  if (!signature) throw parseError(query, call.pos, `unknown function with name ${name}`);
  const { args, optional } = signature;
  const most = optional === "many" ? Number.POSITIVE_INFINITY : args.length;
  const least = args.length - (optional === "many" ? 1 : optional);
  const got = call.args.length;
  if (got < least || got > most) {
    const bound = least === most ? "" : got < least ? "at least " : "at most ";
    const count = got < least ? least : most;
    throw parseError(query, call.pos, `expected ${bound}${count} argument(s) in call to ${name}, got ${got}`);
  }
  call.args.forEach((arg, i) => {
    expectType(query, arg, args[Math.min(i, args.length - 1)] ?? "vector", `call to function ${name}`);
  });
}

function checkAggregate(query: string, { op, pos, args }: Aggregate): void {
  if (!AGGREGATES.has(op)) throw parseError(query, pos, `unknown function with name ${JSON.stringify(op)}`);
  const parameter = AGGREGATE_PARAMETERS[op];
  const expected = parameter ? 2 : 1;
  if (args.length === 0) throw parseError(query, pos, "no arguments for aggregate expression provided");
  if (args.length !== expected) {
    const counts = `expected ${expected}, got ${args.length}`;
    throw parseError(query, pos, `wrong number of arguments for aggregate expression provided, ${counts}`);
  }
  const [first, last] = [args[0], args.at(-1)];
  if (last) expectType(query, last, "vector", "aggregation expression");
  if (first && parameter) expectType(query, first, parameter, "aggregation parameter");
}

function checkBinary(query: string, expr: Binary): void {
  const { op, opPos, pos, bool, matching, lhs, rhs } = expr;
  checkTypes(query, lhs);
  checkTypes(query, rhs);
  const types = [typeOf(lhs), typeOf(rhs)];
  const isSet = SET_OPERATORS.includes(op);
  const bothVectors = types.every((type) => type === "vector");
  if (bool && !COMPARISONS.includes(op)) {
    throw parseError(query, opPos, "bool modifier can only be used on comparison operators");
  }
  if (COMPARISONS.includes(op) && !bool && types.every((type) => type === "scalar")) {
    throw parseError(query, opPos, "comparisons between scalars must use BOOL modifier");
  }
  const clash = matching?.on && matching.group?.include.find((label) => matching.labels.includes(label));
  if (clash) {
    const message = `label ${JSON.stringify(clash)} must not occur in ON and GROUP clause at once`;
    throw parseError(query, opPos, message);
  }
  if (types.some((type) => type !== "scalar" && type !== "vector")) {
    throw parseError(query, pos, "binary expression must contain only scalar and instant vector types");
  }
  if (isSet && !bothVectors) {
    throw parseError(
      query,
      pos,
      `set operator ${JSON.stringify(op)} not allowed in binary scalar expression`,
    );
  }
  if (matching?.labels.length && !bothVectors) {
    throw parseError(query, pos, "vector matching only allowed between instant vectors");
  }
  if (isSet && matching?.group) {
    throw parseError(query, pos, `no grouping allowed for ${JSON.stringify(op)} operation`);
  }
}
