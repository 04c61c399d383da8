import type Anthropic from "@anthropic-ai/sdk";
import { AppError, type ErrorKind } from "@oncall/core";
import type { Diagnosis, EvidenceRecord, ModelUsage } from "@oncall/incidents";
import { type CheckedSubmission, checkCitations } from "./citations.ts";
import { fence } from "./fence.ts";
import { ask } from "./model.ts";
import { contextFull, explainModelError, refusesForcedTool } from "./model-errors.ts";
import { type Case, SYSTEM_PROMPT } from "./prompt.ts";
import {
  type Answer,
  begin,
  count,
  type DiagnoseDeps,
  limitReached,
  type Run,
  timeLeftMs,
  tookMs,
} from "./run.ts";
import { SUBMIT_TOOL, type Submission, submissionChecker } from "./submission.ts";
import { refuse, runCalls, toolBlock } from "./toolbox.ts";
import { text } from "./transcript.ts";

/** Answers that do not fit the schema and are sent back; the next one ends the run. */
const MAX_INVALID = 2;
export type DiagnoseOutcome =
  | { readonly state: "done"; readonly diagnosis: Diagnosis }
  | {
      readonly state: "failed";
      /** In product words: why there is none and what to do. */
      readonly reason: string;
      readonly kind: ErrorKind;
      /** Spent all the same. */
      readonly usage: ModelUsage;
    };

type ToolUse = Anthropic.ToolUseBlock;

/** Where the loop stands. ask → act → ask … → judge → done; a rejected submission goes from judge back to ask. */
type State =
  | { readonly at: "ask" }
  | { readonly at: "act"; readonly calls: readonly ToolUse[] }
  | Judge
  | { readonly at: "done"; readonly answer: Answer };

interface Judge {
  readonly at: "judge";
  readonly submission: ToolUse;
  readonly others: readonly ToolUse[];
}

/**
 * The Claude loop over one incident: reads what the first look found, calls tools, and ends with a checked
 * diagnosis. Never throws for what the model, its API or a tool did; bounded by its limits and the signal.
 */
export async function diagnose(subject: Case, deps: DiagnoseDeps): Promise<DiagnoseOutcome> {
  const run = await begin(subject, deps);
  try {
    let state: State = { at: "ask" };
    while (state.at !== "done") {
      switch (state.at) {
        case "ask":
          state = await askModel(run);
          break;
        case "act":
          state = await act(run, state.calls);
          break;
        case "judge":
          state = await judge(run, state);
          break;
      }
    }
    return finish(run, state.answer);
  } catch (thrown) {
    return giveUp(run, thrown);
  }
}

async function askModel(run: Run): Promise<State> {
  const limit = run.concluding === null ? limitReached(run) : null;
  if (limit !== null) conclude(run, limit);
  const deadline = AbortSignal.timeout(Math.max(1, timeLeftMs(run)));
  let message: Anthropic.Message;
  try {
    message = await ask(run.deps.client, request(run), AbortSignal.any([run.deps.signal, deadline]));
  } catch (thrown) {
    if (run.concluding !== null && run.mayForce && refusesForcedTool(thrown)) {
      run.mayForce = false;
      return { at: "ask" };
    }
    if (run.deps.signal.aborted || !deadline.aborted) throw thrown;
    if (run.concluding !== null) throw outOfTime(run, thrown);
    conclude(run, "the time is up");
    return { at: "ask" };
  }
  count(run, message.usage);
  return next(run, message);
}

/** What an answer asks of us. */
function next(run: Run, message: Anthropic.Message): State {
  const calls = message.content.filter((block) => block.type === "tool_use");
  run.deps.onStep?.({
    kind: "model",
    turn: run.usage.calls,
    text: message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n"),
    calls: calls.map(({ name }) => name),
  });
  if (message.stop_reason === "refusal") {
    throw new AppError(
      "denied",
      "The model declined to work on this alert. The first look stands on its own.",
    );
  }
  if (message.stop_reason === "model_context_window_exceeded") throw contextFull(run.deps.client.model);
  if (message.stop_reason === "max_tokens") return shorten(run);
  run.transcript.heard(message);
  const submission = calls.find(({ name }) => name === SUBMIT_TOOL);
  if (submission) return { at: "judge", submission, others: calls.filter((call) => call !== submission) };
  if (calls.length > 0 && run.concluding === null) return { at: "act", calls };

  // It ended without handing anything in, or went on after it was told to conclude.
  if (run.concluding !== null) {
    throw new AppError(
      "unavailable",
      "The model ended without a diagnosis, also when asked for one. Run it again.",
    );
  }
  conclude(run, "you ended without submitting");
  return { at: "ask" };
}

async function act(run: Run, calls: readonly ToolUse[]): Promise<State> {
  const { registry, evidence, investigationId, signal, onStep } = run.deps;
  const steps = await runCalls(calls, { registry, evidence, investigationId, signal, onset: run.onset });
  for (const { result: _, ...step } of steps) onStep?.({ kind: "tool", ...step });
  signal.throwIfAborted();
  run.transcript.say(...steps.map(({ result }) => result));
  return { at: "ask" };
}

