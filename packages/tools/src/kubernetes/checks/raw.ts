/**
 * Reading JSON whose shape nobody promises: objects dumped half-way, of unknown kinds, edited by hand. Each
 * function follows a path of keys and answers "nothing" for what is not there or is something else.
 */
type Path = readonly (string | number)[];

export function dig(value: unknown, ...path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = Object.hasOwn(here, key) ? (here as Record<string | number, unknown>)[key] : undefined;
  }
  return here;
}

/** Text, or "" for anything else. */
export function text(value: unknown, ...path: Path): string {
  const found = dig(value, ...path);
  return typeof found === "string" ? found : "";
}

export function count(value: unknown, ...path: Path): number | undefined {
  const found = dig(value, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

export function list(value: unknown, ...path: Path): readonly unknown[] {
  const found = dig(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The entries of a string map such as labels; values that are no text are left out. */
export function strings(value: unknown, ...path: Path): ReadonlyMap<string, string> {
  const found = dig(value, ...path);
  const entries = typeof found === "object" && found !== null ? Object.entries(found) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Milliseconds since the epoch; undefined for what is no time. */
export function time(value: unknown, ...path: Path): number | undefined {
  const at = Date.parse(text(value, ...path));
  return Number.isNaN(at) ? undefined : at;
}

/** Text as it stands in the object: a number or `"50%"` are both fine for an int-or-string field. */
export function scalar(value: unknown, ...path: Path): string {
  const found = dig(value, ...path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}
