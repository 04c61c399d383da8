import { isSame, type Judgement, type Root, type TrueRoot, type Verdict } from "./judge.ts";
import { html, type Markup } from "./markup.ts";
import type { Row } from "./report.ts";
import { isConfidentlyWrong } from "./score.ts";

const TONES: Readonly<Record<Verdict, "good" | "warn" | "bad">> = {
  right: "good",
  quiet: "good",
  abstained: "warn",
  wrong: "bad",
  false_alarm: "bad",
  failed: "bad",
};

/** One run: a line, and behind it what was said, what was true, and on what evidence. */
export function renderRun(row: Row): Markup {
  const { judgement, first_look: look, truth } = row;
  const isGood = TONES[judgement.verdict] === "good" && isClean(judgement);
  const said = look?.causes[0];
  const saidText = row.failed ?? (said ? name(said) : "no cause stated");
  const trueText = truth.roots.map(name).join(" + ") || "nothing was wrong";
  const about =
    saidText === trueText
      ? html`<code>${saidText}</code>`
      : html`${saidText} · true: <code>${trueText}</code>`;
  return html`<details class="run ${isGood ? "is-good" : "is-bad"}" id="${row.scenario}-${row.seed}">
<summary>${pill(judgement)}<span>${row.scenario} <small>/${row.seed}</small></span>
<span class="about">${row.title}<br><small>${about}</small></span>
<span class="number confidence">${said ? percent(said.confidence) : "–"}</span><span class="number">${seconds(look?.ms ?? null)}</span></summary>
<div class="body">
<div class="columns"><div>${truthOf(row)}</div><div>${saidOf(row)}</div></div>
${look === null ? null : html`<h3>The first look, as posted</h3><pre>${look.text}</pre>`}
${diagnosisOf(row)}
${evidenceOf(row)}
</div></details>
`;
}

/** Nothing to mend: neither left out nor claimed what it should not. */
function isClean({ missing, claimed }: Judgement): boolean {
  return missing.length === 0 && claimed.length === 0;
}

function pill(judgement: Judgement): Markup {
  const sure = isConfidentlyWrong(judgement) ? ", sure" : "";
  const partly = TONES[judgement.verdict] === "good" && !isClean(judgement);
  const tone = partly ? "warn" : TONES[judgement.verdict];
  return html`<span><span class="pill ${tone}">${judgement.verdict.replaceAll("_", " ")}${sure}${partly ? " *" : ""}</span></span>`;
}

function truthOf({ truth, judgement }: Row): Markup {
  return html`<h3>What was true</h3>
${truth.healthy ? html`<p>Nothing was wrong.</p>` : truth.roots.map((root) => html`<p><code>${name(root)}</code> <small>${[...(root.or ?? []).map((code) => `or ${code}`), truth.severity].join(", ")}</small></p>`)}
${checks("Must mention", truth.must_mention, judgement.missing, "not mentioned")}
${checks("Must not claim", truth.must_not_claim, judgement.claimed, "claimed")}`;
}

function checks(
  title: string,
  all: readonly string[],
  broken: readonly string[],
  word: string,
): Markup | null {
  if (all.length === 0) return null;
  return html`<h3>${title}</h3><ul>${all.map((pattern) =>
    broken.includes(pattern)
      ? html`<li class="bad"><code>${pattern}</code> – ${word}</li>`
      : html`<li><code>${pattern}</code></li>`,
  )}</ul>`;
}

function saidOf({ first_look: look, truth, failed }: Row): Markup {
  if (look === null)
    return html`<h3>What was said</h3><p>${failed === null ? "Nothing: the alert gave no reason to look." : `Nothing: ${failed}`}</p>`;
  const unchecked = look.unchecked.map(({ what, why }) => html`<li>${what}: ${why}</li>`);
  return html`<h3>What was said</h3><p>${look.headline}</p>
${look.causes.map((cause) => causeOf(cause, cause.summary, truth.roots))}
${unchecked.length === 0 ? null : html`<h3>Could not be checked</h3><ul>${unchecked}</ul>`}`;
}

function causeOf(
  cause: Root & { readonly confidence: number },
  said: string,
  roots: readonly TrueRoot[],
): Markup {
  const isTrue = roots.some((root) => isSame(root, cause));
  return html`<div class="cause ${isTrue ? "is-true" : ""}"><code>${name(cause)}</code> ${percent(cause.confidence)}${isTrue ? html` <small>true</small>` : null}
<div class="scale"><i style="width:${Math.round(cause.confidence * 100)}%"></i></div><small>${said}</small></div>`;
}

function diagnosisOf({ diagnosis, diagnosis_skipped, truth, tokens, cost_usd }: Row): Markup | null {
  if (diagnosis === null)
    return diagnosis_skipped === null ? null : html`<h3>The diagnosis</h3><p>None: ${diagnosis_skipped}</p>`;
  const { judgement, headline, root_causes, took_ms } = diagnosis;
  const spent = [
    seconds(took_ms),
    tokens === null ? "" : `${tokens} tokens`,
    cost_usd === null ? "" : `$${cost_usd.toFixed(3)}`,
  ];
  return html`<h3>The diagnosis</h3>
<p>${judgement ? pill(judgement) : html`<small>by the scripted stand-in, not scored</small>`} ${headline} <small>${spent.filter((part) => part !== "").join(", ")}</small></p>
${root_causes.map((cause) => causeOf(cause, cause.statement, truth.roots))}`;
}

function evidenceOf({ evidence }: Row): Markup | null {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return null;
  return html`<h3>Evidence: ${entries.length} tool calls</h3><table>${entries.map(
    ([id, { tool, summary }]) =>
      html`<tr><td><code>${id}</code></td><td>${tool}</td><td>${summary}</td></tr>`,
  )}</table>`;
}

function name({ service, code }: Root): string {
  return `${service} ${code}`;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

function seconds(ms: number | null): string {
  return ms === null ? "–" : `${(ms / 1000).toFixed(1)} s`;
}
