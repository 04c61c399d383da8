import { AppError } from "@oncall/core";

/** One label's matcher: a plain string is equality; the others are `!=`, `=~` and `!~` (RE2, fully anchored). */
export type Matcher =
  | string
  | { readonly not: string }
  | { readonly matches: string }
  | { readonly notMatches: string };

/**
 * `name{label="value",…}`, with every value quoted; labels whose matcher is undefined are left out.
 * Throws invalid_input for a name that PromQL would not accept.
 */
export function selector(name: string, labels: Readonly<Record<string, Matcher | undefined>> = {}): string {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw badName("metric", name);
  const matchers = Object.entries(labels).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : [matcherText(label, matcher)],
  );
  return matchers.length === 0 ? name : `${name}{${matchers.join(",")}}`;
}

/** The value as a PromQL string. JSON's escapes are a subset of PromQL's, so no value can end the string. */
export function quoteLabel(value: string): string {
  return JSON.stringify(value);
}

/** A literal as part of a regular expression (RE2) inside `matches`. */
export function escapeRegex(literal: string): string {
  return literal.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

function matcherText(label: string, matcher: Matcher): string {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) throw badName("label", label);
  if (typeof matcher === "string") return `${label}=${quoteLabel(matcher)}`;
  if ("not" in matcher) return `${label}!=${quoteLabel(matcher.not)}`;
  if ("matches" in matcher) return `${label}=~${quoteLabel(matcher.matches)}`;
  return `${label}!~${quoteLabel(matcher.notMatches)}`;
}

function badName(what: string, name: string): AppError {
  return new AppError(
    "invalid_input",
    `${quoteLabel(name)} is not a Prometheus ${what} name: letters, digits and _ only.`,
  );
}
