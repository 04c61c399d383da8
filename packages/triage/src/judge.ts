import { findingCodes, minutesBetween } from "@oncall/core";
import type { Cause, Finding } from "@oncall/incidents";
import type { AnalysisContext } from "./analyzer.ts";
import type { Graph } from "./graph.ts";
import type { Suspicion } from "./suspect-change.ts";
import { listed, span } from "./wording.ts";

const MAX_EVIDENCE = 8;
const SURE = 0.7;
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
  readonly score: number;
  readonly cause: Omit<Cause, "confidence">;
}

/**
 * How much speaks for a finding that nothing else explains to be a root cause: specificity × how sure × severity
 * × timing, more for corroboration and a fitting change, less for what lies off the critical way. Every factor
 * that counted is in `why`. 0.7 and above only for a specific fault whose time fits.
 */
export function judge(finding: Finding, about: Circumstances): Judged {
  const { supports, symptoms, suspicion, deeper, graph, context } = about;
  const { specificity, title } = findingCodes[finding.code];
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
  const ceiling = specificity >= SURE && timing.fits ? 0.95 : SURE - 0.01;
  return {
    finding,
    score: Math.min(ceiling, score),
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
