import { createHmac, randomBytes } from "node:crypto";
import { type Block, blocksOf, type MessagesRequest } from "./conversation.ts";

const secret = randomBytes(32);

/** What proves that a thinking block came from here, unchanged; stands in for the API's encrypted signature. */
export function sign(thinking: string): string {
  return createHmac("sha256", secret).update(thinking).digest("base64");
}

/**
 * Why the API would refuse a request for its thinking: blocks must come back as they were sent, an answer that
 * calls tools must begin with them while thinking is on, and a forced tool leaves no room to think.
 * https://docs.claude.com/en/docs/build-with-claude/extended-thinking
 */
export function thinkingProblem({ messages, thinking, tool_choice }: MessagesRequest): string | null {
  const on = thinking !== undefined && thinking.type !== "disabled";
  if (on && (tool_choice?.type === "tool" || tool_choice?.type === "any")) {
    return "Thinking may not be enabled when tool_choice forces tool use.";
  }
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  for (const [i, { role, content }] of messages.entries()) {
    if (role !== "assistant") continue;
    const blocks = blocksOf(content);
    const changed = blocks.findIndex((block) => block.type === "thinking" && !isOurs(block));
    if (changed !== -1)
      return `messages.${i}.content.${changed}: Invalid \`signature\` in \`thinking\` block`;
    const first = blocks[0]?.type ?? "";
    const calls = blocks.some(({ type }) => type === "tool_use");
    if (thinking?.type === "enabled" && i === last && calls && !/^(?:redacted_)?thinking$/.test(first)) {
      return `messages.${i}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`;
    }
  }
  return null;
}

function isOurs({ thinking, signature }: Block): boolean {
  return typeof thinking === "string" && signature === sign(thinking);
}
