/**
 * A JSON value in one line of YAML's flow style: names and plain words need no quotes, which is a third of what JSON
 * spends. Whatever YAML could read otherwise is a JSON string, in which "<" is written as \u003c, so that no text
 * can close the marks around it.
 */
export function notation(value: unknown): string {
  if (typeof value === "string") return isPlain(value) ? value : quoted(value);
  if (Array.isArray(value)) return `[${value.map(notation).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${notation(key)}: ${notation(item)}`).join(",")}}`;
}

/** What YAML's flow style takes for a plain word: by how it begins, by what it holds, and by what it would be read as. */
const BEGINNING = /^[A-Za-z0-9_/.($]/;
// Control and format characters, and separators of lines, are kept from standing bare.
const BREAKS = /[,[\]{}<\p{C}\p{Zl}\p{Zp}]|:(?:\s|$)|\s#|\s$/u;
const CONSTANT = /^(?:true|false|null|\.(?:inf|nan)|\.+)$/i;
/** A number has no blank in it; what begins like one and has none is quoted, but for times. */
const NUMERIC = /^\.?\d\S*$/;
const TIME = /^(?:\d{4}-\d\d-\d\dT)?\d\d:\d\d:\d\d$/;

function isPlain(text: string): boolean {
  if (TIME.test(text)) return true;
  return BEGINNING.test(text) && !BREAKS.test(text) && !CONSTANT.test(text) && !NUMERIC.test(text);
}

/** The placeholders that log patterns are made of mark nothing, and stand in almost every one. */
const MARK = /<(?!(?:n|ip|hex|pod|query|time|token|uuid|email)>)/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(MARK, "\\u003c");
}
