import { type Bin, calibrationBins, calibrationError } from "@oncall/core";
import type { Judgement } from "./judge.ts";

/**
 * Shares from 0 to 1, null where no run counts towards one. top1, top3 and abstained are of the worlds with a
 * fault, false_alarms of the healthy ones, the rest of all. Nothing here depends on how long anything took.
 */
export interface Scores {
  /** The first cause is a true one. */
  readonly top1: number | null;
  /** A true cause is among the first three. */
  readonly top3: number | null;
  /** Of what the answers had to mention, what they did; the mean over the runs. */
  readonly must_mention: number | null;
  /** Runs in which no stated cause claims what is not true. */
  readonly must_not_claim: number | null;
  /** Runs whose first cause is wrong with a confidence of 0.7 or more. */
  readonly confidently_wrong: number | null;
  /** A fault, and no cause stated. */
  readonly abstained: number | null;
  /** No fault, and a cause stated. */
  readonly false_alarms: number | null;
  /** Expected calibration error of the first causes' confidences, in ten bins. */
  readonly ece: number | null;
  /** Runs, those that failed included. */
  readonly n: number;
}

export type ScoreName = Exclude<keyof Scores, "n">;

const CONFIDENT = 0.7;

export function score(runs: readonly Judgement[]): Scores {
  const faulty = runs.filter(({ healthy }) => !healthy);
  const well = runs.filter(({ healthy }) => healthy);
  const mention = runs.filter(({ must_mention }) => must_mention > 0);
  const answered = runs.filter(({ verdict }) => verdict !== "failed");
  const forbidding = answered.filter(({ must_not_claim }) => must_not_claim > 0);
  return {
    top1: share(faulty, ({ top1 }) => top1),
    top3: share(faulty, ({ top3 }) => top3),
    must_mention: mean(mention.map(({ missing, must_mention }) => 1 - missing.length / must_mention)),
    must_not_claim: share(forbidding, ({ claimed }) => claimed.length === 0),
    confidently_wrong: share(runs, isConfidentlyWrong),
    abstained: share(faulty, ({ verdict }) => verdict === "abstained"),
    false_alarms: share(well, ({ verdict }) => verdict === "false_alarm"),
    ece: rounded(calibrationError(calibration(runs))),
    n: runs.length,
  };
}

export function isConfidentlyWrong({ confidence, top1 }: Judgement): boolean {
  return confidence !== null && confidence >= CONFIDENT && !top1;
}

/** How often first causes of a confidence were right; runs that stated none are left out. */
export function calibration(runs: readonly Judgement[]): Bin[] {
  return calibrationBins(
    runs.flatMap(({ confidence, top1 }) => (confidence === null ? [] : [{ confidence, right: top1 }])),
  );
}

function share(runs: readonly Judgement[], holds: (run: Judgement) => boolean): number | null {
  return mean(runs.map((run) => Number(holds(run))));
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function rounded<T extends number | null>(value: T): T | number {
  return value === null ? value : Math.round(value * 10_000) / 10_000;
}
