/** A row of a table, by the heads of its columns. */
export type Row = ReadonlyMap<string, string>;

/** A table as kubectl aligns it: a cell reaches from its head's first letter to the next head's. */
export function rowsOf(lines: readonly string[]): Row[] {
  const [head = "", ...rest] = lines;
  const columns = [...head.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], from: match.index }));
  return rest
    .filter((line) => line.trim() !== "" && !/^[\s-]+$/.test(line))
    .map(
      (line) =>
        new Map(
          columns.map(({ name, from }, i) => [name, line.slice(from, columns[i + 1]?.from).trim()] as const),
        ),
    );
}

/** A cell; "" where it is empty or kubectl writes that there is none. */
export function cell(row: Row, name: string): string {
  const value = row.get(name) ?? "";
  return /^<(none|unset|unknown|nil)>$/.test(value) ? "" : value;
}
