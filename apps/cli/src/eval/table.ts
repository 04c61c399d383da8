import { styleText } from "node:util";
import { agentLines } from "./agent-table.ts";
import type { Comparison } from "./baseline.ts";
import type { Verdict } from "./judge.ts";
import type { Report, Row } from "./report.ts";
import { isConfidentlyWrong, type Scores } from "./score.ts";

const COLOURS: Readonly<Record<Verdict, "green" | "yellow" | "red">> = {
  right: "green",
  quiet: "green",
  abstained: "yellow",
  wrong: "red",
  false_alarm: "red",
  failed: "red",
};
const MAX_CELL = 52;

/** The report for people: a line per run, what is wrong with it below, then the scores. */
export function renderTable(report: Report, { colour }: { readonly colour: boolean }): string {
  const head = ["scenario", "verdict", "said", "true", "conf.", "first look", "calls"];
  const seeds = Array.isArray(report.seed);
  const cells = report.scenarios.map((row) => cellsOf(row, seeds));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  const paint = (verdict: Verdict, text: string): string =>
    colour ? styleText(COLOURS[verdict], text) : text;
  // What a stand-in repeats has no accuracy, not even that of the first look.
  const isScored = report.efficiency.agent === null || report.diagnosis_scores !== null;
  return [
    ...(isScored
      ? [
          line(head),
          ...report.scenarios.map((row, i) => paint(row.judgement.verdict, line(cells[i] ?? []))),
          "",
          ...scoreLines("first look", report.scores),
        ]
      : []),
    ...(report.diagnosis_scores ? scoreLines(`diagnosis by ${report.model}`, report.diagnosis_scores) : []),
    ...agentLines(report),
    efficiencyLine(report),
    ...report.notes,
  ].join("\n");
}

export function renderComparison({ dropped, changed, compared }: Comparison): string {
  const lines = dropped.map(({ score, was, is }) => `DROPPED ${score}: ${was} → ${is}`);
  const verdict =
    dropped.length === 0
      ? `No score dropped against the baseline (${runs(compared)} compared).`
      : `${dropped.length === 1 ? "A score" : `${dropped.length} scores`} dropped against the baseline (${runs(compared)} compared).`;
  return [verdict, ...lines, ...changed.map((change) => `  ${change}`)].join("\n");
}

function cellsOf(
  { scenario, seed, judgement, truth, first_look, tool_calls, failed }: Row,
  seeds: boolean,
): string[] {
  const cause = first_look?.causes[0];
  return [
    seeds ? `${scenario}/${seed}` : scenario,
    isConfidentlyWrong(judgement) ? `${word(judgement.verdict)}!` : word(judgement.verdict),
    cut(failed ?? (cause === undefined ? "–" : `${cause.service} ${cause.code}`)),
    cut(truth.roots.map(({ service, code }) => `${service} ${code}`).join(" + ") || "nothing wrong"),
    cause === undefined ? "–" : cause.confidence.toFixed(2),
    first_look?.ms == null ? "–" : `${(first_look.ms / 1000).toFixed(1)} s`,
    String(tool_calls),
  ];
}

function scoreLines(title: string, scores: Scores): string[] {
  const shown = Object.entries(scores).map(([name, value]) => `${name} ${value === null ? "–" : value}`);
  return [`${title}: ${shown.join(" · ")}`];
}

/** Without what the agent's own line tells. */
function efficiencyLine({ efficiency: { first_look_ms, tool_calls } }: Report): string {
  const time = first_look_ms ? `first look p50 ${first_look_ms.p50} ms, max ${first_look_ms.max} ms · ` : "";
  return `${time}${tool_calls} tool calls`;
}

function runs(count: number): string {
  return `${count} ${count === 1 ? "run" : "runs"}`;
}

function word(verdict: Verdict): string {
  return verdict.replaceAll("_", " ");
}

function cut(text: string): string {
  return text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL - 1)}…`;
}
