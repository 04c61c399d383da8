import type { Stated } from "@oncall/core";
import { type RankedService, rankServices } from "@oncall/triage";
import type { Figure } from "../report.ts";

/** A ranking to be judged: the points of every service, and the right one. */
export interface Judged {
  readonly scores: ReadonlyMap<string, number>;
  readonly truth: string;
  /** Of the first service, 0..1; 0 when none was named. */
  readonly confidence: number;
}

// Two that score the same and stand at one depth are a tie; of other depths the ranking itself puts the deeper first.
const DEPTH = 1e-9;

export function judged(truth: string, ranked: readonly RankedService[]): Judged {
  return {
    truth,
    confidence: ranked[0]?.confidence ?? 0,
    scores: new Map(ranked.map(({ service, score, depth }) => [service, score && score + DEPTH * depth])),
  };
}

/** The place of the truth, from 1. Ties count against it, and so does a score of 0: it was not found then. */
export function placeOf({ scores, truth }: Judged): number {
  const own = scores.get(truth) ?? 0;
  if (own <= 0) return Number.POSITIVE_INFINITY;
  return [...scores.values()].filter((score) => score >= own).length;
}

export function hitsAt(cases: readonly Judged[], k: number): number {
  return cases.filter((each) => placeOf(each) <= k).length;
}

/** The first services named, for calibration; a ranking without evidence names none. A tie for the first place is wrong. */
export function statedOf(cases: readonly Judged[]): Stated[] {
  return cases
    .filter(({ confidence }) => confidence > 0)
    .map((each) => ({ confidence: each.confidence, right: placeOf(each) === 1 }));
}

/** A share of cases found among the first k, with its bar. */
export function foundAt(name: string, cases: readonly Judged[], k: number, bar: number | null): Figure {
  return atLeast(
    `${name} @${k}`,
    hitsAt(cases, k) / Math.max(1, cases.length),
    `share of ${cases.length}`,
    bar,
  );
}

/** The mean of the shares at 1 to 5. */
export function averageAt5(name: string, cases: readonly Judged[], bar: number): Figure {
  const sum = [1, 2, 3, 4, 5].reduce((total, k) => total + hitsAt(cases, k), 0);
  return atLeast(`${name} Avg@5`, sum / 5 / Math.max(1, cases.length), `share of ${cases.length}`, bar);
}

export function atLeast(name: string, value: number, unit: string, bar: number | null): Figure {
  return { name, value, unit, bar: bar === null ? null : `≥ ${bar}`, ok: bar === null || value >= bar };
}

/** Wilson's 95 % interval of a share, in words. */
export function interval(hits: number, of: number): string {
  if (of === 0) return "no cases";
  const z = 1.96;
  const share = hits / of;
  const middle = share + (z * z) / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const bound = (value: number): string => (value / (1 + (z * z) / of)).toFixed(2);
  return `${hits} of ${of}, ${bound(middle - reach)} to ${bound(middle + reach)}`;
}

/** What says whether the measuring itself is honest: intervals, and the share right for a truth drawn at random. */
export function notesOf(name: string, cases: readonly Judged[]): string[] {
  return [
    `${name}: @1 ${interval(hitsAt(cases, 1), cases.length)}; @3 ${interval(hitsAt(cases, 3), cases.length)}`,
    `${name}: with every truth replaced by a wrong one @1 is ${wrongTruth(cases).toFixed(3)}; without evidence ${hitsAt(cases.map(withoutEvidence), 1)} of ${cases.length}`,
  ];
}

/** The same candidates with nothing known of them. */
function withoutEvidence({ truth, scores }: Judged): Judged {
  const graph = { services: [...scores.keys()], calls: [] };
  return judged(truth, rankServices({ graph, evidence: { signs: [] } }));
}

/** The mean share right over every wrong service as truth: a ranking that says anything to any question scores here. */
function wrongTruth(cases: readonly Judged[]): number {
  const shares = cases.map(({ scores, truth }) => {
    const others = [...scores.keys()].filter((service) => service !== truth);
    return (
      hitsAt(
        others.map((other) => ({ scores, truth: other, confidence: 0 })),
        1,
      ) / Math.max(1, others.length)
    );
  });
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}
