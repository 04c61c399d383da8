import type { Step } from "@oncall/agent";
import type { AppError } from "@oncall/core";
import type { QuestionRequest, Turn, TurnFacts, TurnStore } from "@oncall/incidents";
import { deliverOnce, renderAnswer } from "@oncall/integrations";
import type { Notifications } from "@oncall/platform";
import type { Registry } from "@oncall/tools";
import { type ReplyDeps, tokensOf } from "../answering/asked.ts";
import { watchForCancel } from "../answering/cancellation.ts";
import { reply } from "../answering/reply.ts";
import { type Story, tellingRegistry, tellStory } from "../answering/story.ts";

export interface AnswerDeps extends ReplyDeps {
  readonly turns: TurnStore;
  /** Wakes on a turn that somebody cancels. */
  readonly cancels: Notifications;
}

export interface AnswerRun {
  readonly inboxId: string;
  readonly request: QuestionRequest;
  readonly signal: AbortSignal;
}

/** A question → its answer, told step by step to who follows it, and posted once where it was asked in Slack. */
export async function answerQuestion(run: AnswerRun, deps: AnswerDeps): Promise<void> {
  const turn = await turnOf(run, deps);
  if (turn === null) return;
  const started = await deps.turns.start(turn.id);
  // One that ended before a crash may still have to be posted.
  const ended = started === null ? await deps.turns.get(turn.id) : await work(started, run, deps);
  if (run.request.via === "slack" && ended.status === "done") await post(ended, run.request, run, deps);
}

/** A job that failed for good: the turn says so, whoever waits or asked in Slack is told. */
export async function abandonQuestion(run: AnswerRun, error: AppError, deps: AnswerDeps): Promise<void> {
  const turn = await turnOf(run, deps);
  if (turn === null) return;
  const why =
    error.kind === "bug" ? "something went wrong on our side, and the worker's log says what" : error.message;
  const ended = await deps.turns.end(turn.id, {
    status: "failed",
    response: `This could not be answered: ${why}`,
    facts: { ...(await usedBy(turn, run.inboxId, deps)), tools_called: [] },
  });
  if (run.request.via === "slack" && ended.status === "failed") await post(ended, run.request, run, deps);
}

/** The turn a request is about; null for talk in a thread in which we have not spoken. */
async function turnOf({ inboxId, request }: AnswerRun, deps: AnswerDeps): Promise<Turn | null> {
  if (request.via === "api") return deps.turns.get(request.turnId);
  const about = await deps.posts.aboutOf(request.place);
  if (about === null && !request.mentioned) return null;
  const { id } = await deps.conversations.ofThread(
    request.place,
    about ?? { incidentId: null, subject: null },
  );
  const { question, askedBy } = request;
  return deps.turns.ask({ conversationId: id, question, askedBy }, turnIdOf(inboxId, request));
}

/** A question from Slack has the id of its inbox row, so that a job that runs again finds its turn. */
function turnIdOf(inboxId: string, request: QuestionRequest): string {
  return request.via === "api" ? request.turnId : inboxId.replace(/^in_/, "turn_");
}

/** What an unfinished answer took all the same; the investigation that it began ends with it. */
async function usedBy(
  { id }: Turn,
  inboxId: string,
  { agent, incidents }: AnswerDeps,
): Promise<Omit<TurnFacts, "tools_called">> {
  const investigation = await incidents.abandon(inboxId);
  const { usage, costUsd, unpricedCalls, model } = await agent.ledger.ofRuns(
    investigation === null ? [id] : [id, investigation],
  );
  return {
    tokens_used: tokensOf(usage),
    cost_usd: usage.calls === 0 ? 0 : unpricedCalls > 0 ? null : costUsd,
    model,
    route: "question",
    evidence: [],
    incident: null,
  };
}

async function work(turn: Turn, run: AnswerRun, deps: AnswerDeps): Promise<Turn> {
  const { turns, logger } = deps;
  const began = performance.now();
  const cancellation = watchForCancel(turn.id, deps);
  const story = tellStory(turn.id, { turns, logger, firstAttempt: await turns.attempts(turn.id) });
  const signal = AbortSignal.any([run.signal, cancellation.signal]);
  try {
    const conversation = await deps.conversations.find(turn.conversationId);
    const answer = await reply(
      { inboxId: run.inboxId, turn, conversation, story, signal },
      {
        ...deps,
        registry: tellingRegistry(deps.registry, story),
        onStep: (step) => tellStep(step, story, deps.registry),
      },
    );
    if (answer.about) await deps.conversations.isAbout(conversation.id, answer.about);
    story.conclude(answer.text);
    await story.told();
    const facts = { ...answer.facts, tools_called: story.toolsCalled };
    return await turns.end(turn.id, { status: "done", response: answer.text, facts });
  } catch (thrown) {
    if (run.signal.aborted || !cancellation.signal.aborted) throw thrown;
    const used = await usedBy(turn, run.inboxId, deps);
    await story.told();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const called = story.toolsCalled.length === 0 ? "no tool was" : `${story.toolsCalled.join(", ")} were`;
    return await turns.end(turn.id, {
      status: "cancelled",
      response: `Cancelled after ${seconds} s: the run stopped; ${called} called until then.`,
      facts: { ...used, tools_called: story.toolsCalled },
    });
  } finally {
    cancellation.close();
  }
}

/** What the agent does; calls that go through the registry are told by it, with their time. */
function tellStep(step: Step, story: Story, { tools }: Registry): void {
  if (step.kind === "text") story.text(step.delta, step.attempt);
  else if (step.kind === "resumed")
    story.step({ kind: "note", text: `Goes on after ${step.steps} recorded steps.` });
  else if (step.kind === "tool") {
    if (step.ran && tools.some(({ name }) => name === step.tool)) return;
    const { tool, input, state, evidence } = step;
    story.step({ kind: "tool", tool, input, state, evidence, ms: null });
  } else if (step.kind !== "thought") story.step(step);
}

async function post(
  turn: Turn,
  { place }: Extract<QuestionRequest, { via: "slack" }>,
  { signal }: AnswerRun,
  { slack, posts }: AnswerDeps,
): Promise<void> {
  // An investigation has posted what it found.
  if (!slack || turn.response === null || turn.metadata === null || turn.metadata.route === "diagnosis")
    return;
  const message = renderAnswer(turn.response, turn.metadata);
  await deliverOnce({ slack, posts }, { turnId: turn.id }, { kind: "answer", ...place, ...message }, signal);
}
