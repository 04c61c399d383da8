import { createHash } from "node:crypto";
import { AppError, estimateTokens } from "@oncall/core";
import { blocksOf, type MessagesRequest, readConversation } from "./conversation.ts";
import type { InputUsage } from "./prompt-cache.ts";
import { isFailure, type Script, type Turn } from "./script.ts";
import type { Answer, AnswerBlock } from "./stream-events.ts";
import { fill } from "./template.ts";
import { sign } from "./thinking.ts";

/**
 * The turn that a request gets (see Script). A request that forces a tool gets the next turn that calls it,
 * else the last one that does. Throws invalid_input when the script has no more turns.
 */
export function chooseTurn(script: Script, request: MessagesRequest, played: Set<Turn>): Turn {
  const { name } = script;
  const turns = turnsFor(script, request);
  const position = request.messages.filter(({ role }) => role === "assistant").length;
  const failure = turns.find((turn, i) => {
    const repliesBefore = turns.slice(0, i).filter((earlier) => !isFailure(earlier)).length;
    return isFailure(turn) && repliesBefore === position && !played.has(turn);
  });
  if (failure) {
    if (failure.always !== true) played.add(failure);
    return failure;
  }
  const replies = turns.filter((turn) => !isFailure(turn));
  const coming = replies.slice(position);
  const forced = request.tool_choice?.type === "tool" ? request.tool_choice.name : undefined;
  const callsForced = (turn: Turn) => forced !== undefined && calls(turn, forced);
  const turn = coming.find(callsForced) ?? replies.findLast(callsForced) ?? coming[0];
  if (!turn) throw new AppError("invalid_input", `The script ${name} has no turn ${position + 1}.`);
  return turn;
}

function turnsFor({ turns, instead = {} }: Script, { tools = [] }: MessagesRequest): readonly Turn[] {
  const goal = Object.keys(instead).find((tool) => tools.some(({ name }) => name === tool));
  return (goal === undefined ? undefined : instead[goal]) ?? turns;
}

function calls(turn: Turn, tool: string): boolean {
  return JSON.stringify(turn.content ?? []).includes(`"tool_use":${JSON.stringify(tool)}`);
}

/** A turn with its placeholders filled, ids made and tokens counted. The same request gets the same bytes. */
export function compose(turn: Turn, request: MessagesRequest, input: InputUsage): Answer {
  const conversation = readConversation(request.messages);
  const seed = createHash("sha256").update(JSON.stringify(request.messages)).digest("hex");
  const filled = fill(turn.content ?? [], conversation) as Record<string, unknown>[];
  const content = filled.map((block, i) => toBlock(block, `${seed.slice(0, 18)}${i}`));
  const called = content.some(({ type }) => type === "tool_use");
  return {
    id: `msg_${seed.slice(0, 24)}`,
    model: request.model,
    content,
    stop_reason: turn.stopReason ?? (called ? "tool_use" : "end_turn"),
    stop_details:
      turn.stopReason === "refusal" ? { type: "refusal", category: null, explanation: null } : null,
    usage: {
      ...input,
      output_tokens: estimateTokens(JSON.stringify(content)),
      output_tokens_details: { thinking_tokens: estimateTokens(thinkingOf(content)) },
    },
  };
}

function toBlock(block: Record<string, unknown>, id: string): AnswerBlock {
  if (typeof block.text === "string") return { type: "text", text: block.text };
  if (typeof block.thinking === "string") {
    return { type: "thinking", thinking: block.thinking, signature: sign(block.thinking) };
  }
  if (typeof block.redacted_thinking === "string") {
    return { type: "redacted_thinking", data: sign(block.redacted_thinking) };
  }
  if (typeof block.tool_use === "string") {
    return { type: "tool_use", id: `toolu_${id}`, name: block.tool_use, input: block.input ?? {} };
  }
  throw new AppError(
    "invalid_input",
    "A scripted block is none of text, thinking, redacted_thinking and tool_use.",
  );
}

function thinkingOf(content: readonly AnswerBlock[]): string {
  return content.flatMap((block) => (block.type === "thinking" ? [block.thinking] : [])).join("");
}

/** The size of a request as `count_tokens` answers it. */
export function countTokens({ tools = [], system = [], messages }: MessagesRequest): number {
  const blocks = [...tools, ...blocksOf(system), ...messages.flatMap(({ content }) => blocksOf(content))];
  return blocks.reduce((sum, block) => sum + estimateTokens(JSON.stringify(block)), 0);
}
