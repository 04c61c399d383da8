import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stated } from "@oncall/core";
import {
  excessDuring,
  type Flowing,
  type RankedService,
  rankServices,
  type ServiceGraph,
} from "@oncall/triage";
import { atLeast, foundAt, interval, judged, notesOf, statedOf } from "./ranking-score.ts";
import { readTable, type Table } from "./table.ts";
import type { Task } from "./task.ts";

const FOLDER = "rca_petshop";
/** Rows of an incident's recording, five minutes each. */
const ROWS = 5;
const NORMAL_WINDOWS = 24;
/** The front end, whose metrics raise every alert here. */
const ENTRY = "PetSite";

type Metric = "latency" | "availability";
const metrics: readonly Metric[] = ["latency", "availability"];

interface Truth {
  readonly target: { readonly node: string; readonly metric: Metric };
  readonly root_cause: { readonly node: string };
}

interface Scenario {
  readonly graph: ServiceGraph;
  readonly normal: Table;
  readonly issues: readonly { readonly truth: Truth; readonly table: Table }[];
}

/** Which node of PetShop's call graph slows or fails the front end; and silence where nothing does. */
export const rcaPetshop: Task = {
  name: "rca_petshop",
  folders: [FOLDER],
  run(data) {
    const scenarios = data.entries(FOLDER).map(read);
    const cases = scenarios.flatMap((scenario) =>
      scenario.issues.map(({ truth, table }) =>
        judged(truth.root_cause.node, rankNodes(scenario, truth.target.metric, truth.target.node, table)),
      ),
    );
    const unheard = scenarios.flatMap((scenario) =>
      scenario.issues.map(({ truth, table }) =>
        judged(
          truth.root_cause.node,
          rankNodes(scenario, truth.target.metric, truth.target.node, table, { alerted: false }),
        ),
      ),
    );
    const roots = new Set(cases.map(({ truth }) => truth)).size;
    const silent = metrics.map((metric) => {
      const windows = scenarios.flatMap((scenario) => normalWindows(scenario, metric));
      return {
        metric,
        windows,
        hits: windows.filter((window) => isSilent(window)).length,
        of: windows.length,
      };
    });
    return {
      figures: [
        foundAt("root", cases, 1, 0.95),
        foundAt("root", cases, 3, 0.97),
        // The protocol names the node and metric that alarmed; this is what is found when nobody vouches for that.
        foundAt("root, had no alert rung", unheard, 1, null),
        ...silent.map(({ metric, hits, of }) =>
          atLeast(
            `silent on normal windows, ${metric}`,
            hits / Math.max(1, of),
            `share of ${of}`,
            metric === "latency" ? 0.9 : null,
          ),
        ),
      ],
      // What is said of a window in which nothing is wrong is wrong.
      stated: [...statedOf(cases), ...silent.flatMap(({ windows }) => windows.flatMap(falselyStated))],
      notes: [
        ...notesOf("root", cases),
        `root: only ${roots} distinct true causes`,
        ...silent.map(({ metric, hits, of }) => `silent, ${metric}: ${interval(hits, of)}`),
      ],
    };
  },
};

function isSilent(ranked: readonly RankedService[]): boolean {
  return ranked.every(({ score }) => score === 0);
}

function falselyStated([first]: readonly RankedService[]): Stated[] {
  return first === undefined || first.score === 0 ? [] : [{ confidence: first.confidence, right: false }];
}

/** Stretches of the normal recording, evenly spread, each held against the rest of it. */
function normalWindows(scenario: Scenario, metric: Metric): RankedService[][] {
  const { normal } = scenario;
  return Array.from({ length: NORMAL_WINDOWS }, (_, at) => {
    const start = Math.floor((at * (normal.length - ROWS)) / (NORMAL_WINDOWS - 1));
    const without = (values: Float64Array): Float64Array =>
      values.map((value, row) => (row >= start && row < start + ROWS ? Number.NaN : value));
    const within: Pick<Table, "numbers"> = {
      numbers: (column) => normal.numbers(column).subarray(start, start + ROWS),
    };
    return rankNodes(scenario, metric, ENTRY, within, { alerted: false, baseline: without });
  });
}

function rankNodes(
  { graph, normal }: Scenario,
  metric: Metric,
  symptom: string,
  now: Pick<Table, "numbers">,
  { alerted = true, baseline = (values: Float64Array): Float64Array => values } = {},
): RankedService[] {
  const level = (values: Float64Array): Float64Array =>
    metric === "latency" ? values : values.map((percent) => 1 - percent / 100);
  const services = graph.services.map((service): Flowing => {
    const column = `${service}|${metric}|Average`;
    return {
      service,
      history: baseline(level(normal.numbers(column))),
      window: level(now.numbers(column)),
      requests: now.numbers(`${service}|requests|Sum`),
    };
  });
  const family = metric === "latency" ? "latency" : "errors";
  const excess = excessDuring(family, symptom, services);
  return rankServices({ graph, symptom, alerted, evidence: { signs: [], excess } });
}

function read(folder: string): Scenario {
  const { nodes, edges } = JSON.parse(readFileSync(join(folder, "graph.json"), "utf8")) as {
    nodes: string[];
    edges: [string, string][];
  };
  const issues = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      truth: JSON.parse(readFileSync(join(folder, name, "truth.json"), "utf8")) as Truth,
      table: readTable(join(folder, name, "metrics.csv")),
    }));
  return {
    graph: { services: nodes, calls: edges },
    normal: readTable(join(folder, "normal_metrics.csv")),
    issues,
  };
}
