/** `Key:  value` of a description, with the lines that are indented below it. */
export interface Section {
  readonly key: string;
  readonly value: string;
  /** Their common indentation taken off. */
  readonly body: readonly string[];
}

/** A description's keys at its outermost indentation, in order. */
export function sectionsOf(lines: readonly string[]): Section[] {
  const indents = lines.filter((line) => line.trim() !== "").map(indentOf);
  const outer = indents.length === 0 ? 0 : Math.min(...indents);
  const sections: { key: string; value: string; body: string[] }[] = [];
  for (const line of lines) {
    const [, key, value = ""] =
      indentOf(line) === outer ? (/^\s*([^\s:][^:]*):(?:\s+(.*))?$/.exec(line) ?? []) : [];
    if (key !== undefined) sections.push({ key, value: value.trim(), body: [] });
    else sections.at(-1)?.body.push(line);
  }
  return sections.map(({ key, value, body }) => ({ key, value, body: dedented(body) }));
}

/** A section's value; "" where kubectl writes that there is none. */
export function field(sections: readonly Section[], key: string): string {
  const value = sections.find((section) => section.key === key)?.value ?? "";
  return /^<(none|unset|unknown|nil)>$/.test(value) ? "" : value;
}

export function bodyOf(sections: readonly Section[], key: string): readonly string[] {
  return sections.find((section) => section.key === key)?.body ?? [];
}

/** `a=b` and those below it, or `cpu: 1` of a body. */
export function pairsOf(sections: readonly Section[], key: string): Record<string, string> {
  const section = sections.find((one) => one.key === key);
  if (section === undefined) return {};
  const entries = [section.value, ...section.body]
    .map((line) => /^([^\s=:]+)(?:=|:\s+)(.*)$/.exec(line.trim()))
    .filter((found) => found !== null);
  return Object.fromEntries(entries.map(([, name = "", value = ""]) => [name, value]));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function dedented(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== "").map(indentOf);
  const common = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(common));
}
