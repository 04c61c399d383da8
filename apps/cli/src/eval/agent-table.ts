import type { Report, Row } from "./report.ts";

const MAX_CELL = 60;

/** What the diagnoses took, a line each, and what became of them; nothing of how right they are. None without a model. */
export function agentLines({ efficiency, scenarios, seed }: Report): string[] {
  const { agent, tool_calls, tokens, cost_usd } = efficiency;
  if (agent === null) return [];
  const seeds = Array.isArray(seed);
  const rows = [
    ["agent", "model calls", "tool calls", "tokens", "dollars", "seconds", "outcome"],
    ...scenarios.map((row) => cellsOf(row, seeds)),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const { runs, failed, model_calls, seconds } = agent;
  const total = [
    `agent: ${runs} ${runs === 1 ? "run" : "runs"}, ${failed} failed`,
    `${model_calls} model calls`,
    `${tool_calls} tool calls`,
    `${(tokens ?? 0).toLocaleString("en-US")} tokens`,
    cost_usd === null ? "no price" : `$${cost_usd.toFixed(2)}`,
    seconds === null ? "" : `p50 ${seconds.p50.toFixed(1)} s, max ${seconds.max.toFixed(1)} s`,
  ].filter((part) => part !== "");
  return ["", ...rows.map((row) => lineOf(row, widths)), "", total.join(" · ")];
}

function cellsOf(row: Row, seeds: boolean): string[] {
  const { diagnosis, first_look, model_calls, tokens, cost_usd } = row;
  return [
    seeds ? `${row.scenario}/${row.seed}` : row.scenario,
    String(model_calls ?? 0),
    String(row.tool_calls),
    (tokens ?? 0).toLocaleString("en-US"),
    cost_usd === null ? "–" : cost_usd.toFixed(3),
    diagnosis === null ? "–" : (diagnosis.took_ms / 1000).toFixed(1),
    diagnosis !== null ? "diagnosed" : first_look === null && row.failed === null ? "not asked" : whyNot(row),
  ];
}

function whyNot({ failed, diagnosis_skipped }: Row): string {
  const why = `failed: ${failed ?? diagnosis_skipped ?? "no diagnosis"}`;
  return why.length <= MAX_CELL ? why : `${why.slice(0, MAX_CELL - 1)}…`;
}

/** The first column and the last to the left, numbers to the right. */
function lineOf(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : i === row.length - 1 ? cell : cell.padStart(widths[i] ?? 0),
    )
    .join("  ");
}
