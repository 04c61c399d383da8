import type Anthropic from "@anthropic-ai/sdk";
import { AppError, type ErrorKind, toAppError } from "@oncall/core";
import type { ModelUsage } from "@oncall/incidents";
import { budgetReached, limitReached, timeLeftMs } from "./bounds.ts";
import { evidenceReader } from "./citations.ts";
import { toCompact, toCompactAfterOverflow } from "./compact.ts";
import { fence } from "./fence.ts";
import type { Goal } from "./goal.ts";
import { ask } from "./model.ts";
import { contextFull, explainModelError, isContextOverflow } from "./model-errors.ts";
import {
  type AgentDeps,
  type Heard,
  ledgerRow,
  openRun,
  type Run,
  record,
  workedMs,
  write,
  written,
} from "./run.ts";
import { relay } from "./stream-steps.ts";
import { answerCall, toolBlock } from "./toolbox.ts";
import { callsOf, text } from "./transcript.ts";
import { callUsage, noUsage } from "./usage.ts";

/** Submissions that do not fit the schema and are sent back; the next one ends the run. */
const MAX_MALFORMED = 2;
/** Calls that repeat an answered one before exploring ends: A-A-A-A and A-B-A-B-A alike. */
const MAX_REPEATS = 3;
/** Model calls after it was asked to conclude: one, and what is sent back. */
const MAX_CONCLUDING_CALLS = 4;

export type LoopOutcome<T> = Ended &
  (
    | { readonly state: "done"; readonly value: T }
    | {
        readonly state: "failed";
        /** In product words: why there is nothing and what to do. */
        readonly reason: string;
        readonly kind: ErrorKind;
      }
  );

/** What it took, in the end as in failure. */
export interface Ended {
  readonly usage: ModelUsage;
  /** US dollars; null when the model has no price. */
  readonly costUsd: number | null;
  /** Milliseconds worked. */
  readonly tookMs: number;
  /** The tools that ran, in order, a name as often as it ran. */
  readonly toolsCalled: readonly string[];
}

/** Where the loop stands. ask → act → ask … → judge → done; a rejected submission goes from judge back to ask. */
type State<T> =
  | { readonly at: "ask" }
  | { readonly at: "act"; readonly calls: readonly Anthropic.ToolUseBlock[] }
  | { readonly at: "judge"; readonly submission: Anthropic.ToolUseBlock }
  | { readonly at: "done"; readonly value: T };

/**
 * The Claude loop towards one goal: the model calls tools until it hands something in that holds. Every finished
 * step is recorded, and a run that was begun before goes on after its last one. What the model, its API or a tool
 * did never makes it throw; a store that fails does: then the run is not over, and its job is to run again. Bounded by
 * its limits, its budgets and the signal.
 */
export async function runLoop<T>(goal: Goal<T>, deps: AgentDeps): Promise<LoopOutcome<T>> {
  const run = await openRun(deps);
  try {
    if (run.nextSeq === 0) await begin(run, goal);
    let state: State<T> = run.heard === null ? { at: "ask" } : next(run, goal, run.heard);
    while (state.at !== "done") {
      switch (state.at) {
        case "ask":
          state = await askModel(run, goal);
          break;
        case "act":
          state = await act(run, goal, state.calls);
          break;
        case "judge":
          state = await judge(run, goal, state.submission);
          break;
      }
    }
    await written(run);
    return { state: "done", value: state.value, ...ended(run) };
  } catch (thrown) {
    await written(run);
    return giveUp(run, goal, thrown);
  }
}

async function begin(run: Run, goal: Goal<unknown>): Promise<void> {
  const { deps } = run;
  const spent = await budgetReached(deps.run, deps);
  if (spent !== null) throw new AppError("denied", `No model was asked: ${spent}.`);
  record(run, { kind: "begun", blocks: goal.open(await deps.evidence.list(deps.evidenceScope)) });
}

