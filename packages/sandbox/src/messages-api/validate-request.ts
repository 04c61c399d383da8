import { type Block, blocksOf, type MessagesRequest } from "./conversation.ts";
import { thinkingProblem } from "./thinking.ts";

const MAX_BREAKPOINTS = 4;

/** Why the Messages API would answer 400 to this body; null when it would not. The rules a client can break. */
export function requestProblem(body: unknown, counting = false): string | null {
  if (typeof body !== "object" || body === null) return "the body must be a JSON object";
  const { model, max_tokens, messages, tools = [], system, tool_choice } = body as Partial<MessagesRequest>;
  if (typeof model !== "string") return "model: Field required";
  if (!counting && !(Number.isInteger(max_tokens) && Number(max_tokens) > 0))
    return "max_tokens: Field required";
  if (!Array.isArray(messages) || messages.length === 0) return "messages: at least one message is required";
  if (tool_choice?.type === "tool" && !tools.some(({ name }) => name === tool_choice.name)) {
    return `tool_choice: tool "${tool_choice.name}" is not among the tools`;
  }
  return (
    messagesProblem(messages) ??
    thinkingProblem(body as MessagesRequest) ??
    breakpointsProblem([tools, system ?? [], messages])
  );
}

function messagesProblem(messages: MessagesRequest["messages"]): string | null {
  let open: string[] = [];
  for (const [i, { role, content }] of messages.entries()) {
    const where = `messages.${i}`;
    if (role !== (i % 2 === 0 ? "user" : "assistant")) {
      return `${where}: roles must alternate between "user" and "assistant", beginning with "user"`;
    }
    const blocks = blocksOf(content);
    if (blocks.length === 0) return `${where}: content must not be empty`;
    const empty = blocks.find((block) => block.type === "text" && String(block.text ?? "").trim() === "");
    if (empty) return `${where}: text content blocks must be non-empty`;
    const problem = resultsProblem(open, blocks, where);
    if (problem !== null) return problem;
    open = blocks.flatMap((block) => (block.type === "tool_use" ? [String(block.id)] : []));
  }
  if (open.length > 0)
    return `tool_use ids were found without tool_result blocks at the end: ${open.join(", ")}`;
  return messages.length % 2 === 0 ? "the last message must be the user's" : null;
}

/** Every call is answered once, in the very next message, before anything else in it. */
function resultsProblem(open: readonly string[], blocks: readonly Block[], where: string): string | null {
  const results = blocks.filter((block) => block.type === "tool_result");
  const ids = results.map((block) => String(block.tool_use_id));
  const stray = ids.find((id) => !open.includes(id));
  if (stray !== undefined) return `${where}: unexpected tool_use_id found in tool_result blocks: ${stray}`;
  const unanswered = open.filter((id) => ids.filter((other) => other === id).length !== 1);
  if (unanswered.length > 0) {
    return `${where}: tool_use ids were found without tool_result blocks immediately after: ${unanswered.join(", ")}`;
  }
  const first = blocks.slice(0, results.length);
  return first.every((block) => block.type === "tool_result")
    ? null
    : `${where}: tool_result blocks must come first`;
}

function breakpointsProblem(parts: unknown): string | null {
  const found = countBreakpoints(parts);
  return found > MAX_BREAKPOINTS
    ? `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.`
    : null;
}

function countBreakpoints(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = "cache_control" in value && value.cache_control ? 1 : 0;
  return Object.values(value).reduce((sum: number, item) => sum + countBreakpoints(item), own);
}
