/** A JSON object of unknown shape. */
export type Body = Readonly<Record<string, unknown>>;

/** The object that a value is, else an empty one. */
export function object(value: unknown): Body {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

export function objects(value: unknown): Body[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** A text or number as trimmed text; undefined for anything else, for nothing, and for a placeholder left unfilled. */
export function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  const words = typeof value === "string" ? value.trim() : "";
  return words === "" || /^\$[A-Z0-9_]+$/.test(words) ? undefined : words;
}

/** The first of several fields that holds a text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  return values.map(text).find((words) => words !== undefined);
}

/** A time as ISO 8601: from ISO, RFC 1123 or Go's text, or from seconds or milliseconds since 1970. */
export function instant(value: unknown): string | undefined {
  const words = text(value);
  if (words === undefined) return undefined;
  const at = /^\d+(?:\.\d+)?$/.test(words) ? epoch(Number(words)) : Date.parse(asIso(words));
  // Go's zero time and 1970 stand for "not known".
  return at > Date.UTC(2000, 0) && at < Date.UTC(2200, 0) ? new Date(at).toISOString() : undefined;
}

function epoch(count: number): number {
  return count < 1e11 ? count * 1_000 : count;
}

/** Without a zone a time is taken as UTC. */
function asIso(words: string): string {
  const match =
    /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?)\s?(?:(Z|UTC|GMT)|([+-]\d\d)[:.]?(\d\d))?/.exec(
      words,
    );
  if (!match) return words;
  const [, year, month, day, time, , hours, minutes] = match;
  return `${year}-${month}-${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`;
}
