import type { Point } from "@oncall/tools";

/** What one file of series holds. */
export interface SeriesFile {
  /** By what tells a series from the others of its file; empty where there is only one. */
  readonly series: ReadonlyMap<string, readonly Point[]>;
  /** What was not understood or left out, in words. */
  readonly notes: readonly string[];
}

/** Points that are read of one file; 100 MB hold three to four million. */
export const MAX_POINTS = 5_000_000;

/** A time as unix seconds: ISO 8601 (UTC where it names no zone), or seconds, milli-, micro- or nanoseconds; else NaN. */
export function timeOf(cell: string): number {
  const words = cell.trim();
  if (/^\d+(?:\.\d+)?$/.test(words)) {
    const count = Number(words);
    // Years, months and small counts are no times.
    if (count < 1e8) return Number.NaN;
    return count / (count < 1e11 ? 1 : count < 1e14 ? 1e3 : count < 1e17 ? 1e6 : 1e9);
  }
  const match =
    /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/i.exec(
      words,
    );
  if (match === null) return Number.NaN;
  const [, year, month, day, clock = "00:00:00", part = "0", zone = "Z"] = match;
  const isUtc = /^[zug]/i.test(zone);
  return Date.parse(`${year}-${month}-${day}T${clock}${isUtc ? "Z" : zone}`) / 1000 + Number(`0.${part}`);
}
