import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  rankServices,
  type ServiceEvidence,
  type ServiceGraph,
  type Stretch,
  statementOf,
  type TraceEvent,
  traceGaps,
  traceStructure,
  tracesOf,
} from "@oncall/triage";
import { type Day, meshSigns, metricSigns, readDay } from "./nezha-metrics.ts";
import { foundAt, type Judged, judged, notesOf, statedOf } from "./ranking-score.ts";
import { readTable, readText } from "./table.ts";
import type { Task } from "./task.ts";

const FOLDER = "rca_nezha";
/** Minutes of an incident that the protocol scores. */
const WINDOW_SECONDS = 180;
/** Around each fault of the day, minutes that say nothing about what is usual. */
const BEFORE_SECONDS = 60;
const AFTER_SECONDS = 300;

export interface NezhaCase {
  readonly case: string;
  readonly system: "online-boutique" | "train-ticket";
  readonly day: string;
  readonly inject_ts: number;
  readonly truth: { readonly service: string; readonly fault: string };
}

/** Which service has the fault: Online Boutique from metrics, Train Ticket from metrics, logs and spans. */
export const rcaNezha: Task = {
  name: "rca_nezha",
  folders: [FOLDER],
  run(data) {
    const halves = data
      .entries(FOLDER)
      .filter((path) => path.endsWith("cases.json"))
      .map((path) => join(path, ".."));
    const all = data.cases<NezhaCase>(FOLDER, "cases.json");
    const boutique = halves.flatMap((half) =>
      judgeBoutique(join(half, "ob"), casesOf(half, "online-boutique"), all),
    );
    const tickets = halves.flatMap((half) =>
      judgeTickets(join(half, "tt"), casesOf(half, "train-ticket"), all),
    );
    return {
      figures: [
        foundAt("Online Boutique", boutique, 1, 0.79),
        foundAt("Online Boutique", boutique, 3, null),
        foundAt("Train Ticket", tickets, 1, 0.83),
        foundAt("Train Ticket", tickets, 3, 0.95),
      ],
      stated: statedOf([...boutique, ...tickets]),
      notes: [...notesOf("Online Boutique", boutique), ...notesOf("Train Ticket", tickets)],
    };
  },
};

function casesOf(half: string, system: NezhaCase["system"]): NezhaCase[] {
  const path = join(half, "cases.json");
  const cases = existsSync(path) ? (JSON.parse(readText(path)) as NezhaCase[]) : [];
  return cases.filter((each) => each.system === system);
}

function judgeBoutique(folder: string, cases: readonly NezhaCase[], all: readonly NezhaCase[]): Judged[] {
  const days = new Map<string, Day>();
  return cases.map(({ day, inject_ts, truth }) => {
    const recording = days.get(day) ?? readDay(folder, day);
    days.set(day, recording);
    const now = { from: inject_ts, to: inject_ts + WINDOW_SECONDS };
    const faulty = faultsOf(all, day);
    const links = meshSigns(recording, now, faulty);
    return judge(
      truth.service,
      {
        services: [...new Set(recording.series.map(({ service }) => service))],
        calls: links.map(({ caller, callee }) => [caller, callee]),
      },
      { signs: metricSigns(recording, now, faulty), links },
    );
  });
}

function judgeTickets(folder: string, cases: readonly NezhaCase[], all: readonly NezhaCase[]): Judged[] {
  const days = [...new Set(cases.map(({ day }) => day))];
  return days.flatMap((day) => {
    const recording = readDay(folder, day);
    const ofDay = cases.filter((each) => each.day === day);
    const lines = new Map(
      ofDay.map((each) => [each, tracesOf(readEvents(join(folder, "cases", each.case)))]),
    );
    const quiet = [
      ...tracesOf(readEvents(join(folder, `normal`), day)),
      ...ofDay.flatMap((each) =>
        (lines.get(each) ?? []).filter(({ start }) => start < each.inject_ts * 1000),
      ),
    ];
    const faulty = faultsOf(all, day);
    return ofDay.map((each) => {
      const traces = lines.get(each) ?? [];
      const from = each.inject_ts;
      const now = traces.filter(({ start }) => start >= from * 1000);
      const metrics = metricSigns(recording, { from, to: from + WINDOW_SECONDS }, faulty);
      return judge(
        each.truth.service,
        {
          services: [...new Set(recording.series.map(({ service }) => service))],
          calls: readCalls(join(folder, "cases", `${each.case}.edges.csv`)),
        },
        { signs: [...metrics, ...traceStructure(quiet, now)], links: traceGaps(quiet, now) },
      );
    });
  });
}

/** The log lines of a case, or with a day those of its quiet minute, as events of traces. */
function readEvents(path: string, day?: string): TraceEvent[] {
  return readText(day === undefined ? `${path}.logs.jsonl.gz` : `${path}_logs_${day}.jsonl.gz`)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { t, svc, trace, msg } = JSON.parse(line) as {
        t: number;
        svc: string;
        trace: string;
        msg: string;
      };
      return { at: t, service: svc, trace, what: statementOf(msg) };
    });
}

function readCalls(path: string): [string, string][] {
  const table = readTable(path);
  const callees = table.text("svc");
  return table
    .text("caller")
    .map((caller, at): [string, string] => [caller, callees[at] ?? ""])
    .filter(([caller, callee]) => caller !== "" && callee !== "" && caller !== callee);
}

function faultsOf(all: readonly NezhaCase[], day: string): Stretch[] {
  return all
    .filter((each) => each.day === day)
    .map(({ inject_ts }) => ({ from: inject_ts - BEFORE_SECONDS, to: inject_ts + AFTER_SECONDS }));
}

function judge(truth: string, graph: ServiceGraph, evidence: ServiceEvidence): Judged {
  const ranked = rankServices({ graph, evidence });
  return judged(truth, ranked);
}
