const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const MAX_TEXT = 16_000;

/**
 * The text with what its JSON or logfmt holds in quotes laid out line by line: a stack trace that is one value of a
 * record reads like one that was printed. The text itself where nothing in quotes has several lines.
 */
export function withEmbedded(text: string): string {
  if (!text.includes("\\n")) return text;
  const inside = (text.slice(0, MAX_TEXT).match(QUOTED) ?? [])
    .filter((quoted) => quoted.includes("\\n"))
    .map(unquoted);
  return inside.length === 0 ? text : inside.join("\n");
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted
      .slice(1, -1)
      .replace(/\\r?\\n|\\n/g, "\n")
      .replaceAll("\\t", "\t")
      .replaceAll('\\"', '"');
  }
}
