import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Family, type Level, levelSigns, rankServices, sharedOnset, splitAt } from "@oncall/triage";
import { averageAt5, type Judged, judged, notesOf, statedOf } from "./ranking-score.ts";
import { readTable } from "./table.ts";
import type { Task } from "./task.ts";

const FOLDER = "rca_sockshop";
const LATE_SECONDS = 60;

const families: Readonly<Record<string, Family>> = {
  cpu: "cpu",
  mem: "memory",
  lod: "traffic",
  lat_50: "latency",
  lat_90: "latency",
  lat_99: "latency",
};

interface Recording {
  readonly truth: string;
  readonly services: readonly string[];
  readonly series: readonly Level[];
  /** The row of the fault. */
  readonly injected: number;
}

/** Which service of Sock Shop has the fault, from its metrics alone: the time of it given, given late, and not given. */
export const rcaSockshop: Task = {
  name: "rca_sockshop",
  folders: [FOLDER],
  run(data) {
    const recordings = data.entries(FOLDER).map(read);
    const given = recordings.map((each) => judge(each, each.injected));
    const unknown = recordings.map((each) => judge(each, onsetOf(each, undefined)));
    const late = recordings.map((each) => judge(each, onsetOf(each, each.injected + LATE_SECONDS)));
    return {
      figures: [
        averageAt5("time given", given, 0.98),
        averageAt5("time not given", unknown, 0.95),
        averageAt5("60 s late", late, 0.98),
      ],
      // The three are the same faults: the hardest stands for them.
      stated: statedOf(unknown),
      notes: [
        ...notesOf("time given", given),
        ...notesOf("time not given", unknown),
        ...notesOf("60 s late", late),
      ],
    };
  },
};

function read(folder: string): Recording {
  const table = readTable(join(folder, "metrics.csv"));
  const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as {
    root_cause_service: string;
    n_normal_rows: number;
  };
  const series = table.columns.flatMap((column) => {
    const [, name = "", metric = ""] = /^(.+?)_(.+)$/.exec(column) ?? [];
    const family = families[metric];
    // The published protocol counts a service's database as the service.
    return family === undefined
      ? []
      : [{ service: name.replace(/-db$/, ""), family, values: table.numbers(column) }];
  });
  return {
    truth: truth.root_cause_service,
    services: [...new Set(series.map(({ service }) => service))],
    series,
    injected: truth.n_normal_rows,
  };
}

/** The row at which the fault begins; one row a second. */
function onsetOf({ series }: Recording, seen: number | undefined): number {
  return (
    sharedOnset(
      series.map(({ values }) => values),
      seen,
    ) ?? 0
  );
}

function judge({ services, series, truth }: Recording, onset: number): Judged {
  const signs = levelSigns(series, splitAt(onset));
  const ranked = rankServices({ graph: { services, calls: [] }, evidence: { signs } });
  return judged(truth, ranked);
}
