import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { Aggregate, Binary, Expr, Matching, TimeShift } from "./ast.ts";
import { checkTypes } from "./check-types.ts";
import { compileMatcher } from "./matchers.ts";
import { childrenOf, NodeReader } from "./node-reader.ts";
import { joinOperands } from "./precedence.ts";
import { parseError } from "./promql-error.ts";
import type { Matcher } from "./series.ts";
import { describeSyntaxError } from "./syntax-error.ts";

/**
 * Parses and type-checks a query as Prometheus 2.42 would; what only later versions understand is refused.
 * Throws `PromqlError` (`bad_data`) with line and column.
 */
export function parsePromql(query: string): Expr {
  const tree = parser.parse(query);
  const failure = describeSyntaxError(query, tree);
  if (failure) throw failure;
  const builder = new AstBuilder(query);
  const expr = builder.expr(childrenOf(tree.topNode)[0]);
  checkTypes(query, expr);
  return expr;
}

/** One method per kind of syntax node that needs more than a line. */
class AstBuilder {
  readonly #read: NodeReader;
  /** What stood in parentheses: nothing after it reaches inside. */
  readonly #closed = new WeakSet<Expr>();

  constructor(query: string) {
    this.#read = new NodeReader(query);
  }

  expr(node: SyntaxNode | undefined): Expr {
    if (!node) throw parseError(this.#read.query, 0, "no expression found in input");
    const children = childrenOf(node);
    const [first, second] = children;
    switch (node.name) {
      case "NumberDurationLiteral":
        return { kind: "number", pos: node.from, value: this.#read.number(node) };
      case "StringLiteral":
        return { kind: "string", pos: node.from, value: this.#read.string(node) };
      case "ParenExpr":
        return this.closed(this.expr(first));
      case "UnaryExpr":
        return {
          kind: "unary",
          pos: node.from,
          op: this.#read.text(first) === "-" ? "-" : "+",
          expr: this.expr(second),
        };
      case "VectorSelector":
        return { kind: "selector", pos: node.from, matchers: this.matchers(node), shift: { offsetMs: 0 } };
      case "MatrixSelector":
        return this.onLastOperand(this.expr(first), (operand) => this.matrix(operand, first, second));
      case "SubqueryExpr":
        return this.onLastOperand(this.expr(first), (operand) => this.subquery(operand, children));
      case "OffsetExpr": {
        const change = { offsetMs: this.offset(node.getChild("OffsetDurationExpr")) };
        return this.onLastOperand(this.expr(first), (operand) => this.shifted(operand, change));
      }
      case "StepInvariantExpr": {
        const change = { at: this.at(children.at(-1)) };
        return this.onLastOperand(this.expr(first), (operand) => this.shifted(operand, change));
      }
      case "AggregateExpr":
        return this.aggregate(node);
      case "FunctionCall": {
        const name = this.#read.text(node.getChild("FunctionIdentifier"));
        return { kind: "call", pos: node.from, name, args: this.args(node) };
      }
      case "BinaryExpr":
        return this.binary(node, children);
      default:
        throw this.#read.unexpected(node);
    }
  }

  private closed(expr: Expr): Expr {
    this.#closed.add(expr);
    return expr;
  }

  /** Ranges, offsets and `@` belong to the operand before them; the grammar gives them the whole operation. */
  private onLastOperand(expr: Expr, change: (operand: Expr) => Expr): Expr {
    if (this.#closed.has(expr)) return change(expr);
    if (expr.kind === "unary") return { ...expr, expr: this.onLastOperand(expr.expr, change) };
    if (expr.kind === "binary") return { ...expr, rhs: this.onLastOperand(expr.rhs, change) };
    return change(expr);
  }

  private matrix(operand: Expr, inner: SyntaxNode | undefined, range: SyntaxNode | undefined): Expr {
    const bracket = this.#read.query.indexOf("[", inner?.to);
    if (operand.kind !== "selector" || this.#closed.has(operand)) {
      throw parseError(this.#read.query, bracket, "ranges only allowed for vector selectors");
    }
    if (hasAt(operand.shift) || hasOffset(operand.shift)) {
      const modifier = hasAt(operand.shift) ? "@" : "offset";
      throw parseError(this.#read.query, bracket, `no ${modifier} modifiers allowed before range`);
    }
    return { kind: "matrix", pos: operand.pos, selector: operand, rangeMs: this.#read.duration(range) };
  }

  private subquery(operand: Expr, [, range, step]: SyntaxNode[]): Expr {
    return {
      kind: "subquery",
      pos: operand.pos,
      expr: operand,
      rangeMs: this.#read.duration(range),
      ...(step && { stepMs: this.#read.duration(step) }),
      shift: { offsetMs: 0 },
    };
  }

  private shifted(expr: Expr, change: Partial<TimeShift>): Expr {
    const [modifier, used] = "at" in change ? ["@ <timestamp>", hasAt] : ["offset", hasOffset];
    const shiftable = expr.kind === "selector" || expr.kind === "matrix" || expr.kind === "subquery";
    if (!shiftable || this.#closed.has(expr)) {
      const what =
        modifier +
        " modifier must be preceded by an instant vector selector or range vector selector or a subquery";
      throw parseError(this.#read.query, expr.pos, what);
    }
    const shift = expr.kind === "matrix" ? expr.selector.shift : expr.shift;
    if (used(shift))
      throw parseError(this.#read.query, expr.pos, `${modifier} may not be set multiple times`);
    const changed = { ...shift, ...change };
    return expr.kind === "matrix"
      ? { ...expr, selector: { ...expr.selector, shift: changed } }
      : { ...expr, shift: changed };
  }

  private offset(node: SyntaxNode | null): number {
    if (!node) return 0;
    const [first, second] = childrenOf(node);
    if (first?.name !== "UnaryOp") return this.#read.duration(first);
    if (this.#read.text(first) === "-") return -this.#read.duration(second && childrenOf(second)[0]);
    throw this.#read.error(first, "unexpected <op:+> in offset, expected duration");
  }

  private at(node: SyntaxNode | undefined): number | "start" | "end" {
    if (node?.name === "AtModifierPreprocessors") return node.getChild("AtStart") ? "start" : "end";
    const seconds = this.#read.number(node);
    if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
    throw parseError(this.#read.query, node?.from ?? 0, "timestamp out of bounds for @ modifier");
  }

  private aggregate(node: SyntaxNode): Aggregate {
    const modifier = node.getChild("AggregateModifier");
    const grouping = modifier?.getChild("GroupingLabels");
    return {
      kind: "aggregate",
      pos: node.from,
      op: this.#read.text(node.getChild("AggregateOp")).toLowerCase(),
      without: Boolean(modifier?.getChild("Without")),
      grouping: grouping ? this.#read.labelNames(grouping) : [],
      args: this.args(node),
    };
  }

  private binary(node: SyntaxNode, children: SyntaxNode[]): Expr {
    const [lhs, op] = children;
    const clause = node.getChild("MatchingModifierClause");
    const fill = node.getChild("FillModifier");
    if (fill) throw this.#read.unexpected(fill);
    const matching = clause ? this.matching(clause) : undefined;
    const operation: Omit<Binary, "lhs" | "rhs"> = {
      kind: "binary",
      pos: node.from,
      opPos: op?.from ?? node.from,
      op: this.#read.text(op).toLowerCase(),
      bool: Boolean(node.getChild("BoolModifier")),
      ...(matching && { matching }),
    };
    const isClosed = (expr: Expr) => this.#closed.has(expr);
    return joinOperands(this.expr(lhs), operation, this.expr(children.at(-1)), isClosed);
  }

  private matching(clause: SyntaxNode): Matching {
    const side = clause.getChild("GroupLeft") ? "left" : clause.getChild("GroupRight") ? "right" : undefined;
    const [labels, include] = clause.getChildren("GroupingLabels").map((list) => this.#read.labelNames(list));
    return {
      on: Boolean(clause.getChild("On")),
      labels: labels ?? [],
      ...(side && { group: { side, include: include ?? [] } }),
    };
  }

  private matchers(node: SyntaxNode): Matcher[] {
    const name = node.getChild("Identifier");
    const list = node.getChild("LabelMatchers");
    const matchers = (list ? childrenOf(list) : []).map((item) => {
      if (item.name !== "UnquotedLabelMatcher") throw this.#read.unexpected(item);
      const [label, op, value] = childrenOf(item);
      const compiled = compileMatcher(this.#read.text(label), this.#read.text(op), this.#read.string(value));
      if (typeof compiled === "string") throw parseError(this.#read.query, item.from, compiled);
      return compiled;
    });
    if (!name) return matchers;
    const twice = matchers.find((m) => m.label === "__name__" && m.op === "=");
    if (twice) {
      const names = `${JSON.stringify(this.#read.text(name))} or ${JSON.stringify(twice.value)}`;
      throw parseError(this.#read.query, node.from, `metric name must not be set twice: ${names}`);
    }
    return [compileMatcher("__name__", "=", this.#read.text(name)), ...matchers].filter(
      (m) => typeof m !== "string",
    );
  }

  private args(node: SyntaxNode): Expr[] {
    const body = node.getChild("FunctionCallBody");
    return body ? childrenOf(body).map((arg) => this.expr(arg)) : [];
  }
}

const hasAt = (shift: TimeShift) => shift.at !== undefined;
const hasOffset = (shift: TimeShift) => shift.offsetMs !== 0;
