import type { Bin } from "@oncall/core";
import { renderRun } from "./html-run.ts";
import { style } from "./html-style.ts";
import { html, type Markup } from "./markup.ts";
import type { Report } from "./report.ts";
import { calibration, type ScoreName, type Scores } from "./score.ts";

const TITLES: Readonly<Record<ScoreName, readonly [title: string, meaning: string, best: 0 | 1]>> = {
  top1: ["Top 1", "first cause is a true one", 1],
  top3: ["Top 3", "a true one among the first three", 1],
  must_mention: ["Must mention", "of what had to be said", 1],
  must_not_claim: ["Must not claim", "runs that claim nothing untrue", 1],
  confidently_wrong: ["Confidently wrong", "wrong at 70 % or more", 0],
  abstained: ["Abstained", "a fault, no cause stated", 0],
  false_alarms: ["False alarms", "healthy worlds with a cause", 0],
  ece: ["Calibration error", "confidence against truth", 0],
};

/** The report as one page that asks nothing of any server; every text in it is escaped. */
export function renderHtml(report: Report): string {
  const { scores, diagnosis_scores, scenarios } = report;
  const judgements = scenarios.map(({ judgement }) => judgement);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>oncall eval: top 1 ${shown("top1", scores.top1)}, ${scores.n} runs</title><style>${style}</style></head>
<body><main>
<h1>How good are the answers?</h1>
<p class="soft">${subtitle(report)}</p>
<h2>The first look</h2>
<div class="tiles">${tiles(scores)}</div>
${diagnosis_scores === null ? null : html`<h2>The diagnosis by ${report.model}</h2><div class="tiles">${tiles(diagnosis_scores)}</div>`}
<h2>What it took</h2>
<div class="tiles">${costs(report)}</div>
<h2>Confidence against truth</h2>
<div class="side">${chart(calibration(judgements))}<div>
<p>Each dot is the first causes of one tenth of the confidence scale: how sure they were (across) against how often they were right (up). On the dashed line a confidence means what it says; below it the answers are too sure. The dot's size is the number of runs.</p>
${report.notes.map((note) => html`<p class="soft">${note}</p>`)}</div></div>
<h2>The runs</h2>
<div class="filters"><label><input type="radio" name="show" id="all" checked>All ${scores.n}</label><label><input type="radio" name="show" id="only-bad">To look into</label><label><input type="radio" name="show" id="only-good">Good</label></div>
${scenarios.map(renderRun)}
</main></body></html>
`.text;
}

function subtitle({ seed, scores, model, replayed }: Report): string {
  const seeds = typeof seed === "number" ? `seed ${seed}` : `seeds ${seed.join(", ")}`;
  const ran = replayed ? "replayed from recordings" : "through the whole product";
  return `${scores.n} runs ${ran} · ${seeds} · ${model === null ? "no model" : `model ${model}`}`;
}

function tiles(scores: Scores): Markup[] {
  return Object.entries(TITLES).map(([name, [title, meaning, best]]) => {
    const value = scores[name as ScoreName];
    const far = value === null ? 0 : Math.abs(best - value);
    return tile(title, shown(name as ScoreName, value), meaning, far === 0 ? "good" : far > 0.2 ? "bad" : "");
  });
}

function costs({
  efficiency: { first_look_ms, tool_calls, tokens, cost_usd },
  scores: { n },
}: Report): Markup[] {
  const seconds = (ms: number | undefined): string =>
    ms === undefined ? "–" : `${(ms / 1000).toFixed(1)} s`;
  const spent =
    tokens === null
      ? []
      : [
          tile("Tokens", tokens.toLocaleString("en"), "of the model"),
          tile("Dollars", cost_usd === null ? "–" : `$${cost_usd.toFixed(2)}`, "for all diagnoses"),
        ];
  return [
    tile("First look, median", seconds(first_look_ms?.p50), "event sent to post accepted"),
    tile("First look, slowest", seconds(first_look_ms?.max), "of all runs"),
    tile("Tool calls", String(tool_calls), `${(tool_calls / Math.max(1, n)).toFixed(1)} a run`),
    ...spent,
  ];
}

function tile(title: string, value: string, meaning: string, tone = ""): Markup {
  return html`<div class="tile ${tone}"><small>${title}</small><b>${value}</b><small>${meaning}</small></div>`;
}

function shown(name: ScoreName, value: number | null): string {
  if (value === null) return "–";
  return name === "ece" ? value.toFixed(3) : `${Math.round(value * 1000) / 10} %`;
}

const SIZE = 220;
const LEFT = 34;
const TOP = 16;

function chart(bins: readonly Bin[]): Markup {
  const x = (share: number): number => Math.round(LEFT + share * SIZE);
  const y = (share: number): number => Math.round(TOP + (1 - share) * SIZE);
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => html`<line class="axis" x1="${x(0)}" x2="${x(1)}" y1="${y(share)}" y2="${y(share)}"/>
<text x="${x(0) - 4}" y="${y(share) + 3}" text-anchor="end">${share * 100}%</text><text x="${x(share)}" y="${y(0) + 14}" text-anchor="middle">${share * 100}%</text>`,
  );
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const dots = bins.map(
    ({ count, confidence, right }) =>
      html`<circle class="dot" cx="${x(confidence)}" cy="${y(right)}" r="${Math.round(4 + 10 * Math.sqrt(count / most))}"><title>${count} runs: ${Math.round(confidence * 100)} % sure, ${Math.round(right * 100)} % right</title></circle>`,
  );
  return html`<svg class="chart" viewBox="0 0 ${LEFT + SIZE + 18} ${TOP + SIZE + 34}" role="img" aria-label="Confidence against how often it was right">
${marks}<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>${dots}
<text x="${x(0.5)}" y="${y(0) + 28}" text-anchor="middle">confidence</text></svg>`;
}
