import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Point } from "@oncall/tools";
import { MAX_POINTS, type SeriesFile, timeOf } from "./series-file.ts";

/** How a file's rows are laid out. */
interface Layout {
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly time: number;
  /** Columns of numbers. */
  readonly values: readonly number[];
  /** Columns of words: each combination of them is a series of its own. */
  readonly keys: readonly number[];
}

const timeName = /^@?_?(?:time|timestamp|time_?stamp|date|datetime|ts|at|epoch)(?:_?(?:s|ms|utc))?$/i;
const MAX_SERIES = 10_000;

/**
 * A CSV or TSV file, gunzipped when its name ends so, line by line: a column of times and one or more of numbers.
 * Columns of words tell the series of a long table apart. Without a header the first column is the time.
 */
export async function readCsv(path: string): Promise<SeriesFile> {
  const raw = createReadStream(path);
  const lines = createInterface({ input: path.endsWith(".gz") ? raw.pipe(createGunzip()) : raw });
  const series = new Map<string, Point[]>();
  const counts = { points: 0, badTimes: 0, badValues: 0, otherSeries: 0 };
  let head: string[] | null = null;
  let layout: Layout | null = null;
  const take = (cells: readonly string[], { names, time, values, keys }: Layout): void => {
    const at = timeOf(cells[time] ?? "");
    if (Number.isNaN(at)) {
      counts.badTimes++;
      return;
    }
    const key = keys.map((column) => (cells[column] ?? "").trim()).filter((word) => word !== "");
    for (const column of values) {
      const cell = (cells[column] ?? "").trim();
      const value = cell === "" ? Number.NaN : Number(cell);
      if (!Number.isFinite(value)) counts.badValues++;
      const name = [...key, ...(values.length > 1 ? [names[column] ?? ""] : [])].join(" ");
      const points = series.get(name);
      if (points !== undefined) points.push([at, value]);
      else if (series.size < MAX_SERIES) series.set(name, [[at, value]]);
      else counts.otherSeries++;
      counts.points++;
    }
  };
  for await (const line of lines) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (layout === null) {
      const delimiter = delimiterOf(line);
      const cells = cellsOf(line.replace(/^\uFEFF/, ""), delimiter);
      if (head === null && !cells.some((cell) => !Number.isNaN(timeOf(cell)))) {
        head = cells;
        continue;
      }
      layout = layoutOf(head, cells, delimiter);
      if (layout === null) break;
    }
    take(cellsOf(line, layout.delimiter), layout);
    if (counts.points >= MAX_POINTS) break;
  }
  lines.close();
  raw.destroy();
  return { series, notes: notesOf(layout, head, counts) };
}

function layoutOf(
  head: readonly string[] | null,
  first: readonly string[],
  delimiter: string,
): Layout | null {
  const names = first.map((_, column) => head?.[column]?.trim() || `column ${column + 1}`);
  const isTime = first.map((cell) => !Number.isNaN(timeOf(cell)));
  const named = names.findIndex((name, column) => timeName.test(name) && isTime[column] === true);
  const time = named >= 0 ? named : isTime.indexOf(true);
  if (time < 0) return null;
  const columns = first.map((_, column) => column).filter((column) => column !== time);
  const isWord = (column: number): boolean => {
    const cell = (first[column] ?? "").trim();
    return (
      cell !== "" &&
      !/^(?:nan|null|none|na|n\/a|-|[+-]?inf(?:inity)?)$/i.test(cell) &&
      Number.isNaN(Number(cell))
    );
  };
  return {
    delimiter,
    names,
    time,
    values: columns.filter((column) => !isWord(column)),
    keys: columns.filter(isWord),
  };
}

function delimiterOf(line: string): string {
  const counts = [",", "\t", ";"].map((delimiter) => [delimiter, line.split(delimiter).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) {
      cells.push(cell);
      cell = "";
    } else cell += sign;
  }
  return [...cells, cell];
}

function notesOf(
  layout: Layout | null,
  head: readonly string[] | null,
  counts: { points: number; badTimes: number; badValues: number; otherSeries: number },
): string[] {
  if (layout === null) {
    return head === null
      ? ["is empty"]
      : [
          "has no column of times: ISO 8601 such as 2026-11-20T10:15:00Z, or seconds or milliseconds since 1970",
        ];
  }
  if (layout.values.length === 0) return ["has no column of numbers"];
  return [
    ...(counts.points >= MAX_POINTS
      ? [`is long: only its first ${MAX_POINTS.toLocaleString("en-US")} points were read`]
      : []),
    ...(counts.badTimes > 0 ? [`${counts.badTimes} rows have no time that can be read`] : []),
    ...(counts.badValues > 0 ? [`${counts.badValues} values are no numbers and count as gaps`] : []),
    ...(counts.otherSeries > 0 ? [`only its first ${MAX_SERIES} series were read`] : []),
  ];
}
