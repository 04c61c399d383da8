import type { Cause, Finding } from "@oncall/incidents";
import type { AnalysisContext } from "./analyzer.ts";
import type { Candidate } from "./candidates.ts";
import type { ToolName } from "./evidence.ts";
import { isChange } from "./explain-away.ts";
import type { Graph } from "./graph.ts";
import { specificityOf } from "./in-bits.ts";
import type { RankedService } from "./ranking/index.ts";
import { fits, whyHere, whyThis } from "./reasons.ts";

const MAX_EVIDENCE = 8;
// The share that was right when sources were taken away from the sandbox's scenarios, or less: it knows no trouble that
// nobody thought of.
const HIGHEST = 0.97;
const LIKELY = 0.85;
const SURE = 0.7;
const BELOW_SURE = 0.69;
const UNSURE = 0.4;
const OUTSIDE_GRAPH = 0.5;
// What is touched and when decide: the change lays hands on the very thing that failed, shortly before.
const TELLING_RELEVANCE = 0.8;
const TELLING_CLOSENESS = 0.7;

/** What stands around one candidate. */
export interface Circumstances {
  /** 0..1 that its node is the origin. */
  readonly where: number;
  /** 0..1 that it is what is wrong there. */
  readonly share: number;
  /** What was not read although it could explain the finding away. */
  readonly unseen: readonly ToolName[];
  readonly place: RankedService;
  readonly ranked: readonly RankedService[];
  /** Who saw calls to its node fail. */
  readonly callers: readonly string[];
  readonly symptoms: readonly Finding[];
  readonly graph: Graph;
  readonly context: Pick<AnalysisContext, "now" | "onset">;
}

/**
 * A candidate as a cause, with what decided in words. Its confidence is that of its place, times its share of what is
 * wrong there, times how far its kind and time can be believed at all.
 */
export function toCause(candidate: Candidate, about: Circumstances): Cause {
  const { finding, supports, suspicion } = candidate;
  const { where, share, symptoms, graph } = about;
  const most = graph.nodes.has(finding.subject) ? mostOf(candidate, about) : OUTSIDE_GRAPH;
  return {
    service: finding.subject,
    code: finding.code,
    confidence: Number((most * where * share).toFixed(2)),
    summary: finding.summary,
    since: finding.since,
    evidence: cited(finding, suspicion?.change.evidence, [...supports, ...symptoms]),
    why: [...whyThis(candidate, about), ...whyHere(about)],
    ...(suspicion === null ? {} : { change: suspicion.change }),
  };
}

/** A fault in itself, or a change that touches the very thing, and the times fit. The change dates what it brought about. */
export function isSpecific(candidate: Candidate, onset: string | null): boolean {
  const { finding } = candidate;
  if (finding.since === null && onset !== null) return isTouched(candidate);
  return fits(finding, onset) && isTelling(candidate);
}

/** A fault in itself, or a change that touches the very thing. */
export function isTelling(candidate: Candidate): boolean {
  return isFault(candidate.finding) || isTouched(candidate);
}

function isFault(finding: Finding): boolean {
  return specificityOf(finding) >= SURE;
}

function isTouched({ suspicion }: Candidate): boolean {
  return (
    suspicion !== null && suspicion.relevance >= TELLING_RELEVANCE && suspicion.closeness >= TELLING_CLOSENESS
  );
}

/**
 * How far its kind and time can be believed. Never sure of what may be the effect of something that was not read, unless
 * a change brought it about; nor of what began at another time. Of a change alone only how close it came tells.
 */
function mostOf(candidate: Candidate, { unseen, context: { onset } }: Circumstances): number {
  const { finding } = candidate;
  if (isChange(finding)) return BELOW_SURE * finding.confidence;
  const isUndated = finding.since === null || onset === null;
  const isLate = !isUndated && !fits(finding, onset);
  if (unseen.length > 0) {
    if (isLate || !isTelling(candidate)) return UNSURE;
    return isFault(finding) && isTouched(candidate) ? LIKELY : BELOW_SURE;
  }
  if (isSpecific(candidate, onset)) return HIGHEST;
  return isLate || (isUndated && !isTelling(candidate)) ? BELOW_SURE : LIKELY;
}

/** Its own evidence first, then the change's, then what supports it; at most 8. */
function cited(finding: Finding, change: string | undefined, support: readonly Finding[]): string[] {
  const ids = [
    ...finding.evidence,
    ...(change === undefined ? [] : [change]),
    ...support.flatMap((one) => one.evidence),
  ];
  return [...new Set(ids)].slice(0, MAX_EVIDENCE);
}
