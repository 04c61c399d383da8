import type { Finding } from "@oncall/incidents";
import type { AnalysisContext } from "./analyzer.ts";
import { analyzers } from "./analyzers/index.ts";
import type { EvidenceSet } from "./evidence.ts";
import { earliest } from "./wording.ts";

/**
 * Every finding the evidence supports, in one order: by subject, code and time. Pure: the same evidence gives
 * the same findings. What several answers say of the same subject is one finding that cites them all.
 */
export function analyze(evidence: EvidenceSet, context: AnalysisContext): Finding[] {
  const found = analyzers.flatMap((analyzer) => analyzer.analyze(evidence, context));
  return [...mergeSame(found.sort(inOrder))].sort(inOrder);
}

/** Before merging as well, so that which of two equally sure findings stands does not depend on who answered first. */
function inOrder(a: Finding, b: Finding): number {
  return (
    order(a.subject, b.subject) ||
    order(a.code, b.code) ||
    order(a.since ?? "", b.since ?? "") ||
    order(a.summary, b.summary) ||
    order(a.evidence[0] ?? "", b.evidence[0] ?? "")
  );
}

/** The same dependency seen from two services is one finding: the surer one, begun at the earlier time. */
function mergeSame(findings: readonly Finding[]): Iterable<Finding> {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const repeats = finding.code.startsWith("change.") || finding.code === "log.error_surge";
    const key = `${finding.code} ${finding.subject}${repeats ? ` ${finding.since} ${finding.summary}` : ""}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? finding : merge(known, finding));
  }
  return merged.values();
}

function merge(a: Finding, b: Finding): Finding {
  const [surer, other] = b.confidence > a.confidence ? [b, a] : [a, b];
  return {
    ...surer,
    since: earliest([surer.since, other.since]),
    evidence: [...new Set([...surer.evidence, ...other.evidence])],
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