async function askModel<T>(run: Run, goal: Goal<T>): Promise<State<T>> {
  const { deps, limits } = run;
  const [because] = await Promise.all([whyConclude(run), written(run)]);
  if (because !== null) conclude(run, goal, because);
  leaveOut(run, toCompact(run));
  await written(run);
  const deadline = AbortSignal.timeout(Math.max(1, timeLeftMs(limits, workedMs(run), run.concluding)));
  const asked = deps.elapsed();
  // Of a call that is cut off, what it had used when its answer began.
  let used = noUsage;
  const onUsage = (usage: Anthropic.Usage): void => {
    used = callUsage(usage);
  };
  let message: Anthropic.Message;
  try {
    const signal = AbortSignal.any([deps.signal, deadline]);
    message = await ask(deps.model, request(run, goal), signal, { ...relay(run, goal), onUsage });
  } catch (thrown) {
    const outcome = deps.signal.aborted
      ? "stopped"
      : deadline.aborted
        ? "timeout"
        : explainModelError(thrown, deps.model.model).kind;
    write(run, deps.ledger.record(ledgerRow(run, used, deps.elapsed() - asked, outcome)));
    if (deps.signal.aborted) throw thrown;
    if (isContextOverflow(thrown) && leaveOut(run, toCompactAfterOverflow(run))) return { at: "ask" };
    if (!deadline.aborted) throw thrown;
    if (run.concluding) throw outOfTime(run, goal, thrown);
    conclude(run, goal, "the time is up");
    return { at: "ask" };
  }
  const row = ledgerRow(run, callUsage(message.usage), deps.elapsed() - asked, "ok");
  const heard: Heard = { content: message.content, stopReason: message.stop_reason };
  record(run, { kind: "model", ...heard, usage: row.usage, costUsd: row.costUsd }, row);
  if (row.costUsd === null && run.usage.calls === 1) sayUnpriced(run);
  const said = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  const calls = callsOf(message.content).map(({ name }) => name);
  deps.onStep?.({ kind: "model", turn: run.usage.calls, text: said, calls });
  return next(run, goal, heard);
}

/** What an answer asks of us. */
function next<T>(run: Run, goal: Goal<T>, { content, stopReason }: Heard): State<T> {
  if (stopReason === "refusal") {
    throw new AppError("denied", "The model declined to work on this. What the first look found stands.");
  }
  if (stopReason === "model_context_window_exceeded") {
    if (leaveOut(run, toCompactAfterOverflow(run))) return { at: "ask" };
    throw contextFull(run.deps.model.model);
  }
  if (stopReason === "max_tokens") return shorten(run);
  const submission = callsOf(content).find(({ name }) => name === goal.finish.name);
  if (submission) return { at: "judge", submission };
  const calls = callsOf(content);
  if (calls.length > 0) return { at: "act", calls };

  // It ended without handing anything in.
  if (run.concluding) {
    throw new AppError(
      "unavailable",
      `The model ended without a ${goal.product}, also when asked for one. Run it again.`,
    );
  }
  conclude(run, goal, "you ended without submitting");
  return { at: "ask" };
}

/** Runs the calls that have no answer yet, in parallel; each is recorded as it finishes. */
async function act<T>(run: Run, goal: Goal<T>, calls: readonly Anthropic.ToolUseBlock[]): Promise<State<T>> {
  const open = new Set(run.transcript.open().map(({ id }) => id));
  const acted = await Promise.allSettled(
    calls.map(async (call, i) => {
      if (!open.has(call.id)) return;
      const answer = await answerCall(run, call, { goal, before: calls.slice(0, i), runLoop });
      // What was cut off by the signal is not finished: the next run asks again.
      run.deps.signal.throwIfAborted();
      record(run, { kind: "tool", ...answer });
      const { content: _, ...step } = answer;
      run.deps.onStep?.({ kind: "tool", ...step });
    }),
  );
  // Not before all have ended: what still runs would record steps of a run that is over.
  for (const outcome of acted) if (outcome.status === "rejected") throw outcome.reason;
  return { at: "ask" };
}

async function judge<T>(run: Run, goal: Goal<T>, submission: Anthropic.ToolUseBlock): Promise<State<T>> {
  const verdict = await goal.judge(
    submission.input,
    evidenceReader(run.deps.evidence, run.deps.evidenceScope),
  );
  if (!verdict.fits) {
    if (run.malformed >= MAX_MALFORMED) {
      throw new AppError(
        "unavailable",
        `The model's ${goal.product} was malformed three times over. Run it again.`,
      );
    }
    const why = `It does not fit the schema: ${verdict.problems.join("; ")}. Mend it and submit again.`;
    return reject(run, { call: submission.id, because: "schema", why, draft: null });
  }
  if (verdict.objections.length > 0 && !run.objected) {
    const why = `These citations do not hold. Correct them, or drop the claims they carried, and submit again.\n${fence("check", verdict.objections)}`;
    return reject(run, { call: submission.id, because: "objections", why, draft: verdict.value });
  }
  return { at: "done", value: verdict.value };
}

function reject<T>(
  run: Run,
  rejected: { call: string; because: "schema" | "objections"; why: string; draft: unknown },
): State<T> {
  record(run, { kind: "rejected", ...rejected });
  run.deps.onStep?.({ kind: "note", text: `Sent back. ${rejected.why}` });
  return { at: "ask" };
}

