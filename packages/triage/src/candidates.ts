import type { Finding } from "@oncall/incidents";
import { explainAway, isChange, isSymptom } from "./explain-away.ts";
import type { Graph } from "./graph.ts";
import { distinct, type Suspicion, suspectChange, toSuspect } from "./suspect-change.ts";

/** A finding that nothing else explains, with what it explains and the change that may be behind it. */
export interface Candidate {
  readonly finding: Finding;
  readonly supports: readonly Finding[];
  readonly suspicion: Suspicion | null;
  /** Of a change alone: how many changes of services that suffer were found, and whether it came closest before. */
  readonly among?: { readonly changes: number; readonly isClosest: boolean };
}

/** How close a change must have come to be named without anything that ties it to the trouble. */
const CLOSE = 0.6;

const severityOrder = { critical: 0, warning: 1, info: 2 } as const;

/** What says that something is wrong, not why: gravest first, then nearest. */
export function symptomsOf(findings: readonly Finding[], graph: Graph): Finding[] {
  return findings
    .filter((finding) => isSymptom(finding) && finding.severity !== "info")
    .sort(
      (a, b) =>
        severityOrder[a.severity] - severityOrder[b.severity] || depthOf(a, graph) - depthOf(b, graph),
    );
}

/** What nothing else explains; where there is no such thing, the close changes on services that suffer. */
export function candidatesOf(findings: readonly Finding[], graph: Graph, onset: string | null): Candidate[] {
  const symptoms = symptomsOf(findings, graph);
  const faults = findings.filter(
    (finding) =>
      !isSymptom(finding) &&
      !isChange(finding) &&
      // What is only worth knowing while all is well.
      finding.severity !== "info" &&
      // "Degraded" of a dependency nobody suffers from is news, not a cause.
      (finding.code !== "dependency.degraded" || symptoms.length > 0),
  );
  // Symptoms take part only as what may be explained, so that "why" can name them.
  const explained = explainAway([...faults, ...symptoms], graph);
  const candidates = faults
    .filter((finding) => explained.has(finding))
    .map((finding) => ({
      finding,
      supports: explained.get(finding) ?? [],
      suspicion: suspectChange(finding, findings, graph),
    }));
  return candidates.length > 0 || onset === null ? candidates : changesAlone(findings, symptoms);
}

/** Every close change of a service that suffers: which of several it was, they compete for. */
function changesAlone(findings: readonly Finding[], symptoms: readonly Finding[]): Candidate[] {
  const suffering = new Set(symptoms.map(({ subject }) => subject));
  const all = findings.filter(isChange);
  const changes = distinct(all.filter(({ subject }) => suffering.has(subject)));
  const closest = Math.max(...changes.map(({ confidence }) => confidence));
  return changes
    .filter((change) => change.confidence >= CLOSE && change.facts?.touches !== "")
    .map((change) => ({
      finding: change,
      supports: [],
      suspicion: {
        change: toSuspect(change, all),
        relevance: 0,
        closeness: change.confidence,
        touched: "",
      },
      among: { changes: changes.length, isClosest: change.confidence === closest },
    }));
}

function depthOf({ subject }: Finding, graph: Graph): number {
  return graph.nodes.get(subject)?.depth ?? 0;
}
