/** A row of a table, by the heads of its columns. */
export type Row = ReadonlyMap<string, string>;

/**
 * A table as kubectl aligns it: a cell reaches from its head's first letter to the next head's. A row that was moved since
 * (by hand, by a filter that shortens spaces) is cut at its gaps, where it has as many cells as the table columns.
 */
export function rowsOf(lines: readonly string[]): Row[] {
  const [head = "", ...rest] = lines;
  const columns = [...head.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], from: match.index }));
  return rest
    .filter((line) => line.trim() !== "" && !/^[\s-]+$/.test(line))
    .map((line) => {
      const isMoved = columns.some(({ from }) => from > 0 && /\S\S/.test(line.slice(from - 1, from + 1)));
      const cells = isMoved ? line.trim().split(/\s{2,}|\t+/) : [];
      const cut = columns.map(({ from }, i) => line.slice(from, columns[i + 1]?.from).trim());
      const own = cells.length === columns.length ? cells : cut;
      return new Map(columns.map(({ name }, i) => [name, own[i] ?? ""] as const));
    });
}

/** A cell; "" where it is empty or kubectl writes that there is none. */
export function cell(row: Row, name: string): string {
  const value = row.get(name) ?? "";
  return /^<(none|unset|unknown|nil)>$/.test(value) ? "" : value;
}
