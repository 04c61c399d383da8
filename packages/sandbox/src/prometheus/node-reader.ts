import type { SyntaxNode } from "@lezer/common";
import { parseDurationMs } from "./duration.ts";
import { parseNumber, unquote } from "./literals.ts";
import { type PromqlError, parseError } from "./promql-error.ts";

/** Reads the text and the literals of syntax nodes, which themselves know only their offsets in the query. */
export class NodeReader {
  readonly query: string;

  constructor(query: string) {
    this.query = query;
  }

  text(node: SyntaxNode | null | undefined): string {
    return node ? this.query.slice(node.from, node.to) : "";
  }

  /** Milliseconds of a duration literal, which is never zero. */
  duration(node: SyntaxNode | undefined): number {
    const text = this.text(node);
    const ms = parseDurationMs(text);
    if (ms !== undefined && ms > 0) return ms;
    if (ms === 0) throw this.error(node, "duration must be greater than 0");
    const unitless = /^[0-9.]+$/.test(text);
    throw this.error(
      node,
      unitless ? "missing unit character in duration" : `bad duration syntax: "${text}"`,
    );
  }

  number(node: SyntaxNode | undefined): number {
    const text = this.text(node);
    const value = parseNumber(text);
    if (value !== undefined) return value;
    const isDuration = parseDurationMs(text) !== undefined;
    throw this.error(
      node,
      isDuration ? `unexpected duration "${text}"` : `bad number or duration syntax: "${text}"`,
    );
  }

  string(node: SyntaxNode | undefined): string {
    const value = node?.name === "StringLiteral" ? unquote(this.text(node)) : undefined;
    if (value === undefined) throw this.error(node, "unterminated quoted string");
    return value;
  }

  labelNames(list: SyntaxNode): string[] {
    return childrenOf(list).map((label) => {
      if (label.name !== "LabelName") throw this.unexpected(label);
      return this.text(label);
    });
  }

  /** For what the grammar accepts and Prometheus 2.42 does not. */
  unexpected(node: SyntaxNode): PromqlError {
    return this.error(node, `unexpected ${JSON.stringify(this.text(node))}`);
  }

  error(node: SyntaxNode | undefined, message: string): PromqlError {
    return parseError(this.query, node?.from ?? 0, message);
  }
}

/** The children that mean something: all but comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== "LineComment") children.push(child);
  }
  return children;
}
