import type { Citation, Diagnosis, RootCause } from "@oncall/incidents";
import { buttons } from "./buttons.ts";
import { code, footer, link, literal, sections } from "./mrkdwn.ts";
import { cite, list, percent } from "./render-first-look.ts";
import { type Rendered, rendered } from "./rendered.ts";

export interface DiagnosisContext {
  readonly incidentId: string;
  readonly incidentUrl: string | null;
  readonly investigationId: string;
}

/** The diagnosis: root cause first, then what it rests on, what was ruled out and what to do. */
export function renderDiagnosis(diagnosis: Diagnosis, context: DiagnosisContext): Rendered {
  const paragraphs = [
    `*Diagnosis* · ${literal(diagnosis.headline)}`,
    ...diagnosis.root_causes.map(rootCause),
    diagnosis.root_causes.length === 0 ? "*No root cause is claimed:* the evidence does not carry one." : "",
    suspectChange(diagnosis.suspect_change),
    `*First look:* ${diagnosis.first_look.agrees ? "confirmed" : "overturned"} – ${literal(diagnosis.first_look.why)}`,
    diagnosis.impact === "" ? "" : `*Impact:* ${literal(diagnosis.impact)}`,
    diagnosis.blast_radius.length === 0
      ? ""
      : `*Blast radius:* ${diagnosis.blast_radius.map(literal).join(", ")}`,
    list(
      "Ruled out",
      diagnosis.ruled_out.map(({ statement, citations }) => `${literal(statement)} ${support(citations)}`),
    ),
    list(
      "Do",
      diagnosis.actions.map(
        ({ title, command, why }) =>
          `*${literal(title)}* – ${literal(why)}${command ? `\n   ${code(command)}` : ""}`,
      ),
    ),
    list("Watch", diagnosis.watch.map(literal)),
    list("Open questions", diagnosis.open_questions.map(literal)),
  ].filter((paragraph) => paragraph !== "");
  const incident = context.incidentUrl
    ? link(context.incidentUrl, context.incidentId)
    : code(context.incidentId);
  const { usage } = diagnosis;
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const end = `${literal(diagnosis.model)} · ${usage.calls} calls, ${tokens.toLocaleString("en-US")} tokens, ${cost(diagnosis)}, ${(diagnosis.tookMs / 1000).toFixed(1)} s · incident ${incident}`;
  return rendered(paragraphs, sections(paragraphs), footer(end), end, buttons(context.investigationId));
}

function rootCause(cause: RootCause, index: number): string {
  const head = index === 0 ? "Root cause" : "Also possible";
  return `*${head}:* ${code(cause.service)} – ${code(cause.code)}, confidence ${percent(cause.confidence)}\n${literal(cause.statement)} ${support(cause.citations)}`;
}

function suspectChange(change: Diagnosis["suspect_change"]): string {
  if (change === null) return "";
  return `*Suspect change:* ${code(change.service)} at ${literal(change.at)}: ${literal(change.summary)} ${support(change.citations)}`;
}

function cost({ costUsd, model }: Diagnosis): string {
  if (costUsd === null) return `cost unknown (no price for ${literal(model)} in MODEL_PRICES)`;
  return `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`;
}

/** Evidence ids of what code could verify; what it could not is said to be so. */
function support(citations: readonly Citation[]): string {
  const verified = [
    ...new Set(citations.filter((citation) => citation.verified).map((citation) => citation.evidence)),
  ];
  const failed = citations.filter((citation) => !citation.verified).length;
  const note = failed > 0 || citations.length === 0 ? "_(unverified)_" : "";
  return [cite(verified), note].filter((part) => part !== "").join(" ");
}
