import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** A CSV file read by column. */
export interface Table {
  readonly columns: readonly string[];
  readonly length: number;
  /** Numbers; an empty cell, a word or a missing column is NaN. */
  numbers(column: string): Float64Array;
  text(column: string): readonly string[];
}

/** The text of a file, gunzipped when its name ends so. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** A CSV file without quoted line breaks. A file that is not there is a table without rows. */
export function readTable(path: string): Table {
  const lines = existsSync(path)
    ? readText(path)
        .split("\n")
        .filter((line) => line.trim() !== "")
    : [];
  const rows = lines.map(cells);
  const columns = rows.shift() ?? [];
  const text = (column: string): string[] => {
    const at = columns.indexOf(column);
    return rows.map((row) => row[at] ?? "");
  };
  return {
    columns,
    length: rows.length,
    text,
    numbers: (column) =>
      Float64Array.from(text(column), (cell) => (cell.trim() === "" ? Number.NaN : Number(cell))),
  };
}

function cells(line: string): string[] {
  return [...line.trimEnd().matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, cell = ""]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
    .slice(0, line.trimEnd().endsWith(",") ? undefined : -1);
}
