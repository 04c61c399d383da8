import { checker } from "@oncall/core";
import type { Citation, FirstLook, ModelUsage } from "@oncall/incidents";
import { type Static, Type } from "typebox";
import { Citations, checkCitations, citationDefinition } from "./citations.ts";
import type { Goal } from "./goal.ts";
import { type LoopOutcome, runLoop } from "./loop.ts";
import { ANSWER_PROMPT, type Case, openQuestion } from "./prompt.ts";
import type { AgentDeps } from "./run.ts";

/** What is asked, and all that is known when it is. */
export interface Question {
  readonly text: string;
  /** What was said before in this conversation, oldest first. */
  readonly history: readonly { readonly role: "user" | "assistant"; readonly text: string }[];
  readonly firstLook: FirstLook | null;
  /** What the catalog says about the service and its surroundings. */
  readonly catalogContext: string | object;
  /** The incident the conversation is about. */
  readonly incident: Case["incident"] | null;
}

export type AnswerOutcome =
  | {
      readonly state: "done";
      /** Markdown. */
      readonly response: string;
      readonly citations: readonly Citation[];
      readonly usage: ModelUsage;
      readonly costUsd: number | null;
      readonly tookMs: number;
      readonly toolsCalled: readonly string[];
    }
  | Extract<LoopOutcome<unknown>, { state: "failed" }>;

const Answer = Type.Object(
  {
    answer: Type.String({
      minLength: 1,
      maxLength: 8_000,
      description: "Markdown, the answer first, then what shows it",
    }),
    citations: Citations,
  },
  { additionalProperties: false, ...citationDefinition },
);

const answerTool = {
  name: "submit_answer",
  description: "Hand in the answer, with what it rests on. This ends your turn; people read only this.",
  inputSchema: Answer,
} as const;

const answerChecker = checker(Answer);

/** A person's question, answered by the same loop with the same citation check. Never throws, as the loop. */
export async function answer(question: Question, deps: AgentDeps): Promise<AnswerOutcome> {
  const outcome = await runLoop(answering(question, deps.now), deps);
  if (outcome.state === "failed") return outcome;
  const { value, state, ...ended } = outcome;
  return { state, response: value.answer, citations: value.citations, ...ended };
}

type Answered = Omit<Static<typeof Answer>, "citations"> & { readonly citations: readonly Citation[] };

function answering(question: Question, now: Date): Goal<Answered> {
  return {
    product: "answer",
    system: ANSWER_PROMPT,
    finish: answerTool,
    streams: "answer",
    open: (index) => openQuestion(question, index, now),
    async judge(input, read) {
      const problems = answerChecker.problems(input);
      if (problems.length > 0) return { fits: false, problems };
      const claimed = answerChecker.parse(input, answerTool.name);
      const { citations, problems: objections } = await checkCitations(claimed.citations, "", read);
      return { fits: true, value: { answer: claimed.answer, citations }, objections };
    },
  };
}
