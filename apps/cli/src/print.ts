import { showInvisible } from "@oncall/core";

/** Prints what others may have written: whatever a terminal would obey is shown instead, as JSON would write it. */
export function print(text: string): void {
  console.log(showInvisible(text));
}

export function printError(text: string): void {
  console.error(showInvisible(text));
}

/** The same value with nothing in its texts that a terminal would obey: for what is styled before it is printed. */
export function inert<T>(value: T): T {
  return mapped(value) as T;
}

function mapped(value: unknown): unknown {
  if (typeof value === "string") return showInvisible(value);
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [showInvisible(key), mapped(item)]));
}
