import type { Conversation, Turn } from "@oncall/incidents";
import { type FollowDeps, follow } from "../follow.ts";
import { toAnswer } from "./query-schemas.ts";

/** Looks without news between two signs of life: proxies close what is silent for a minute. */
const QUIET_LOOKS = 5;

/**
 * A turn as server-sent events: `step` what is done, `text` a piece of the answer (a higher `attempt` makes the pieces
 * before it void), then `done` with the whole answer, or `error`. The ids let a reader take up where it left off.
 */
export async function* answerEvents(
  turn: Turn,
  after: number,
  deps: FollowDeps,
  signal: AbortSignal,
  times: Pick<Conversation, "createdAt" | "expiresAt"> | null,
): AsyncGenerator<string, void> {
  yield `retry: 1000\n: ${turn.id} of ${turn.conversationId}\n\n`;
  let quiet = 0;
  for await (const { seq, event } of follow(turn.id, after, deps, signal)) {
    quiet = event === null ? quiet + 1 : 0;
    if (event?.kind === "step") yield written("step", event.step, seq);
    else if (event?.kind === "text")
      yield written("text", { delta: event.delta, attempt: event.attempt }, seq);
    else if (event?.kind === "end") {
      const ended = await deps.turns.get(turn.id);
      yield written(ended.status === "failed" ? "error" : "done", toAnswer(ended, times), seq);
    } else if (quiet % QUIET_LOOKS === 0) yield ": still working\n\n";
  }
}

function written(name: string, data: unknown, id: number): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
