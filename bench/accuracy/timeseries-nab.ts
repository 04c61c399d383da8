import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { seriesAlarms } from "@oncall/triage";
import { atLeast, interval } from "./ranking-score.ts";
import { readTable } from "./table.ts";
import type { Task } from "./task.ts";

const FOLDER = "timeseries";
const HOUR = 3_600;
const DAY = 24 * HOUR;
/** The protocol leaves out the first rows of a series: 15 %, at most 750. */
const LEARNING_SHARE = 0.15;
const LEARNING_ROWS = 750;

interface Measured {
  readonly windows: number;
  readonly found: number;
  readonly falseAlarms: number;
  readonly days: number;
}

/** Anomalies of single series of real systems: windows found, and false alarms a day. */
export const timeseriesNab: Task = {
  name: "timeseries",
  folders: [FOLDER],
  run(data) {
    const series = data
      .entries(FOLDER)
      .filter((path) => basename(path) === "nab")
      .flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => /^(realAWSCloudwatch|realKnownCause)__.*\.csv$/.test(name))
          .map((name) => measure(join(folder, name))),
      );
    const total = (of: keyof Measured): number => series.reduce((sum, each) => sum + each[of], 0);
    const days = Math.max(1, total("days"));
    return {
      figures: [
        atLeast(
          "NAB windows found",
          total("found") / Math.max(1, total("windows")),
          `share of ${total("windows")}`,
          null,
        ),
        atLeast(
          "NAB false alarms",
          total("falseAlarms") / days,
          `a day, over ${Math.round(days)} days`,
          null,
        ),
      ],
      notes: [`NAB windows found: ${interval(total("found"), total("windows"))}`],
    };
  },
};

function measure(path: string): Measured {
  const table = readTable(path);
  const times = table.text("timestamp").map(seconds);
  const windows = (
    JSON.parse(readFileSync(path.replace(/\.csv$/, ".truth.json"), "utf8")) as {
      anomaly_windows: [string, string][];
    }
  ).anomaly_windows.map(([from, to]) => ({ from: seconds(from), to: seconds(to) }));
  const learning = Math.min(Math.floor(times.length * LEARNING_SHARE), LEARNING_ROWS);
  const step = middle(times.slice(1).map((time, at) => time - (times[at] ?? time)));
  const alarms = seriesAlarms(table.numbers("value"), { step, learning }).map((at) => times[at] ?? 0);
  const outside = alarms.filter((time) => !windows.some(({ from, to }) => time >= from && time <= to));
  return {
    windows: windows.length,
    found: windows.filter(({ from, to }) => alarms.some((time) => time >= from && time <= to)).length,
    falseAlarms: outside.filter((time, at) => time - (outside[at - 1] ?? Number.NEGATIVE_INFINITY) >= HOUR)
      .length,
    days: ((times.at(-1) ?? 0) - (times[learning] ?? 0)) / DAY,
  };
}

function seconds(stamp: string): number {
  return Date.parse(`${stamp.slice(0, 19).replace(" ", "T")}Z`) / 1000;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? HOUR;
}
