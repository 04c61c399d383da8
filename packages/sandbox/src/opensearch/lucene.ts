import type { LogDocument } from "../world/log-lines.ts";
import { fieldOf, termsOf } from "./mapping.ts";
import type { Test } from "./query.ts";
import { QueryError } from "./query-error.ts";
import { wildcard } from "./wildcard.ts";

/**
 * The simple half of Lucene's query syntax: words, "phrases", field:value, wildcards, AND, OR, NOT, + and -.
 * Parentheses and ranges are refused.
 */
export function luceneQuery(text: string, defaultField: string, defaultOperator: unknown): Test {
  const tokens: string[] = text.match(/(?:[+-]?[\w@.]+:)?[+-]?"[^"]*"|\S+/g) ?? [];
  if (tokens.some((token) => !token.includes('"') && /[()[\]{}]/.test(token))) {
    throw new QueryError("query_shard_exception", `Failed to parse query [${text}]`);
  }
  const joinWithAnd = String(defaultOperator ?? "or").toLowerCase() === "and" || tokens.includes("AND");
  const tests: Test[] = [];
  const required: Test[] = [];
  let negate = false;
  for (const token of tokens) {
    if (token === "AND" || token === "OR" || token === "&&" || token === "||") continue;
    if (token === "NOT") {
      negate = true;
      continue;
    }
    const sign = /^[+-]/.exec(token)?.[0];
    const test = condition(sign ? token.slice(1) : token, defaultField);
    if (negate || sign === "-") required.push((document) => !test(document));
    else if (sign === "+") required.push(test);
    else tests.push(test);
    negate = false;
  }
  return (document) =>
    required.every((test) => test(document)) &&
    (tests.length === 0 ||
      (joinWithAnd ? tests.every((test) => test(document)) : tests.some((test) => test(document))));
}

function condition(token: string, defaultField: string): Test {
  const [, named, rest = token] = /^([\w@.]+):(.+)$/s.exec(token) ?? [];
  const field = named ?? (defaultField === "*" ? "message" : defaultField);
  if (rest === "*") return (document) => fieldOf(document, field) !== undefined;
  const value = (document: LogDocument): string => String(fieldOf(document, field) ?? "");
  if (rest.startsWith('"')) {
    const phrase = ` ${termsOf(rest).join(" ")} `;
    return (document) => ` ${termsOf(value(document)).join(" ")} `.includes(phrase);
  }
  if (/[*?]/.test(rest)) {
    const pattern = wildcard(rest, true);
    return (document) =>
      pattern.test(value(document)) || termsOf(value(document)).some((term) => pattern.test(term));
  }
  const wanted = termsOf(rest);
  return (document) => {
    const terms = new Set(termsOf(value(document)));
    return wanted.some((term) => terms.has(term));
  };
}
