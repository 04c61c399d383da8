import { costOf as listedCostOf, listPrices } from "@oncall/agent";
import type { Diagnosis, ModelUsage } from "@oncall/incidents";
import {
  diagnosisAnswer,
  type Expected,
  expectedOf,
  firstLookAnswer,
  type Judgement,
  judge,
  type Root,
} from "./judge.ts";
import type { EvalRun, FailedRun } from "./run.ts";
import { type Scores, score } from "./score.ts";
import type { ModelChoice } from "./slot-protocol.ts";

/** Dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** What `eval` writes as JSON (SPEC §16); a later run's baseline. */
export interface Report {
  readonly seed: number | readonly number[];
  readonly scores: Scores;
  /** The model's own scores; null without one, and with the stand-in, whose accuracy is the first look's. */
  readonly diagnosis_scores: Scores | null;
  readonly efficiency: Efficiency;
  readonly model: string | null;
  readonly replayed: boolean;
  readonly notes: readonly string[];
  readonly scenarios: readonly Row[];
}

export interface Efficiency {
  readonly first_look_ms: { readonly p50: number; readonly max: number } | null;
  readonly tool_calls: number;
  /** Null without a model. */
  readonly tokens: number | null;
  /** Null without a model, and without its price. */
  readonly cost_usd: number | null;
  /** What the diagnoses took; null without a model. */
  readonly agent: {
    readonly runs: number;
    /** Without a diagnosis in the end. */
    readonly failed: number;
    readonly model_calls: number;
    readonly seconds: { readonly p50: number; readonly max: number } | null;
  } | null;
}

export interface Row {
  readonly scenario: string;
  readonly seed: number;
  readonly title: string;
  readonly truth: Expected & { readonly severity: string };
  readonly judgement: Judgement;
  readonly first_look: {
    readonly ms: number | null;
    readonly verdict: string;
    readonly headline: string;
    readonly causes: readonly StatedCause[];
    readonly unchecked: readonly { readonly what: string; readonly why: string }[];
    readonly text: string;
  } | null;
  readonly diagnosis: {
    /** Null for the stand-in. */
    readonly judgement: Judgement | null;
    readonly headline: string;
    readonly root_causes: Diagnosis["root_causes"];
    readonly took_ms: number;
  } | null;
  readonly diagnosis_skipped: string | null;
  readonly evidence: Readonly<Record<string, { readonly tool: string; readonly summary: string }>>;
  readonly tool_calls: number;
  /** Null without a model. */
  readonly model_calls: number | null;
  readonly tokens: number | null;
  readonly cost_usd: number | null;
  /** Why the run gave no answer. */
  readonly failed: string | null;
}

interface StatedCause extends Root {
  readonly confidence: number;
  readonly summary: string;
  readonly evidence: readonly string[];
}

export interface ReportOptions {
  readonly seeds: readonly number[];
  readonly model: ModelChoice;
  readonly price: Price | null;
  readonly replayed: boolean;
}

/** Runs as they came, in any order, to the report, in the order of names and seeds. */
export function makeReport(runs: readonly (EvalRun | FailedRun)[], options: ReportOptions): Report {
  const rows = [...runs]
    .sort((a, b) => (a.scenario < b.scenario ? -1 : a.scenario > b.scenario ? 1 : a.seed - b.seed))
    .map((run) => ("failed" in run ? failedRow(run) : rowOf(run, options)));
  const [only, ...others] = options.seeds;
  return {
    seed: only !== undefined && others.length === 0 ? only : options.seeds,
    scores: score(rows.map(({ judgement }) => judgement)),
    diagnosis_scores: options.model === "configured" ? score(rows.map(diagnosisJudgement)) : null,
    efficiency: efficiencyOf(rows, options.model),
    model: modelOf(runs),
    replayed: options.replayed,
    notes: notesOf(options),
    scenarios: rows,
  };
}

function rowOf(run: EvalRun, { model, price }: ReportOptions): Row {
  const { firstLook, text, diagnosis } = run;
  const spent = model === "none" ? null : run.spent;
  return {
    ...known(run),
    judgement: judge(firstLookAnswer(firstLook, text), expectedOf(run.truth)),
    first_look: firstLook && {
      ms: run.firstLookMs,
      verdict: firstLook.verdict,
      headline: firstLook.headline,
      causes: firstLook.causes.map(({ service, code, confidence, summary, evidence }) => ({
        service,
        code,
        confidence,
        summary,
        evidence,
      })),
      unchecked: firstLook.unchecked,
      text,
    },
    diagnosis: diagnosis && {
      judgement: model === "configured" ? judge(diagnosisAnswer(diagnosis), expectedOf(run.truth)) : null,
      headline: diagnosis.headline,
      root_causes: diagnosis.root_causes,
      took_ms: diagnosis.tookMs,
    },
    diagnosis_skipped: model === "none" ? null : run.diagnosisSkipped,
    evidence: Object.fromEntries(run.evidence.map(({ id, tool, summary }) => [id, { tool, summary }])),
    tool_calls: run.evidence.length,
    model_calls: spent?.usage.calls ?? null,
    tokens: spent && tokensOf(spent.usage),
    cost_usd: spent && dollarsOf(spent, model, price),
    failed: null,
  };
}

