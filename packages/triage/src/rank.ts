import { minutesBetween } from "@oncall/core";
import type { Cause, Finding } from "@oncall/incidents";
import type { AnalysisContext } from "./analyzer.ts";
import { explainAway, isChange, isSymptom } from "./explain-away.ts";
import type { Graph } from "./graph.ts";
import { cited, type Judged, judge } from "./judge.ts";
import { suspectChange, toSuspect } from "./suspect-change.ts";
import { span } from "./wording.ts";

export interface Ranking {
  /** Most likely first, at most 5. */
  readonly causes: readonly Cause[];
  /** What is wrong without saying why, gravest first, at most 8. */
  readonly symptoms: readonly Finding[];
}

const MAX_CAUSES = 5;
const MAX_SYMPTOMS = 8;

const severityOrder = { critical: 0, warning: 1, info: 2 } as const;

/**
 * Root causes over the dependency graph: of the findings that nothing else explains, those first that are
 * most specific and sure, begin with the incident, stand deepest, and have a change behind them. Pure and
 * deterministic: the same findings give the same order.
 */
export function rank(
  findings: readonly Finding[],
  graph: Graph,
  context: Pick<AnalysisContext, "now" | "onset">,
): Ranking {
  const symptoms = findings
    .filter((finding) => isSymptom(finding) && finding.severity !== "info")
    .sort(
      (a, b) => severityOrder[a.severity] - severityOrder[b.severity] || depth(a, graph) - depth(b, graph),
    );
  const candidates = findings.filter(
    (finding) =>
      !isSymptom(finding) &&
      !isChange(finding) &&
      // What is only worth knowing while all is well.
      finding.severity !== "info" &&
      // "Degraded" of a dependency nobody suffers from is news, not a cause.
      (finding.code !== "dependency.degraded" || symptoms.length > 0),
  );
  // Symptoms take part only as what may be explained, so that "why" can name them.
  const explained = explainAway([...candidates, ...symptoms], graph);
  const roots = candidates.filter((finding) => explained.has(finding));
  const judged = roots.map((finding) =>
    judge(finding, {
      supports: explained.get(finding) ?? [],
      symptoms: symptoms.filter((symptom) => graph.reaches(symptom.subject, finding.subject)),
      suspicion: suspectChange(finding, findings, graph),
      deeper: roots.filter((other) => mayLieUnder(other, finding, graph)),
      graph,
      context,
    }),
  );
  const causes = judged
    .sort(
      (a, b) =>
        b.confidence - a.confidence || depth(b.finding, graph) - depth(a.finding, graph) || byName(a, b),
    )
    .slice(0, MAX_CAUSES)
    .map((one) => ({ ...one.cause, confidence: shared(one, judged) }));
  return {
    causes: causes.length > 0 ? causes : changeAlone(findings, symptoms, graph, context),
    symptoms: symptoms.slice(0, MAX_SYMPTOMS),
  };
}

/** Trouble on a critical way below a finding, not begun after it: a rival that would be the root of both. */
function mayLieUnder(other: Finding, finding: Finding, graph: Graph): boolean {
  if (other.subject === finding.subject || !graph.reaches(finding.subject, other.subject)) return false;
  const later =
    other.since !== null && finding.since !== null && minutesBetween(finding.since, other.since) > 10;
  return !later && graph.nodes.get(other.subject)?.critical === true;
}

/** Several unexplained findings compete, each is less likely to be the one; two specific ones in two places may both be. */
function shared(one: Judged, all: readonly Judged[]): number {
  const rivals = all.filter(
    (other) =>
      other === one || !(one.isSpecific && other.isSpecific) || other.finding.subject === one.finding.subject,
  );
  const total = rivals.reduce((sum, { confidence }) => sum + confidence, 0);
  return Number((one.confidence * (0.6 + (0.4 * one.confidence) / total)).toFixed(2));
}

/** Where symptoms have no better explanation, the close change on a service that has them; never sure. */
function changeAlone(
  findings: readonly Finding[],
  symptoms: readonly Finding[],
  graph: Graph,
  { onset }: Pick<AnalysisContext, "onset">,
): Cause[] {
  if (onset === null) return [];
  const changes = findings.filter(isChange);
  const suffering = new Set(symptoms.map(({ subject }) => subject));
  return changes
    .filter(
      (change) => suffering.has(change.subject) && change.confidence >= 0.6 && change.facts?.touches !== "",
    )
    .sort((a, b) => b.confidence - a.confidence || depth(b, graph) - depth(a, graph))
    .slice(0, 1)
    .map((change) => ({
      service: change.subject,
      code: change.code,
      confidence: Number((0.4 * change.confidence).toFixed(2)),
      summary: change.summary,
      since: change.since,
      evidence: cited(
        change,
        undefined,
        symptoms.filter(({ subject }) => subject === change.subject),
      ),
      why: [
        `It came ${span(change.since ?? onset, onset)} before the onset`,
        "It is the only change found on a service with symptoms; nothing found ties it to them",
      ],
      change: toSuspect(change, changes),
    }));
}

function depth(finding: Finding, graph: Graph): number {
  return graph.nodes.get(finding.subject)?.depth ?? 0;
}

function byName(a: Judged, b: Judged): number {
  return `${a.finding.subject} ${a.finding.code}` < `${b.finding.subject} ${b.finding.code}` ? -1 : 1;
}
