import { estimateTokens } from "@oncall/core";
import type { Turn } from "@oncall/incidents";
import type { Question } from "./answer.ts";

/** What a model is sent of a conversation: about as much as one tool result or two. */
const MAX_TOKENS = 3_000;
/** An answer longer than this is remembered by its beginning, where its point stands. */
const MAX_CHARACTERS = 2_400;

/** What was said before, oldest first and within bounds: the latest turns; what is left out or cut is said to be. */
export function historyOf(turns: readonly Turn[]): Question["history"] {
  const kept: Question["history"][number][] = [];
  let tokens = 0;
  const ended = turns.filter(({ response }) => response !== null);
  for (const [i, { question, response }] of [...ended.entries()].reverse()) {
    const said = [
      { role: "user", text: cut(question) },
      { role: "assistant", text: cut(response ?? "") },
    ] as const;
    tokens += said.reduce((sum, { text }) => sum + estimateTokens(text), 0);
    if (tokens > MAX_TOKENS && kept.length > 0) {
      kept.unshift({ role: "user", text: `[${i + 1} earlier questions and answers are left out]` });
      break;
    }
    kept.unshift(...said);
  }
  return kept;
}

function cut(text: string): string {
  const over = text.length - MAX_CHARACTERS;
  return over <= 0 ? text : `${text.slice(0, MAX_CHARACTERS)} [${over} more characters]`;
}
