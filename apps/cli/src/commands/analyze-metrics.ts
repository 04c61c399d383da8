import { readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { AppError } from "@oncall/core";
import {
  changesOf,
  FEWEST_POINTS,
  isCounter,
  type Point,
  ratesOf,
  type SeriesChange,
  SURE,
} from "@oncall/tools";
import { createProgress } from "../eval/progress.ts";
import { readCsv } from "../series/csv.ts";
import { readPrometheus } from "../series/prometheus.ts";

/** One change as it is printed (SPEC §16); size is the distance of the two levels, in the series' unit. */
interface Printed extends Pick<SeriesChange, "direction" | "before" | "after" | "confidence"> {
  readonly series: string;
  readonly at: string;
  readonly size: number;
}

const KNOWN = /\.(?:csv|tsv|json)(?:\.gz)?$/i;
const MAX_FILES = 10_000;
const MAX_LINES = 100;
const MAX_NOTES = 20;
/** Fewer files are read before anyone would look at a bar. */
const MANY_FILES = 20;

/** When the series of a folder's files left their own history, in the order of time; weak ones only where asked for. */
export async function metricsReport(
  path: string,
  { all }: { readonly all: boolean },
): Promise<{ lines: readonly string[]; answer: unknown }> {
  const files = await filesIn(path);
  const progress = files.length < MANY_FILES ? null : createProgress(files.length, "Reading series");
  const found: Printed[] = [];
  const notes: string[] = [];
  let series = 0;
  for (const file of files) {
    const name = relative(path, file) || basename(file);
    const read = await (/\.json$/i.test(file) ? readPrometheus(file) : readCsv(file));
    notes.push(...read.notes.map((note) => `${name}: ${note}.`));
    for (const [key, points] of read.series) {
      const one = inspect([name.replace(KNOWN, ""), key].filter((part) => part !== "").join("/"), points);
      if (one.note !== null) notes.push(one.note);
      found.push(...one.changes);
      series++;
    }
    progress?.step(name);
  }
  progress?.end();
  if (series === 0)
    throw new AppError(
      "invalid_input",
      `Nothing in ${path} could be read as series. ${notes.slice(0, MAX_NOTES).join(" ")}`,
    );
  const changes = found.filter(({ confidence }) => all || confidence >= SURE).sort(byTime);
  const weak = found.length - changes.length;
  const remarks = [
    ...notes,
    ...(weak === 0
      ? []
      : [`${weak} weaker changes (confidence below ${SURE}) are left out; --all shows them.`]),
  ];
  return {
    answer: { changes, series, notes: remarks },
    lines: [
      changes.length === 0
        ? `No change in ${series} series.`
        : `${changes.length} changes in ${series} series:`,
      ...changes.slice(0, MAX_LINES).map(line),
      ...(changes.length > MAX_LINES ? [`and ${changes.length - MAX_LINES} more (--json shows them)`] : []),
      ...remarks.slice(0, MAX_NOTES).map((remark) => `note: ${remark}`),
      ...(remarks.length > MAX_NOTES
        ? [`and ${remarks.length - MAX_NOTES} more notes (--json shows them)`]
        : []),
    ],
  };
}

async function filesIn(path: string): Promise<string[]> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new AppError(
      "invalid_input",
      `${path} cannot be read: give a folder with CSV files or answers of Prometheus.`,
      { cause },
    );
  });
  if (about.isFile()) return [path];
  const files = (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && KNOWN.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0)
    throw new AppError(
      "invalid_input",
      `${path} holds no .csv, .tsv or .json file: put one series or table into each.`,
    );
  if (files.length > MAX_FILES)
    throw new AppError(
      "invalid_input",
      `${path} holds ${files.length} files, more than ${MAX_FILES}: give a smaller folder.`,
    );
  return files;
}

function inspect(
  name: string,
  points: readonly Point[],
): { changes: readonly Printed[]; note: string | null } {
  const counts = isCounter(name, points);
  const rates = counts ? ratesOf(points) : points;
  if (rates.filter(([, value]) => Number.isFinite(value)).length < FEWEST_POINTS) {
    return { changes: [], note: `${name}: fewer than ${FEWEST_POINTS} points tell no habit.` };
  }
  const changes = changesOf(rates).map(({ at, direction, before, after, confidence }) => ({
    series: name,
    at: new Date(Math.round(at * 1000)).toISOString(),
    direction,
    size: rounded(Math.abs(after - before)),
    before: rounded(before),
    after: rounded(after),
    confidence: rounded(confidence),
  }));
  return {
    changes,
    note: counts ? `${name}: read as a counter; its changes are of the rate per second.` : null,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function byTime(a: Printed, b: Printed): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : b.confidence - a.confidence;
}

function line({ series, at, direction, before, after, confidence }: Printed): string {
  return `${at.replace(/\.\d+Z$/, "Z")}  ${direction.padEnd(4)}  ${series}  ${before} → ${after}  confidence ${confidence.toFixed(2)}`;
}
