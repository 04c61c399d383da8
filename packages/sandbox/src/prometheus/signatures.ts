import type { ValueType } from "./ast.ts";

export interface Signature {
  args: readonly ValueType[];
  /** How many of `args`, from the end, may be left out; `many` lets the last one repeat any number of times. */
  optional: number | "many";
  returns: ValueType;
}

const sig = (
  args: ValueType[],
  optional: Signature["optional"] = 0,
  returns: ValueType = "vector",
): Signature => ({
  args,
  optional,
  returns,
});

const each = (names: string, signature: Signature): [string, Signature][] =>
  names.split(" ").map((name) => [name, signature]);

/** The functions this server knows and what each takes, from the function list of Prometheus 2.42. */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...each("rate increase irate delta idelta deriv resets changes absent_over_time", sig(["matrix"])),
  ...each("avg_over_time min_over_time max_over_time sum_over_time count_over_time", sig(["matrix"])),
  ...each("last_over_time stddev_over_time stdvar_over_time present_over_time", sig(["matrix"])),
  ...each("quantile_over_time", sig(["scalar", "matrix"])),
  ...each("predict_linear", sig(["matrix", "scalar"])),
  ...each("abs ceil floor exp sqrt ln log2 log10 sgn deg rad", sig(["vector"])),
  ...each("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh", sig(["vector"])),
  ...each("sort sort_desc absent timestamp", sig(["vector"])),
  ...each("clamp", sig(["vector", "scalar", "scalar"])),
  ...each("clamp_min clamp_max", sig(["vector", "scalar"])),
  ...each("round", sig(["vector", "scalar"], 1)),
  ...each("minute hour day_of_week day_of_month day_of_year days_in_month month year", sig(["vector"], 1)),
  ...each("histogram_quantile", sig(["scalar", "vector"])),
  ...each("label_replace", sig(["vector", "string", "string", "string", "string"])),
  ...each("label_join", sig(["vector", "string", "string", "string"], "many")),
  ...each("vector", sig(["scalar"])),
  ...each("scalar", sig(["vector"], 0, "scalar")),
  ...each("time pi", sig([], 0, "scalar")),
]);
