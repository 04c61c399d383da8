import type { Tree } from "@lezer/common";
import { type PromqlError, parseError } from "./promql-error.ts";

const CLOSING: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
/** What is said of brackets open at the end, the most telling first. */
const UNCLOSED: readonly (readonly [bracket: string, message: string])[] = [
  ["{", "unexpected end of input inside braces"],
  ["(", "unclosed left parenthesis"],
  ["[", "unclosed left bracket"],
];

/** The first syntax error in Prometheus's words (for the usual mistakes), or `undefined` when there is none. */
export function describeSyntaxError(query: string, tree: Tree): PromqlError | undefined {
  const at = firstError(tree);
  const unbalanced = findUnbalanced(query);
  if (unbalanced && (at === undefined || unbalanced.offset <= at + 1 || at >= query.trimEnd().length)) {
    return parseError(query, unbalanced.offset, unbalanced.message);
  }
  if (at === undefined) return undefined;
  const unknown = /([a-zA-Z_]\w*)\s*$/.exec(query.slice(0, at));
  if (query[at] === "(" && unknown) {
    return parseError(query, unknown.index, `unknown function with name ${JSON.stringify(unknown[1])}`);
  }
  if (query.replace(/#.*/g, "").trim() === "") return parseError(query, 0, "no expression found in input");
  return parseError(query, Math.min(at, query.length), `unexpected ${describeToken(query.slice(at))}`);
}

function firstError(tree: Tree): number | undefined {
  let at: number | undefined;
  tree.iterate({
    enter(node) {
      if (node.type.isError) at ??= node.from;
      return at === undefined;
    },
  });
  return at;
}

/** What Prometheus's lexer refuses before any grammar: open quotes and brackets that do not pair up. */
function findUnbalanced(query: string): { offset: number; message: string } | undefined {
  const open: string[] = [];
  const tokens = query.matchAll(
    /#.*|`[^`]*`|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|["'`]|[()[\]{}]/g,
  );
  for (const { 0: token, index } of tokens) {
    if (/^["'`]$/.test(token)) return { offset: index, message: "unterminated quoted string" };
    if (token in CLOSING) open.push(token);
    else if (token === ")" && !open.includes("(")) {
      return { offset: index + 1, message: "unexpected right parenthesis ')'" };
    } else if (token === CLOSING[open.at(-1) ?? ""]) open.pop();
  }
  const unclosed = UNCLOSED.find(([bracket]) => open.includes(bracket));
  return unclosed && { offset: query.length, message: unclosed[1] };
}

function describeToken(rest: string): string {
  const text = rest.trimStart();
  if (text === "") return "end of input";
  const identifier = /^[a-zA-Z_:][\w:]*/.exec(text);
  if (identifier) return `identifier "${identifier[0]}"`;
  const number = /^[0-9.]+(?:[eE][+-]?[0-9]+)?/.exec(text);
  if (number) return `number "${number[0]}"`;
  return /^["'`]/.test(text) ? `string ${JSON.stringify(text)}` : `"${text[0]}"`;
}
