import { readFile } from "node:fs/promises";
import { AppError } from "@oncall/core";
import { diagnosisJudgement, type Report, type Row } from "./report.ts";
import { type ScoreName, type Scores, score } from "./score.ts";

export interface Comparison {
  /** Scores that are worse than they were; not empty fails the run. */
  readonly dropped: readonly Drop[];
  /** What became of single runs, in words. */
  readonly changed: readonly string[];
  /** Runs that both have; only they are compared. */
  readonly compared: number;
}

export interface Drop {
  /** Such as `top1`, or `diagnosis top1`. */
  readonly score: string;
  readonly was: number;
  readonly is: number;
}

/** What counts as worse: which way, and by how much more than this. */
const WORSE: Readonly<Record<ScoreName, { readonly when: "less" | "more"; readonly by: number }>> = {
  top1: { when: "less", by: 0 },
  top3: { when: "less", by: 0 },
  must_mention: { when: "less", by: 0 },
  must_not_claim: { when: "less", by: 0 },
  confidently_wrong: { when: "more", by: 0 },
  abstained: { when: "more", by: 0 },
  false_alarms: { when: "more", by: 0 },
  // Moves with every confidence; a hundredth or two says nothing.
  ece: { when: "more", by: 0.02 },
};

const keyOf = ({ scenario, seed }: Row): string => `${scenario} seed ${seed}`;

/** Compares the runs that both reports have. Throws invalid_input when there are none. */
export function compare(baseline: Report, report: Report): Comparison {
  const before = new Map(baseline.scenarios.map((row) => [keyOf(row), row]));
  const pairs = report.scenarios.flatMap((is) => {
    const was = before.get(keyOf(is));
    return was === undefined ? [] : [{ was, is }];
  });
  if (pairs.length === 0) {
    throw new AppError(
      "invalid_input",
      "The baseline has none of these scenarios with these seeds: nothing can be compared.",
    );
  }
  const scoresOf = (of: "was" | "is"): Scores => score(pairs.map((pair) => pair[of].judgement));
  const dropped = drops(scoresOf("was"), scoresOf("is"), "");
  if (baseline.diagnosis_scores && report.diagnosis_scores) {
    const ofModel = (of: "was" | "is"): Scores => score(pairs.map((pair) => diagnosisJudgement(pair[of])));
    dropped.push(...drops(ofModel("was"), ofModel("is"), "diagnosis "));
  }
  const changed = pairs
    .filter(({ was, is }) => was.judgement.verdict !== is.judgement.verdict)
    .map(({ was, is }) => `${keyOf(is)}: ${words(was.judgement.verdict)} → ${words(is.judgement.verdict)}`);
  return { dropped, changed, compared: pairs.length };
}

function drops(was: Scores, is: Scores, prefix: string): Drop[] {
  return Object.entries(WORSE).flatMap(([name, { when, by }]) => {
    const [before, now] = [was[name as ScoreName], is[name as ScoreName]];
    if (before === null || now === null) return [];
    const loss = when === "less" ? before - now : now - before;
    return loss > by ? [{ score: `${prefix}${name}`, was: before, is: now }] : [];
  });
}

/** A report written by `--out` or `--json`. Throws invalid_input for anything else. */
export async function readBaseline(file: string): Promise<Report> {
  let read: Partial<Report> | null;
  try {
    read = JSON.parse(await readFile(file, "utf8")) as Partial<Report> | null;
  } catch (cause) {
    throw new AppError("invalid_input", `The baseline ${file} cannot be read as JSON.`, { cause });
  }
  if (!Array.isArray(read?.scenarios) || read.scenarios.some((row: Partial<Row>) => !row.judgement))
    throw new AppError("invalid_input", `${file} is not a report of \`oncall eval --out\`.`);
  return read as Report;
}

function words(verdict: string): string {
  return verdict.replaceAll("_", " ");
}
