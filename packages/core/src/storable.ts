/** What JSON can hold, as libraries that write it want it typed. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * A value as Postgres can store it in a jsonb column. Postgres refuses NUL and unpaired surrogates, which
 * texts from outside may hold: they become U+FFFD. Everything else stays, as JSON.stringify sees it.
 */
export function storable(value: unknown): JsonValue {
  const text = JSON.stringify(value ?? null);
  // JSON.stringify escapes exactly these; an even number of backslashes before means the escape is real.
  return JSON.parse(text.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, "$1\ufffd"));
}
