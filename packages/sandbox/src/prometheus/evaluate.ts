import { aggregate } from "./aggregations.ts";
import type { Call, Expr } from "./ast.ts";
import { applyBinary } from "./binary.ts";
import type { EvalContext } from "./context.ts";
import { ELEMENT_FUNCTIONS } from "./elementwise.ts";
import { executionError } from "./promql-error.ts";
import { RANGE_FUNCTIONS } from "./range-functions.ts";
import { overWindows, type RangeVector, referenceTimes, selectInstant, selectRange } from "./selectors.ts";
import {
  type Column,
  dropEmpty,
  mapValues,
  mergeColumns,
  requireDistinct,
  type Value,
  withoutName,
} from "./values.ts";
import { absent, columns, scalars, VECTOR_FUNCTIONS } from "./vector-functions.ts";

/** Prometheus's default for `[5m:]`: its global evaluation interval. */
const DEFAULT_SUBQUERY_STEP_MS = 60_000;

/** Evaluates an expression at every step of the context at once. Throws `PromqlError` (`execution`). */
export function evaluate(expr: Expr, context: EvalContext): Value {
  switch (expr.kind) {
    case "number":
      return { type: "scalar", values: context.times.map(() => expr.value) };
    case "string":
      return { type: "string", value: expr.value };
    case "selector":
      return vector(selectInstant(expr, context));
    case "unary":
      return expr.op === "-" ? negate(evaluate(expr.expr, context)) : evaluate(expr.expr, context);
    case "binary":
      return applyBinary(expr, evaluate(expr.lhs, context), evaluate(expr.rhs, context));
    case "aggregate": {
      const [parameter, value] = expr.args.map((arg) => evaluate(arg, context));
      const grouping = { without: expr.without, labels: expr.grouping };
      const [from, by] = value ? [value, parameter] : [parameter, undefined];
      return vector(aggregate(expr.op, grouping, columns(from), by, context.times.length));
    }
    case "call":
      return call(expr, context);
    default:
      throw executionError("a range vector can only be the argument of a function");
  }
}

/** The samples a range selector or a subquery sees at each step. */
export function evaluateMatrix(expr: Expr, context: EvalContext): RangeVector | undefined {
  if (expr.kind === "matrix") return selectRange(expr, context);
  if (expr.kind !== "subquery") return undefined;
  const ends = referenceTimes(expr.shift, context);
  const stepMs = expr.stepMs ?? DEFAULT_SUBQUERY_STEP_MS;
  const first = Math.ceil(((ends[0] ?? 0) - expr.rangeMs) / stepMs) * stepMs;
  const count = Math.max(0, Math.floor(((ends.at(-1) ?? 0) - first) / stepMs) + 1);
  context.reader.take(count);
  const times = Array.from({ length: count }, (_, i) => first + i * stepMs);
  const series = columns(evaluate(expr.expr, { ...context, times })).map(({ labels, values }) => {
    const present = times.filter((_, i) => values[i] !== undefined);
    return { labels, samples: { times: present, values: values.filter((value) => value !== undefined) } };
  });
  return { series, rangeMs: expr.rangeMs, ends };
}

function call({ name, args }: Call, context: EvalContext): Value {
  const [first] = args;
  const range = args.map((arg) => evaluateMatrix(arg, context)).find((matrix) => matrix !== undefined);
  if (range) return vector(rangeCall(name, args, range, context));
  if (name === "timestamp" && first?.kind === "selector") {
    return vector(mergeColumns(selectInstant(first, context, "time").map(nameless)));
  }
  const values = args.map((arg) => evaluate(arg, context));
  if (name === "absent") {
    const matchers = first?.kind === "selector" ? first.matchers : [];
    return vector(dropEmpty([absent(matchers, columns(values[0]), context.times)]));
  }
  const special = VECTOR_FUNCTIONS.get(name);
  if (special) {
    const result = special(values, context.times);
    return name === "timestamp" ? vector(mergeColumns(columns(result).map(nameless))) : result;
  }
  return vector(elementCall(name, values, context));
}

function rangeCall(name: string, args: readonly Expr[], range: RangeVector, context: EvalContext): Column[] {
  if (name === "absent_over_time") {
    const [arg] = args;
    const matchers = arg?.kind === "matrix" ? arg.selector.matchers : [];
    return dropEmpty([
      absent(
        matchers,
        overWindows(range, context, () => 1),
        context.times,
      ),
    ]);
  }
  const reduce = RANGE_FUNCTIONS.get(name);
  if (!reduce) throw executionError(`function ${name} is not supported by this server`);
  const scalarArg = args.find((arg) => arg.kind !== "matrix" && arg.kind !== "subquery");
  const parameters = scalarArg ? scalars(evaluate(scalarArg, context)) : [];
  const results = overWindows(range, context, (window, step) =>
    reduce(window, parameters[step] ?? Number.NaN),
  );
  // last_over_time answers a sample of the series itself, so it alone keeps the name.
  return requireDistinct(dropEmpty(name === "last_over_time" ? results : results.map(nameless)));
}

function elementCall(name: string, [value, ...rest]: readonly Value[], context: EvalContext): Column[] {
  const change = ELEMENT_FUNCTIONS.get(name);
  if (!change) throw executionError(`function ${name} is not supported by this server`);
  const parameters = rest.map(scalars);
  const now: Column = { labels: {}, values: context.times.map((ms) => ms / 1000) };
  return mergeColumns(
    (value ? columns(value) : [now]).map(({ labels, values }) => ({
      labels: withoutName(labels),
      values: mapValues(values, (one, step) =>
        change(one, ...parameters.map((list) => list[step] ?? Number.NaN)),
      ),
    })),
  );
}

function negate(value: Value): Value {
  if (value.type === "scalar") return { type: "scalar", values: value.values.map((one) => -one) };
  const negated = columns(value).map((column) => ({
    labels: withoutName(column.labels),
    values: mapValues(column.values, (one) => -one),
  }));
  return vector(requireDistinct(negated));
}

function nameless({ labels, values }: Column): Column {
  return { labels: withoutName(labels), values };
}

function vector(result: Column[]): Value {
  return { type: "vector", columns: result };
}
