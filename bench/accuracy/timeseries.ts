import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Point } from "@oncall/tools";
import { type Labelled, measureChanges } from "./series-score.ts";
import { readTable } from "./table.ts";
import type { Task } from "./task.ts";

const FOLDER = "timeseries";

/** Anomalies of single series of real systems: windows found, and false alarms a day. */
export const timeseries: Task = {
  name: "timeseries",
  folders: [FOLDER],
  run(data) {
    const files = (part: string): string[] =>
      data
        .entries(FOLDER)
        .filter((path) => basename(path) === part)
        .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
        .filter((path) => path.endsWith(".csv"));
    const nab = files("nab").filter((path) => /^(realAWSCloudwatch|realKnownCause)__/.test(basename(path)));
    const parts = [
      measureChanges("NAB", nab.map(withTruth)),
      measureChanges("cloud monitoring", files("ms_cloud_monitoring").map(withLabels)),
    ];
    return { figures: parts.flatMap((part) => part.figures), notes: parts.flatMap((part) => part.notes) };
  },
};

/** NAB keeps its windows in a file beside the series. */
function withTruth(path: string): Labelled {
  const table = readTable(path);
  const truth = JSON.parse(readFileSync(path.replace(/\.csv$/, ".truth.json"), "utf8")) as {
    anomaly_windows: [string, string][];
  };
  return {
    points: pointsOf(table.text("timestamp"), table.numbers("value")),
    windows: truth.anomaly_windows.map(([from, to]) => ({ from: seconds(from), to: seconds(to) })),
  };
}

/** The cloud-monitoring set labels points; those that follow each other are one window. */
function withLabels(path: string): Labelled {
  const table = readTable(path);
  const points = pointsOf(table.text("TimeStamp"), table.numbers("Value"));
  const windows: { from: number; to: number }[] = [];
  table.numbers("Label").forEach((label, at) => {
    const time = points[at]?.[0] ?? Number.NaN;
    const last = windows.at(-1);
    if (label !== 1) return;
    if (last !== undefined && last.to === points[at - 1]?.[0]) last.to = time;
    else windows.push({ from: time, to: time });
  });
  return { points, windows };
}

function pointsOf(times: readonly string[], values: Float64Array): Point[] {
  return times.map((time, at) => [seconds(time), values[at] ?? Number.NaN]);
}

function seconds(stamp: string): number {
  return Date.parse(`${stamp.slice(0, 19).replace(" ", "T")}Z`) / 1000;
}
