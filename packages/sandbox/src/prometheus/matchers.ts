import { RE2JS } from "re2js";
import type { Matcher } from "./series.ts";

/** A matcher ready to run, or the reason why its regular expression is refused. */
export function compileMatcher(label: string, op: string, value: string): Matcher | string {
  switch (op) {
    case "=":
      return { label, op, value, matches: (text) => text === value };
    case "!=":
      return { label, op, value, matches: (text) => text !== value };
    case "=~":
    case "!~": {
      const pattern = compileAnchored(value);
      if (!pattern) return `error parsing regexp: \`^(?:${value})$\``;
      const wanted = op === "=~";
      return { label, op, value, matches: (text) => pattern.matches(text) === wanted };
    }
    default:
      return `unexpected "${op}" in label matching`;
  }
}

/** RE2 syntax, as Prometheus has it; always used to match the whole text. */
export function compileAnchored(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}
