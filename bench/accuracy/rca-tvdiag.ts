import { basename } from "node:path";
import {
  type AlertHistory,
  type AlertSeen,
  alertHistory,
  type Direction,
  type Family,
  type LinkSign,
  type RankedService,
  rankServices,
  type Sign,
} from "@oncall/triage";
import { foundAt, type Judged, judged, notesOf, statedOf } from "./ranking-score.ts";
import { readText } from "./table.ts";
import type { Task } from "./task.ts";

const FOLDER = "rca_alert_graph_tvdiag";

/** The bars by system; a system without one is only reported. */
const bars: Readonly<Record<string, number>> = { hotel: 0.75, sockshop: 0.69 };

const families: Readonly<Record<string, Family>> = {
  cpu_usage: "cpu",
  mem_usage: "memory",
  mem_rss: "memory",
  mem_work: "memory",
  mem_cache: "memory",
  net_receive: "network",
  net_trainsmit: "network",
  dest_qps: "traffic",
  src_qps: "traffic",
  dest_p50: "latency",
  dest_p90: "latency",
  dest_p95: "latency",
  src_p50: "latency",
  src_p90: "latency",
  src_p95: "latency",
  dest_success_rate: "errors",
  src_success_rate: "errors",
  fs_usage: "disk",
};

interface Incident {
  readonly nodes: readonly string[];
  readonly metric_alerts: readonly (readonly string[])[];
  readonly trace_alerts: readonly (readonly [
    caller: string,
    callee: string,
    operation: string,
    kind: string,
  ])[];
  readonly log_alerts: readonly (readonly [instance: string, template: string])[];
  readonly truth: { readonly instance: string };
}

/** An incident's alerts, each in the words of the history and of the ranking. */
interface Read {
  readonly nodes: readonly string[];
  readonly truth: string;
  readonly alerts: readonly Seen[];
}

interface Seen extends AlertSeen {
  readonly family: Family;
  readonly direction: Direction;
  /** Set where the alert is about a call. */
  readonly call: readonly [caller: string, callee: string] | null;
}

/** Which instance has the fault, from alerts alone: no sizes, no times, no directions. */
export const rcaTvdiag: Task = {
  name: "rca_alert_graph_tvdiag",
  folders: [FOLDER],
  run(data) {
    const files = data.entries(FOLDER);
    const systems = [...new Set(files.map((path) => basename(path, ".jsonl")))];
    const measured = systems.map((system) => {
      const ofSystem = files.filter((path) => basename(path, ".jsonl") === system);
      const incidents = ofSystem.flatMap((path) =>
        readText(path)
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => read(JSON.parse(line) as Incident)),
      );
      const cases = judgeAll(incidents);
      return {
        figures: [foundAt(system, cases, 1, bars[system] ?? null), foundAt(system, cases, 3, null)],
        notes: notesOf(system, cases),
        stated: statedOf(cases),
      };
    });
    return {
      figures: measured.flatMap(({ figures }) => figures),
      notes: measured.flatMap(({ notes }) => notes),
      stated: measured.flatMap(({ stated }) => stated),
    };
  },
};

function judgeAll(incidents: readonly Read[]): Judged[] {
  const nodes = new Set(incidents.flatMap((incident) => incident.nodes)).size;
  const calls = new Map(
    incidents.flatMap(({ alerts }) =>
      alerts.flatMap(({ call }) => (call === null ? [] : [[JSON.stringify(call), call] as const])),
    ),
  );
  const history = alertHistory(
    incidents.map(({ alerts }) => alerts),
    nodes,
  );
  return incidents.map((incident) =>
    judged(incident.truth, rankIncident(incident, history, [...calls.values()])),
  );
}

function rankIncident(
  { nodes, alerts }: Read,
  history: AlertHistory,
  calls: readonly (readonly [string, string])[],
): RankedService[] {
  const rated = alerts.map((alert) => ({ ...alert, bits: history.bits(alert, alerts) }));
  const signs = rated
    .filter(({ call }) => call === null)
    .map(({ instance, family, direction, bits }): Sign => ({ service: instance, family, direction, bits }));
  const links = [
    ...calls.map((call) => ({ call, bits: 0 })),
    ...rated.flatMap(({ call, bits }) => (call === null ? [] : [{ call, bits }])),
  ].map(({ call: [caller, callee], bits }): LinkSign => ({ caller, callee, bits }));
  return rankServices({ graph: { services: nodes, calls }, evidence: { signs, links } });
}

function read({ nodes, truth, metric_alerts, trace_alerts, log_alerts }: Incident): Read {
  const known = new Set(nodes);
  const alerts = [
    ...metric_alerts.map((alert): Seen => {
      const [metric = "", direction = ""] = alert.slice(-2);
      return {
        instance: alert[0] ?? "",
        type: `${metric} ${direction}`,
        family: families[metric] ?? metric,
        // A falling success rate is a rising share of errors.
        direction: (direction === "down") !== metric.endsWith("success_rate") ? "down" : "up",
        call: null,
      };
    }),
    // A call from outside says that the entry suffers: it is the symptom, not evidence.
    ...trace_alerts
      .filter(([caller]) => known.has(caller))
      .map(([caller, callee, , kind]): Seen => {
        const inside = caller === callee;
        return {
          instance: inside ? callee : `${caller} ${callee}`,
          type: kind,
          family: kind === "PD" ? "traces" : "errors",
          direction: "up",
          call: inside ? null : [caller, callee],
        };
      }),
    ...log_alerts.map(
      ([instance, template]): Seen => ({
        instance,
        type: template.slice(instance.length),
        family: "logs",
        direction: "up",
        call: null,
      }),
    ),
  ];
  return {
    nodes,
    truth: truth.instance,
    alerts: alerts.filter(({ instance, call }) => call !== null || known.has(instance)),
  };
}