/** The answer was cut at its length limit; what is cut cannot be acted on, so it is asked for again, once. */
function shorten<T>(run: Run): State<T> {
  if (run.cutShort) {
    throw new AppError(
      "invalid_input",
      `The model's answer did not fit into ${run.limits.maxOutputTokens} tokens. Raise the output limit.`,
    );
  }
  const words = "Your last answer was cut at the length limit and is lost. Answer more briefly.";
  record(run, { kind: "note", note: "shorten", text: words });
  return { at: "ask" };
}

/** Why exploring ends before this call; throws where there is no room for concluding either. */
async function whyConclude(run: Run): Promise<string | null> {
  const { deps } = run;
  if (!run.concluding) {
    if (run.repeats >= MAX_REPEATS) return "you repeat calls whose answers you have";
    const facts = {
      usage: run.usage,
      costUsd: run.costUsd,
      lastInputTokens: run.last.inputTokens,
      workedMs: workedMs(run),
    };
    const reached = limitReached(run.limits, facts);
    return reached ?? (await budgetReached(deps.run, deps, run.last.costUsd));
  }
  if (run.concludingCalls === 0) return null;
  const spent = await budgetReached(deps.run, deps);
  if (spent !== null) throw new AppError("denied", `The model was stopped: ${spent}.`);
  if (run.concludingCalls >= MAX_CONCLUDING_CALLS) {
    throw new AppError("unavailable", "The model did not conclude when it was asked to. Run it again.");
  }
  return null;
}

function conclude(run: Run, { finish }: Goal<unknown>, because: string): void {
  const words = `Conclude now: ${because}. No more tools run. Call ${finish.name} with what you know, and say what is missing.`;
  record(run, { kind: "note", note: "conclude", text: words });
  run.deps.onStep?.({ kind: "note", text: `Asked to conclude: ${because}.` });
}

/** Whether anything was left to leave out. */
function leaveOut(run: Run, calls: readonly string[]): boolean {
  if (calls.length === 0) return false;
  record(run, { kind: "compacted", calls });
  run.deps.onStep?.({ kind: "note", text: `${calls.length} old results are left out from here on.` });
  return true;
}

function sayUnpriced({ deps: { budgets, logger, model, onStep } }: Run): void {
  if (Object.keys(budgets).length === 0) return;
  const words = `No price is known for ${model.model}, so budgets in dollars cannot bind; set MODEL_PRICES.`;
  logger.warn({ model: model.model }, words);
  onStep?.({ kind: "note", text: words });
}

function request(run: Run, goal: Goal<unknown>) {
  const { effort, registry, specialists } = run.deps;
  return {
    max_tokens: run.limits.maxOutputTokens,
    system: [{ ...text(goal.system), cache_control: { type: "ephemeral" as const } }],
    tools: toolBlock(registry, goal, specialists?.agents),
    messages: run.transcript.messages(),
    ...(effort === undefined ? {} : { output_config: { effort } }),
  };
}

function outOfTime(run: Run, goal: Goal<unknown>, cause: unknown): AppError {
  const seconds = run.limits.wallMs / 1000;
  const words = `The model did not hand in a ${goal.product} within ${seconds} s. Run it again.`;
  return new AppError("unavailable", words, { cause });
}

function ended(run: Run): Ended {
  const { usage, costUsd, toolsCalled } = run;
  return { usage: { ...usage }, costUsd, tookMs: workedMs(run), toolsCalled: [...toolsCalled] };
}

function giveUp<T>(run: Run, goal: Goal<T>, thrown: unknown): LoopOutcome<T> {
  if (run.storeFailed) throw thrown;
  const { logger, model, run: subject, signal } = run.deps;
  const failed = (kind: ErrorKind, reason: string): LoopOutcome<T> => ({
    state: "failed",
    reason,
    kind,
    ...ended(run),
  });
  if (signal.aborted)
    return failed("unavailable", `The run was stopped before its ${goal.product} was done.`);
  const error = explainModelError(thrown, model.model);
  logger.warn({ err: error, run: subject.id, investigation: subject.investigationId }, "run ended early");
  // Recorded by this goal's own judge.
  if (run.draft !== null) return { state: "done", value: run.draft as T, ...ended(run) };
  const hidden = error.kind === "bug";
  return failed(
    error.kind,
    hidden ? `The ${goal.product} failed on our side; the worker's log says why.` : toAppError(error).message,
  );
}
