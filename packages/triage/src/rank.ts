import type { Cause, Finding } from "@oncall/incidents";
import type { AnalysisContext } from "./analyzer.ts";
import { type Candidate, candidatesOf, symptomsOf } from "./candidates.ts";
import type { EvidenceSet } from "./evidence.ts";
import type { Graph } from "./graph.ts";
import { inBits, signsOf } from "./in-bits.ts";
import { isSpecific, isTelling, toCause } from "./judge.ts";
import { confidencesOf, type RankedService, rankServices, type ServiceEvidence } from "./ranking/index.ts";
import { unseenBehind } from "./unseen.ts";

export interface Ranking {
  /** Most likely first, at most 5. */
  readonly causes: readonly Cause[];
  /** What is wrong without saying why, gravest first, at most 8. */
  readonly symptoms: readonly Finding[];
}

const MAX_CAUSES = 5;
const MAX_CAUSES_OF_A_NODE = 2;
const MAX_SYMPTOMS = 8;

/**
 * Root causes: `rankServices` says where, and of the findings there that nothing else explains it says what, by the same
 * bits. Pure and deterministic: the same findings and evidence give the same order.
 */
export function rank(
  findings: readonly Finding[],
  evidence: EvidenceSet,
  graph: Graph,
  context: Pick<AnalysisContext, "now" | "onset">,
): Ranking {
  const symptoms = symptomsOf(findings, graph);
  const candidates = candidatesOf(findings, graph, context.onset);
  const bits = inBits(evidence, candidates, context.onset);
  const ranked = rankNodes(candidates, bits, graph);
  const places = ranked.filter(({ service }) =>
    candidates.some(({ finding }) => finding.subject === service),
  );
  const causes = places.flatMap((place) => {
    const here = candidates.filter(({ finding }) => finding.subject === place.service);
    return byWeight(here, evidence, context.onset)
      .slice(0, MAX_CAUSES_OF_A_NODE)
      .map(({ candidate, share }) =>
        toCause(candidate, {
          where: whereConfidence(place, ranked, candidates, context.onset),
          share,
          unseen: unseenBehind(candidate.finding, evidence, graph),
          place,
          ranked,
          callers: callersOf(place.service, bits),
          symptoms: symptoms.filter((symptom) => graph.reaches(symptom.subject, place.service)),
          graph,
          context,
        }),
      );
  });
  return { causes: causes.slice(0, MAX_CAUSES), symptoms: symptoms.slice(0, MAX_SYMPTOMS) };
}

function rankNodes(
  candidates: readonly Candidate[],
  evidence: ServiceEvidence,
  graph: Graph,
): RankedService[] {
  const nodes = [...graph.nodes.keys()];
  return rankServices({
    graph: {
      services: [...nodes, ...candidates.map(({ finding }) => finding.subject)],
      calls: nodes.flatMap((node) => graph.dependenciesOf(node).map((other) => [node, other] as const)),
    },
    evidence,
    symptom: graph.root,
  });
}

/** The candidates of one node, each held against the others as if it were a service of its own. */
function byWeight(candidates: readonly Candidate[], evidence: EvidenceSet, onset: string | null) {
  const names = candidates.map(({ finding }, at) => `${finding.code} ${at}`);
  const signs = candidates.flatMap((candidate, at) =>
    signsOf(candidate, evidence, onset).map((sign) => ({ ...sign, service: names[at] ?? "" })),
  );
  return rankServices({ graph: { services: names, calls: [] }, evidence: { signs } }).flatMap(
    ({ service, confidence }) => {
      const candidate = candidates[names.indexOf(service)];
      return candidate === undefined ? [] : [{ candidate, share: confidence }];
    },
  );
}

/** Beside a fault in itself that began in time others do not compete: all of them may have to be mended. */
function whereConfidence(
  { service, score, confidence }: RankedService,
  ranked: readonly RankedService[],
  candidates: readonly Candidate[],
  onset: string | null,
): number {
  const placesOf = (which: (candidate: Candidate) => boolean) =>
    new Set(candidates.filter(which).map(({ finding }) => finding.subject));
  if (!placesOf((candidate) => isSpecific(candidate, onset)).has(service)) return confidence;
  const faults = placesOf(isTelling);
  const rivals = ranked.filter((other) => other.service !== service && !faults.has(other.service));
  return confidencesOf([score, ...rivals.map((other) => other.score)])[0] ?? 0;
}

function callersOf(service: string, { links = [] }: ServiceEvidence): string[] {
  return [
    ...new Set(
      links.filter(({ callee, bits }) => callee === service && bits > 0).map(({ caller }) => caller),
    ),
  ].sort();
}
