import { MAX_BITS } from "@oncall/tools";
import type { Excess } from "../signals/excess.ts";
import type { LinkSign, Sign } from "../signals/sign.ts";
import { confidencesOf } from "./confidence.ts";
import { followExcess } from "./flow.ts";
import { type OwnSign, ownSigns } from "./own.ts";
import { depthsFrom, entries, indexCalls, type ServiceGraph } from "./service-graph.ts";
import { starPoints } from "./star.ts";

/** All that was seen, from whatever signals exist. */
export interface ServiceEvidence {
  readonly signs: readonly Sign[];
  readonly links?: readonly LinkSign[];
  /**
   * Where the symptom is a level with traffic behind it: how much more each service took or failed meanwhile. A symptom
   * within its usual range leaves nothing to explain: every score is then 0, unless an alert rang on it.
   */
  readonly excess?: Excess;
}

export interface RankServicesInput {
  readonly graph: ServiceGraph;
  readonly evidence: ServiceEvidence;
  /** The service that suffers, where one is known. */
  readonly symptom?: string;
  /** An alert rang on the symptom: whoever set it holds the level for wrong, whatever its history says. */
  readonly alerted?: boolean;
}

export interface RankedService {
  readonly service: string;
  /** 0 when nothing speaks for it. Comparable within one ranking only. */
  readonly score: number;
  /** 0..1 that it is the origin. */
  readonly confidence: number;
  /** What the score is made of. */
  readonly own: readonly OwnSign[];
  /** The share of the symptom's excess that arises here, 0 to 1. */
  readonly ofSymptom: number;
  readonly star: number;
  readonly reached: boolean;
  /** Steps from the symptom, or from where work comes in: of two that score the same the deeper is first. */
  readonly depth: number;
}

/** What it is worth to explain the whole symptom: as much as the most surprising sign. */
const WHOLE_SYMPTOM = MAX_BITS;
const UNREACHED = 0.5;
/** What an alert on the symptom is worth where its own history shows nothing: even odds. */
const ALERT_BITS = 1;

/**
 * Every service of the graph, the likeliest origin of the trouble first. Deterministic, and indifferent to units,
 * names and kinds of faults: it knows bits of surprise, who calls whom, and how the symptom's excess flows. Without any
 * evidence every score is 0. Takes time in proportion to services, calls and signs.
 */
export function rankServices({
  graph,
  evidence,
  symptom,
  alerted = false,
}: RankServicesInput): RankedService[] {
  const index = indexCalls(graph);
  const { excess, links = [] } = evidence;
  const flow = symptom === undefined || excess === undefined ? null : followExcess(symptom, excess, index);
  const sureness = excess === undefined ? 1 : 1 - 2 ** -Math.max(excess.bits, alerted ? ALERT_BITS : 0);
  // Seconds and failures are comparable between services where bits are not: the flow speaks for its family.
  const signs =
    flow === null ? evidence.signs : evidence.signs.filter(({ family }) => family !== excess?.family);
  const own = ownSigns(signs, links, index);
  const star = starPoints(links);
  const depths = depthsFrom(symptom === undefined ? entries(index) : [symptom], index);
  const ranked = index.services
    .map((service) => {
      const signsHere = own.get(service) ?? [];
      const share = flow?.self.get(service) ?? 0;
      const through = flow === null ? 1 : (flow.through.get(service) ?? 0);
      const reached = symptom === undefined || depths.has(service);
      const points =
        through * signsHere.reduce((sum, sign) => sum + sign.points, 0) +
        WHOLE_SYMPTOM * share +
        (star.get(service) ?? 0);
      return {
        service,
        score: rounded(points * sureness * (reached ? 1 : UNREACHED)),
        depth: depths.get(service) ?? 0,
        own: signsHere,
        ofSymptom: share * sureness,
        star: star.get(service) ?? 0,
        reached,
      };
    })
    .sort((a, b) => b.score - a.score || b.depth - a.depth || (a.service < b.service ? -1 : 1));
  const confidences = confidencesOf(ranked.map(({ score }) => score));
  return ranked.map((each, at) => ({ ...each, confidence: confidences[at] ?? 0 }));
}

/** The order of adding must not break a tie. */
function rounded(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}
