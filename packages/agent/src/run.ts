import type Anthropic from "@anthropic-ai/sdk";
import type {
  CallUsage,
  EvidenceStore,
  Ledger,
  ModelCall,
  ModelUsage,
  RunSubject,
  StepStore,
} from "@oncall/incidents";
import type { Registry } from "@oncall/tools";
import { type Budgets, defaultLimits, inputTokens, type RunLimits } from "./bounds.ts";
import { GET_EVIDENCE } from "./get-evidence.ts";
import type { ModelClient } from "./model.ts";
import { costOf, type Prices } from "./prices.ts";
import type { Specialist } from "./specialists/load.ts";
import type { AnsweredCall, RunStep, Step } from "./steps.ts";
import { createTranscript, type Transcript } from "./transcript.ts";

export interface AgentDeps {
  /** The model of this role, made by createModel. */
  readonly model: ModelClient;
  /** Who calls, for the ledger: `lead`, `small`, or a specialist's name. */
  readonly role: string;
  /** `low` to `max`; absent leaves it to the model. */
  readonly effort?: Effort | undefined;
  readonly registry: Registry;
  readonly evidence: EvidenceStore;
  /** Under which id tool calls are recorded and evidence is read: the investigation's, or the conversation's. */
  readonly evidenceScope: string;
  /** A run with this id that was begun before goes on where it was. */
  readonly run: RunSubject;
  readonly steps: StepStore;
  readonly ledger: Ledger;
  readonly prices: Prices;
  readonly budgets: Budgets;
  readonly limits?: Partial<RunLimits>;
  /** Whom a goal that delegates may ask; absent when nobody. */
  readonly specialists?:
    | {
        readonly agents: readonly Specialist[];
        modelOf(specialist: Specialist): ModelClient;
      }
    | undefined;
  /** When the incident began, as far as known. */
  readonly onset?: Date | undefined;
  /** The domain's time, told to the model. */
  readonly now: Date;
  /** Monotonic milliseconds from any beginning. */
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
  readonly logger: { warn(facts: object, message: string): void };
  /** Must not throw. */
  readonly onStep?: (step: Step) => void;
}

export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** What the model last said, while not all of it is dealt with. */
export interface Heard {
  readonly content: readonly Anthropic.ContentBlock[];
  readonly stopReason: Anthropic.StopReason | null;
}

/** One run under way: a fold over its steps. */
export interface Run {
  readonly deps: AgentDeps;
  readonly limits: RunLimits;
  readonly startedMs: number;
  /** Worked by processes before this one. */
  workedBeforeMs: number;
  nextSeq: number;
  /** Records on their way to the store. */
  readonly writes: Promise<void>[];
  storeFailed: boolean;
  readonly transcript: Transcript;
  /** The first block of the first message: what whoever works for this run is told too. */
  context: string | null;
  heard: Heard | null;
  readonly usage: { -readonly [K in keyof ModelUsage]: ModelUsage[K] };
  /** US dollars; null once a call had no price. */
  costUsd: number | null;
  readonly last: { inputTokens: number; costUsd: number };
  /** No more tools run and only a submission is taken. */
  concluding: boolean;
  /** Model calls since it was asked to conclude. */
  concludingCalls: number;
  malformed: number;
  cutShort: boolean;
  objected: boolean;
  /** The last submission that fitted; better than nothing when what follows fails. */
  draft: unknown;
  readonly toolsCalled: string[];
  /** The evidence of each call made, by tool and input. */
  readonly answered: Map<string, string | null>;
  repeats: number;
}

