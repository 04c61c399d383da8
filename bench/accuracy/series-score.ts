import { changesOf, type Point, SURE } from "@oncall/tools";
import { atLeast, interval } from "./ranking-score.ts";
import type { Measured } from "./task.ts";

/** A series in the order of time, and the stretches in which others saw that something was wrong. */
export interface Labelled {
  readonly points: readonly Point[];
  readonly windows: readonly { readonly from: number; readonly to: number }[];
}

interface Told {
  readonly at: number;
  readonly confidence: number;
  readonly isIn: boolean;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** The protocol leaves out the first rows of a series: 15 %, at most 750. */
const LEARNING_SHARE = 0.15;
const LEARNING_ROWS = 750;
const BINS = 5;

/** Windows found, and alarms outside any a day (those less than an hour apart are one); all changes, and the sure ones. */
export function measureChanges(name: string, series: readonly Labelled[]): Measured {
  const read = series.map(({ points, windows }) => {
    const learning = Math.min(Math.floor(points.length * LEARNING_SHARE), LEARNING_ROWS);
    const begin = points[learning]?.[0] ?? 0;
    const told = changesOf(points, { learning }).map(({ seenAt, confidence }): Told => {
      return { at: seenAt, confidence, isIn: windows.some(({ from, to }) => seenAt >= from && seenAt <= to) };
    });
    const open = windows.filter(({ to }) => to >= begin);
    return { told, windows: open, days: ((points.at(-1)?.[0] ?? begin) - begin) / DAY };
  });
  const parts = [
    ["", 0],
    [", sure ones", SURE],
  ] as const;
  const scored = parts.map(([which, least]) => ({ which, ...score(read, least) }));
  return {
    figures: [
      ...scored.flatMap(({ which, found, windows, falseAlarms, days }) => [
        atLeast(`${name} windows found${which}`, found / Math.max(1, windows), `share of ${windows}`, null),
        atLeast(
          `${name} false alarms${which}`,
          falseAlarms / days,
          `a day, over ${Math.round(days)} days`,
          null,
        ),
      ]),
      calibration(
        name,
        read.flatMap(({ told }) => told),
      ),
    ],
    notes: scored.map(
      ({ which, found, windows }) => `${name} windows found${which}: ${interval(found, windows)}`,
    ),
  };
}

function score(
  series: readonly {
    readonly told: readonly Told[];
    readonly windows: Labelled["windows"];
    readonly days: number;
  }[],
  least: number,
) {
  const sum = { found: 0, windows: 0, falseAlarms: 0, days: 0 };
  for (const { told, windows, days } of series) {
    const alarms = told.filter(({ confidence }) => confidence >= least);
    const outside = alarms.filter(({ isIn }) => !isIn);
    sum.found += windows.filter(({ from, to }) => alarms.some(({ at }) => at >= from && at <= to)).length;
    sum.windows += windows.length;
    sum.falseAlarms += outside.filter(
      ({ at }, i) => at - (outside[i - 1]?.at ?? Number.NEGATIVE_INFINITY) >= HOUR,
    ).length;
    sum.days += days;
  }
  return { ...sum, days: Math.max(1, sum.days) };
}

/** The expected calibration error: by how much confidence differs from the share that lies in a window. */
function calibration(name: string, told: readonly Told[]) {
  const bins = Array.from({ length: BINS }, (_, bin) =>
    told.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin),
  );
  const errors = bins.map((bin) => {
    const confidence = bin.reduce((sum, one) => sum + one.confidence, 0);
    return Math.abs(confidence - bin.filter(({ isIn }) => isIn).length);
  });
  const error = errors.reduce((sum, one) => sum + one, 0) / Math.max(1, told.length);
  return {
    name: `${name} calibration error`,
    value: error,
    unit: `over ${told.length} changes`,
    bar: null,
    ok: true,
  };
}