async function judge(run: Run, state: Judge): Promise<State> {
  const { input } = state.submission;
  const invalid = submissionChecker.problems(input);
  if (invalid.length > 0) {
    run.invalid += 1;
    if (run.invalid > MAX_INVALID) {
      throw new AppError(
        "unavailable",
        "The model's diagnosis was malformed three times over. Run it again.",
      );
    }
    return reject(run, state, `It does not fit the schema: ${invalid.join("; ")}. Mend it and submit again.`);
  }
  const claimed = submissionChecker.parse(input, SUBMIT_TOOL);
  const checked = checkCitations(claimed, await recordsOf(run, claimed));
  run.draft = toAnswer(claimed, checked);
  if (checked.problems.length > 0 && !run.citationsReturned) {
    run.citationsReturned = true;
    const advice =
      "These citations do not hold. Correct them, or drop the claims they carried, and submit again.";
    return reject(run, state, `${advice}\n${fence("check", checked.problems)}`);
  }
  return { at: "done", answer: run.draft };
}

function reject(run: Run, { submission, others }: Judge, why: string): State {
  run.deps.onStep?.({ kind: "note", text: `Sent back. ${why}` });
  run.transcript.say(
    refuse(submission, why).result,
    ...others.map((call) => refuse(call, "Not run: it came with a submission.").result),
  );
  return { at: "ask" };
}

/** The answer was cut at its length limit; what is cut cannot be acted on, so it is asked for again, once. */
function shorten(run: Run): State {
  if (run.cutShort) {
    throw new AppError(
      "invalid_input",
      `The model's answer did not fit into ${run.limits.maxOutputTokens} tokens. Raise the output limit.`,
    );
  }
  run.cutShort = true;
  run.transcript.say(text("Your last answer was cut at the length limit and is lost. Answer more briefly."));
  return { at: "ask" };
}

function conclude(run: Run, because: string): void {
  run.concluding = because;
  run.deps.onStep?.({ kind: "note", text: `Asked to conclude: ${because}.` });
  run.transcript.say(
    text(
      `Conclude now: ${because}. Call ${SUBMIT_TOOL} with what you know; say in open_questions what is missing.`,
    ),
  );
}

function request(run: Run) {
  return {
    max_tokens: run.limits.maxOutputTokens,
    system: [{ ...text(SYSTEM_PROMPT), cache_control: { type: "ephemeral" as const } }],
    tools: toolBlock(run.deps.registry),
    messages: run.transcript.messages(),
    ...(run.concluding !== null && run.mayForce
      ? { tool_choice: { type: "tool" as const, name: SUBMIT_TOOL } }
      : {}),
  };
}

function outOfTime(run: Run, cause: unknown): AppError {
  const seconds = Math.round(run.limits.wallMs / 1000);
  return new AppError("unavailable", `The model did not conclude within ${seconds} s. Run it again.`, {
    cause,
  });
}

/** The cited evidence, as far as it is of this investigation. */
async function recordsOf(
  run: Run,
  { root_causes, ruled_out }: Submission,
): Promise<Map<string, EvidenceRecord>> {
  const cited = [...root_causes, ...ruled_out].flatMap(({ citations }) =>
    citations.map(({ evidence }) => evidence),
  );
  const records = await Promise.all([...new Set(cited)].map((id) => run.deps.evidence.get(id)));
  return new Map(
    records
      .filter((record) => record !== null)
      .filter((record) => record.investigationId === run.deps.investigationId)
      .map((record) => [record.id, record]),
  );
}

function toAnswer(claimed: Submission, checked: CheckedSubmission): Answer {
  return { ...claimed, root_causes: checked.rootCauses, ruled_out: checked.ruledOut };
}

function finish(run: Run, answer: Answer): DiagnoseOutcome {
  const diagnosis = { ...answer, model: run.deps.client.model, usage: { ...run.usage }, tookMs: tookMs(run) };
  return { state: "done", diagnosis };
}

function giveUp(run: Run, thrown: unknown): DiagnoseOutcome {
  const { client, investigationId, logger, signal } = run.deps;
  const failed = (kind: ErrorKind, reason: string): DiagnoseOutcome => ({
    state: "failed",
    reason,
    kind,
    usage: { ...run.usage },
  });
  if (signal.aborted)
    return failed("unavailable", "The investigation was stopped before the diagnosis was done.");
  const error = explainModelError(thrown, client.model);
  logger.warn({ err: error, investigation: investigationId }, "diagnosis ended early");
  if (run.draft !== null) return finish(run, run.draft);
  const hidden = error.kind === "bug";
  return failed(
    error.kind,
    hidden ? "The diagnosis failed on our side; the worker's log says why." : error.message,
  );
}
