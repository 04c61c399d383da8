import type { LogDocument } from "../world/log-lines.ts";

/**
 * A document's field by its dotted name. Strings are mapped dynamically: `level.keyword` is the same value
 * as `level`, as in an index nobody wrote a template for.
 */
export function fieldOf(document: LogDocument, name: string): unknown {
  const path = name.replace(/\.keyword$/, "").split(".");
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    document,
  );
}

/** The terms that the standard analyzer makes of a text: words and numbers, in lower case. */
export function termsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+(?:[.'][\p{L}\p{N}_]+)*/gu) ?? [];
}