/** A new run, or the one that was recorded before with its steps applied. */
export async function openRun(deps: AgentDeps): Promise<Run> {
  const run: Run = {
    deps,
    limits: { ...defaultLimits, ...deps.limits },
    startedMs: deps.elapsed(),
    workedBeforeMs: 0,
    nextSeq: 0,
    writes: [],
    storeFailed: false,
    transcript: createTranscript(),
    context: null,
    heard: null,
    usage: { calls: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0,
    last: { inputTokens: 0, costUsd: 0 },
    concluding: false,
    concludingCalls: 0,
    malformed: 0,
    cutShort: false,
    objected: false,
    draft: null,
    toolsCalled: [],
    answered: new Map(),
    repeats: 0,
  };
  const before = await deps.steps.list(deps.run.id);
  for (const { seq, body, elapsedMs } of before) {
    apply(run, body as RunStep);
    run.nextSeq = seq + 1;
    run.workedBeforeMs = Math.max(run.workedBeforeMs, elapsedMs);
  }
  if (before.length > 0) deps.onStep?.({ kind: "resumed", steps: before.length });
  return run;
}

/**
 * A finished step: it counts at once, and its record, with the model call it was, is on its way. `written` waits for
 * the records, before anything is asked that a crash must not ask twice.
 */
export function record(run: Run, step: RunStep, call?: ModelCall): void {
  const seq = run.nextSeq++;
  const stored = { seq, kind: step.kind, body: step, elapsedMs: workedMs(run) };
  write(run, run.deps.steps.record(run.deps.run.id, stored, call));
  apply(run, step);
}

/** A record on its way; who waits for `written` hears of its failure. */
export function write(run: Run, recorded: Promise<void>): void {
  recorded.catch(() => undefined);
  run.writes.push(recorded);
}

/** All steps so far are recorded. Throws what the store threw; then the run can only be carried on by another process. */
export async function written(run: Run): Promise<void> {
  try {
    await Promise.all(run.writes.splice(0));
  } catch (thrown) {
    run.storeFailed = true;
    throw thrown;
  }
}

/** What a step makes of a run: all that a step changes, it changes here. */
function apply(run: Run, step: RunStep): void {
  switch (step.kind) {
    case "begun":
      run.transcript.say(...step.blocks);
      run.context = step.blocks[0] ?? null;
      break;
    case "model":
      count(run, step.usage, step.costUsd);
      run.heard = step;
      // What was cut at a limit cannot be acted on, so it is as if it had not been said.
      if (step.stopReason !== "max_tokens" && step.stopReason !== "model_context_window_exceeded")
        run.transcript.heard(step.content);
      break;
    case "tool":
      run.transcript.answered(step);
      if (step.ran) {
        run.toolsCalled.push(step.tool);
        if (step.state !== "error") run.answered.set(callKey(step.tool, step.input), step.evidence);
      } else if (step.state !== "error") run.repeats += 1;
      if (run.transcript.open().length === 0) run.heard = null;
      break;
    case "rejected":
      if (step.because === "schema") run.malformed += 1;
      else run.objected = true;
      if (step.draft !== null) run.draft = step.draft;
      for (const call of run.transcript.open()) run.transcript.answered(sentBack(call, step));
      run.heard = null;
      break;
    case "note":
      run.transcript.say(step.text);
      if (step.note === "conclude") run.concluding = true;
      else run.cutShort = true;
      if (run.transcript.open().length === 0) run.heard = null;
      break;
    case "compacted":
      run.transcript.compact(step.calls);
      // An answer that had no room is asked for again.
      if (run.transcript.open().length === 0) run.heard = null;
      // What is no longer shown may be read again.
      for (const key of run.answered.keys()) if (key.startsWith(`${GET_EVIDENCE} `)) run.answered.delete(key);
      break;
  }
}

function sentBack(
  { id, name, input }: Anthropic.ToolUseBlock,
  { call, why }: Extract<RunStep, { kind: "rejected" }>,
): AnsweredCall {
  const content = id === call ? why : "Not run: it came with a submission.";
  return { call: id, tool: name, input, state: "error", evidence: null, ran: false, content };
}

function count(run: Run, usage: CallUsage, costUsd: number | null): void {
  run.usage.calls += 1;
  run.usage.inputTokens += usage.inputTokens;
  run.usage.outputTokens += usage.outputTokens;
  run.usage.cacheReadTokens += usage.cacheReadTokens;
  run.usage.cacheWriteTokens += usage.cacheWriteTokens;
  run.last.inputTokens = inputTokens(usage);
  run.last.costUsd = costUsd ?? 0;
  run.costUsd = run.costUsd === null || costUsd === null ? null : run.costUsd + costUsd;
  if (run.concluding) run.concludingCalls += 1;
}

/** A row of the ledger for a call of this run. */
export function ledgerRow(run: Run, usage: CallUsage, tookMs: number, outcome: string): ModelCall {
  const { model, role, prices, run: subject } = run.deps;
  return {
    run: subject,
    role,
    model: model.model,
    usage,
    costUsd: costOf(usage, model.model, prices),
    tookMs,
    outcome,
  };
}

/** Milliseconds that the run has worked, over all processes that carried it on. */
export function workedMs(run: Run): number {
  return Math.round(run.workedBeforeMs + run.deps.elapsed() - run.startedMs);
}

/** The same for the same call, whatever the order of its fields. */
export function callKey(tool: string, input: unknown): string {
  const sorted = JSON.stringify(input, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return `${tool} ${sorted}`;
}
