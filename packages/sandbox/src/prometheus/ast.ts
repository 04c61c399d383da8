import type { Matcher } from "./series.ts";

export type ValueType = "scalar" | "vector" | "matrix" | "string";

/** Where in time a selector looks: a fixed instant (milliseconds, or the query's ends) and an offset back. */
export interface TimeShift {
  offsetMs: number;
  at?: number | "start" | "end";
}

export interface Selector {
  kind: "selector";
  pos: number;
  matchers: Matcher[];
  shift: TimeShift;
}

export interface Matching {
  /** True for `on`, false for `ignoring`. */
  on: boolean;
  labels: string[];
  group?: { side: "left" | "right"; include: string[] };
}

export type Binary = {
  kind: "binary";
  pos: number;
  opPos: number;
  op: string;
  bool: boolean;
  matching?: Matching;
  lhs: Expr;
  rhs: Expr;
};

export type Aggregate = {
  kind: "aggregate";
  pos: number;
  op: string;
  /** True for `without`; a plain aggregation is `by ()`. */
  without: boolean;
  grouping: string[];
  args: Expr[];
};

export type Call = { kind: "call"; pos: number; name: string; args: Expr[] };

/** `pos` is the offset of the expression's first character in the query. Parentheses leave no node. */
export type Expr =
  | { kind: "number"; pos: number; value: number }
  | { kind: "string"; pos: number; value: string }
  | Selector
  | { kind: "matrix"; pos: number; selector: Selector; rangeMs: number }
  | { kind: "subquery"; pos: number; expr: Expr; rangeMs: number; stepMs?: number; shift: TimeShift }
  | { kind: "unary"; pos: number; op: "+" | "-"; expr: Expr }
  | Call
  | Aggregate
  | Binary;