function failedRow(run: FailedRun): Row {
  return {
    ...known(run),
    judgement: judge(null, expectedOf(run.truth)),
    first_look: null,
    diagnosis: null,
    diagnosis_skipped: null,
    evidence: {},
    tool_calls: 0,
    model_calls: null,
    tokens: null,
    cost_usd: null,
    failed: run.failed,
  };
}

function known({ scenario, seed, title, truth }: EvalRun | FailedRun) {
  return { scenario, seed, title, truth: { ...expectedOf(truth), severity: truth.severity } };
}

/** A diagnosis that was not made is a run without an answer. */
export function diagnosisJudgement({ diagnosis, truth }: Row): Judgement {
  return diagnosis?.judgement ?? judge(null, truth);
}

function efficiencyOf(rows: readonly Row[], model: ModelChoice): Efficiency {
  const sum = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  return {
    first_look_ms: spreadOf(rows.flatMap(({ first_look }) => first_look?.ms ?? [])),
    tool_calls: rows.reduce((total, { tool_calls }) => total + tool_calls, 0),
    tokens: sum(rows.map(({ tokens }) => tokens)),
    cost_usd: sum(rows.map(({ cost_usd }) => cost_usd)),
    agent: model === "none" ? null : agentOf(rows),
  };
}

/** Of the runs that got as far as a first look: before it no model is asked. */
function agentOf(rows: readonly Row[]): NonNullable<Efficiency["agent"]> {
  const asked = rows.filter(({ first_look }) => first_look !== null);
  return {
    runs: asked.length,
    failed: asked.filter(({ diagnosis }) => diagnosis === null).length,
    model_calls: asked.reduce((total, { model_calls }) => total + (model_calls ?? 0), 0),
    seconds: spreadOf(asked.flatMap(({ diagnosis }) => (diagnosis ? diagnosis.took_ms / 1000 : []))),
  };
}

function spreadOf(values: readonly number[]): { readonly p50: number; readonly max: number } | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [p50, max] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  return p50 === undefined || max === undefined ? null : { p50, max };
}

function modelOf(runs: readonly (EvalRun | FailedRun)[]): string | null {
  for (const run of runs) if ("diagnosis" in run && run.diagnosis) return run.diagnosis.model;
  return null;
}

function notesOf({ model, price, replayed }: ReportOptions): string[] {
  return [
    model === "scripted"
      ? ""
      : "Scores are shares from 0 to 1; those of the worlds with a fault (top1, top3, abstained) and of the healthy ones (false_alarms) are of these alone.",
    model === "none" ? "No model was asked: these are the scores of the first look." : "",
    model === "scripted"
      ? "The model is a scripted stand-in that repeats the first look; no accuracy of a model is printed, for there is none, and `scores` are the first look's."
      : "",
    model === "scripted" && price === null
      ? `Dollars are what these tokens cost at the list price of ${STOOD_IN_FOR}.`
      : "",
    replayed ? "Replayed from recordings: no backend was asked, so there are no times." : "",
  ].filter((note) => note !== "");
}

/** Whose price the stand-in's tokens are told at: the model that diagnoses unless another is configured. */
const STOOD_IN_FOR = "claude-opus-5-5";

function dollarsOf(
  { usage, costUsd }: NonNullable<EvalRun["spent"]>,
  model: ModelChoice,
  price: Price | null,
): number | null {
  if (price !== null) return costOf(usage, price);
  return model === "scripted" ? listedCostOf(usage, STOOD_IN_FOR, listPrices) : costUsd;
}

function tokensOf(usage: ModelUsage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

/** What is read from the prompt cache costs a tenth of the input's price, what is written to it five quarters. */
function costOf(usage: ModelUsage, { input, output }: Price): number {
  const inputTokens = usage.inputTokens + usage.cacheReadTokens * 0.1 + usage.cacheWriteTokens * 1.25;
  return Math.round(inputTokens * input + usage.outputTokens * output) / 1_000_000;
}
