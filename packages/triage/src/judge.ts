import { findingCodes, minutesBetween } from "@oncall/core";
import type { Cause, Finding } from "@oncall/incidents";
import type { AnalysisContext } from "./analyzer.ts";
import type { Graph } from "./graph.ts";
import type { Suspicion } from "./suspect-change.ts";
import { listed, span } from "./wording.ts";

const MAX_EVIDENCE = 8;
const SURE = 0.7;
// What is touched and when decide: the change lays hands on the very thing that failed, shortly before.
const TELLING_RELEVANCE = 0.8;
const TELLING_CLOSENESS = 0.7;
const HIGHEST = 0.97;
const severityWeight = { critical: 1, warning: 0.9, info: 0.6 } as const;

/** What stands around one finding. */
export interface Circumstances {
  readonly supports: readonly Finding[];
  readonly symptoms: readonly Finding[];
  readonly suspicion: Suspicion | null;
  readonly deeper: readonly Finding[];
  readonly graph: Graph;
  readonly context: Pick<AnalysisContext, "now" | "onset">;
}

export interface Judged {
  readonly finding: Finding;
  /** 0..1, before it is held against others: see `confidenceOf`. */
  readonly confidence: number;
  /** A fault in itself, or a change that touches the very thing, and the times fit. */
  readonly isSpecific: boolean;
  readonly cause: Omit<Cause, "confidence">;
}

/**
 * How much speaks for a finding that nothing else explains to be a root cause: specificity × how sure × severity
 * × timing, more for corroboration and a fitting change, less for what lies off the critical way. Every factor
 * that counted is in `why`. 0.7 and above only for a specific fault whose time fits.
 */
export function judge(finding: Finding, about: Circumstances): Judged {
  const { supports, symptoms, suspicion, deeper, graph, context } = about;
  const { title } = findingCodes[finding.code];
  const specificity = specificityOf(finding);
  const node = graph.nodes.get(finding.subject);
  const why: string[] = [
    specificity >= SURE
      ? "It is a fault in itself, not an effect"
      : `It is an indirect sign: ${lower(title)}`,
  ];
  const timing = timingOf(finding, context.onset);
  why.push(timing.words);
  let score =
    specificity * (0.6 + 0.4 * finding.confidence) * severityWeight[finding.severity] * timing.weight;

  const explains = [...new Set([...supports, ...symptoms].map(inWords))];
  if (explains.length > 0) why.push(`It explains ${listed(explains)}`);
  else {
    score *= 0.75;
    why.push("No symptom was found that it would explain");
  }
  const sources = new Set(
    supports.flatMap((support) => support.evidence).filter((id) => !finding.evidence.includes(id)),
  );
  score += Math.min(0.1, 0.05 * sources.size);

  if (node === undefined) score *= 0.5;
  else if (node.depth > 0 && !node.critical) {
    score *= 0.85;
    why.push(`${finding.subject} is not declared critical to ${graph.root}`);
  }
  if (deeper.length > 0) {
    score *= 0.75;
    why.push(
      `Something it depends on is unwell too: ${listed([...new Set(deeper.map(({ subject }) => subject))])}`,
    );
  } else if (node !== undefined && node.depth > 0 && graph.dependenciesOf(finding.subject).length > 0) {
    why.push(`Nothing that ${finding.subject} depends on was found unwell`);
  }
  if (suspicion !== null) {
    score += 0.15 * suspicion.relevance * suspicion.closeness;
    const when =
      context.onset === null ? "recently" : `${span(suspicion.change.at, context.onset)} before the onset`;
    why.push(`A change of ${suspicion.touched.replaceAll("_", " ")} came ${when}`);
  }
  const telling =
    suspicion !== null &&
    suspicion.relevance >= TELLING_RELEVANCE &&
    suspicion.closeness >= TELLING_CLOSENESS;
  const isSpecific = timing.fits && (specificity >= SURE || telling);
  return {
    finding,
    confidence: confidenceOf(score, isSpecific, node !== undefined),
    isSpecific,
    cause: {
      service: finding.subject,
      code: finding.code,
      summary: finding.summary,
      since: finding.since,
      evidence: cited(finding, suspicion?.change.evidence, [...supports, ...symptoms]),
      why,
      ...(suspicion === null ? {} : { change: suspicion.change }),
    },
  };
}

// The highest score there can be: a perfect finding, two more sources, a change that fits perfectly.
const HIGHEST_SCORE = 1.25;
const STEEPNESS = 4;

/**
 * What a score is worth as a probability: 0.97 · (1 − (1 − score / 1.25)^4), rising with the score from 0 to 0.97. The
 * exponent is measured: scores are products of factors below 1 and were right far more often than they said
 * (calibration error .26 over the sandbox's scenarios with seeds 7, 8 and 9; .12 with exponent 3, .09 with 4). Whatever the score, what is
 * not specific or does not fit in time stays below 0.7, and what the graph does not hold at 0.5 or less.
 */
function confidenceOf(score: number, isSpecific: boolean, isKnown: boolean): number {
  const likely = HIGHEST * (1 - (1 - Math.min(1, score / HIGHEST_SCORE)) ** STEEPNESS);
  return Math.min(likely, isKnown ? (isSpecific ? HIGHEST : SURE - 0.01) : 0.5);
}

// A provider that reports its own trouble leaves as little to ask as AWS Health does.
const TOLD_BY_PROVIDER = 0.8;

function specificityOf({ code, facts }: Finding): number {
  const { specificity } = findingCodes[code];
  return facts?.how === "status page" ? Math.max(TOLD_BY_PROVIDER, specificity) : specificity;
}

/** How the finding's beginning fits the incident's: at the same time, before, long before, after, unknown. */
function timingOf(finding: Finding, onset: string | null): { weight: number; fits: boolean; words: string } {
  if (finding.since === null || onset === null) {
    return { weight: 0.85, fits: false, words: "When it began is not known" };
  }
  const after = minutesBetween(onset, finding.since);
  const apart = span(onset, finding.since);
  if (after > 15) return { weight: 0.7, fits: false, words: `It began ${apart} after the first sign` };
  if (after < -180)
    return { weight: 0.7, fits: false, words: `It began ${apart} before, long before the onset` };
  if (after < -30) return { weight: 0.9, fits: true, words: `It began ${apart} before the onset` };
  if (Math.abs(after) < 1) return { weight: 1, fits: true, words: "It began with the incident" };
  return {
    weight: 1,
    fits: true,
    words: `It began ${apart} ${after < 0 ? "before" : "after"} the onset, so the times fit`,
  };
}

/** Its own evidence first, then the change's, then what supports it; at most 8. */
export function cited(finding: Finding, change: string | undefined, support: readonly Finding[]): string[] {
  const ids = [
    ...finding.evidence,
    ...(change === undefined ? [] : [change]),
    ...support.flatMap((one) => one.evidence),
  ];
  return [...new Set(ids)].slice(0, MAX_EVIDENCE);
}

function inWords(finding: Finding): string {
  return `"${lower(findingCodes[finding.code].title)}" on ${finding.subject}`;
}

/** A title inside a sentence; names such as AWS keep their capitals. */
function lower(title: string): string {
  return /^[A-Z][a-z ]/.test(title) ? (title[0] ?? "").toLowerCase() + title.slice(1) : title;
}
