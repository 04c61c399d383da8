import { clock, findingCodes } from "@oncall/core";
import type { Cause, Finding, FirstLook } from "@oncall/incidents";
import { buttons } from "./buttons.ts";
import { code, footer, link, literal, sections } from "./mrkdwn.ts";
import { type Rendered, rendered } from "./rendered.ts";

export interface FirstLookContext {
  readonly incidentId: string;
  readonly investigationId: string;
  /** Where a person reads the incident, or null when there is no public address. */
  readonly incidentUrl: string | null;
  /** What follows, in words: that the diagnosis is under way, or why none is. */
  readonly modelNote: string;
  /** What answers that came after it have added, a sentence each. */
  readonly added?: readonly string[];
}

/** The first look as it stands in the alert's thread: the answer first, each claim with its evidence ids. */
export function renderFirstLook(look: FirstLook, context: FirstLookContext): Rendered {
  const paragraphs = [
    `*First look* · ${literal(look.headline)}`,
    addedParagraph(look, context),
    ...look.causes.map((cause, index) => causeParagraph(cause, index, look.window.to)),
    serviceParagraph(look),
    resourceParagraph(look),
    look.recurrence
      ? `*Seen before* ${literal(look.recurrence.summary)} ${cite([look.recurrence.evidence])}`
      : "",
    list("What shows it", look.symptoms.map(symptom)),
    list("Next", look.nextSteps.map(step)),
    list(
      "Checked and well",
      look.healthy.map(({ what, evidence }) => `${literal(what)} ${cite([evidence])}`),
    ),
    list(
      "Could not be checked",
      look.unchecked.map(({ what, why }) => `${literal(what)}: ${literal(why)}`),
    ),
  ].filter((paragraph) => paragraph !== "");
  return rendered(
    paragraphs,
    sections(paragraphs),
    footer(footerText(look, context)),
    footerText(look, context),
    buttons(context.investigationId),
  );
}

function addedParagraph({ tookMs }: FirstLook, { added = [] }: FirstLookContext): string {
  if (added.length === 0) return "";
  return `_Added after ${(tookMs / 1000).toFixed(1)} s:_ ${added.map(literal).join(". ")}.`;
}

function causeParagraph(cause: Cause, index: number, now: string): string {
  const lines = [
    `*${index === 0 ? "Likely cause" : "Also possible"}:* ${code(cause.service)} – ${literal(findingCodes[cause.code].title.toLowerCase())} (${code(cause.code)}), confidence ${percent(cause.confidence)}`,
    `${literal(cause.summary)} ${cite(cause.evidence)}`,
  ];
  if (cause.change) {
    const { change } = cause;
    const who = change.author ? ` by ${literal(change.author)}` : "";
    const name = change.link ? link(change.link, change.summary) : literal(change.summary);
    lines.push(`*Suspect change:* ${name}${who}, ${clock(change.at, now)} ${cite([change.evidence])}`);
  }
  if (cause.why.length > 0) lines.push(`_Why:_ ${cause.why.map(literal).join(". ")}.`);
  return lines.join("\n");
}

function symptom({ subject, summary, evidence }: Finding): string {
  const about = summary.includes(subject) ? "" : `${literal(subject)}: `;
  return `${about}${literal(summary)} ${cite(evidence)}`;
}

function resourceParagraph({ resource }: FirstLook): string {
  if (!resource) return "";
  const error = resource.error ? `, error “${literal(resource.error)}”` : "";
  return `*Resource* ${code(resource.id)}: ${resource.status ? literal(resource.status) : "no status given"}${error} ${cite([resource.evidence])}`;
}

/** Why this service, where it might be another one; what was tried where none is known. */
function serviceParagraph({ service, resolution, candidates }: FirstLook): string {
  const others = candidates
    .map((other) => `${code(other.service)}${other.why === "" ? "" : ` (${literal(other.why)})`}`)
    .join(", ");
  if (service === null)
    return `*What was tried:* ${literal(resolution)}${others === "" ? "" : `\n*Closest names:* ${others}`}`;
  return others === ""
    ? ""
    : `*Taken to be about* ${code(service)} (${literal(resolution)}). *It may be about* ${others}.`;
}

/** A step may hold a command, between backticks or after a colon; everything else is plain words. */
function step(text: string): string {
  return text
    .split(/(`[^`\n]{1,500}`|(?<=: )(?:kubectl|argocd|git|\/diagnose) [^`\n]{1,500}$)/)
    .map((part, i) => (i % 2 === 1 ? code(part.replace(/^`|`$/g, "")) : literal(part)))
    .join("");
}

function footerText(look: FirstLook, context: FirstLookContext): string {
  const owner = look.owner
    ? `Owner: ${literal(look.owner.team)} (${literal(look.owner.slackChannel)}, pager ${literal(look.owner.pagerAlias)})`
    : "";
  const radius =
    look.blastRadius.length > 0 ? `Depends on it: ${look.blastRadius.map(literal).join(", ")}` : "";
  const incident = context.incidentUrl
    ? link(context.incidentUrl, context.incidentId)
    : code(context.incidentId);
  return [
    owner,
    radius,
    `${literal(context.modelNote)} · first look in ${(look.tookMs / 1000).toFixed(1)} s · incident ${incident}`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Where evidence ids stand: after the claim, so that anyone can ask for what was recorded. */
export function cite(ids: readonly string[]): string {
  return ids.length === 0 ? "" : `[${ids.map((id) => `\`${literal(id)}\``).join(" ")}]`;
}

export function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `*${title}*\n${items.map((item) => `• ${item}`).join("\n")}`;
}

export function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}
