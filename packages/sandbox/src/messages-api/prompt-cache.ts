import { createHash } from "node:crypto";
import { estimateTokens } from "@oncall/core";
import { blocksOf, type MessagesRequest } from "./conversation.ts";

/** How far before a breakpoint the API looks for what it has cached, in blocks. */
const LOOK_BACK = 20;

export interface InputUsage {
  readonly input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  /** What was written, by how long it is kept. */
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
}

/** Counts input as the API bills it: by exact prefixes of the bytes received and the marks set in them. */
export interface PromptCache {
  count(request: MessagesRequest): InputUsage;
}

interface Position {
  readonly hash: string;
  /** Tokens up to and including this block, estimated from bytes. */
  readonly tokens: number;
  readonly marked: boolean;
  /** Marked to be kept for an hour. */
  readonly hour: boolean;
}

export function createPromptCache(): PromptCache {
  const cached = new Set<string>();
  return {
    count(request) {
      const positions = positionsOf(request);
      const marks = positions.flatMap(({ marked }, i) => (marked ? [i] : []));
      const read = longestHit(positions, marks, cached);
      const written = positions[marks.at(-1) ?? -1]?.tokens ?? 0;
      for (const i of marks) cached.add(positions[i]?.hash ?? "");
      const total = positions.at(-1)?.tokens ?? 0;
      const creation = Math.max(0, written - read);
      const hour = Math.max(0, (positions.findLast((position) => position.hour)?.tokens ?? 0) - read);
      return {
        input_tokens: total - Math.max(read, written),
        cache_read_input_tokens: read,
        cache_creation_input_tokens: creation,
        cache_creation: {
          ephemeral_5m_input_tokens: creation - hour,
          ephemeral_1h_input_tokens: hour,
        },
      };
    },
  };
}

function longestHit(
  positions: readonly Position[],
  marks: readonly number[],
  cached: ReadonlySet<string>,
): number {
  for (const mark of marks.toReversed()) {
    for (let i = mark; i >= Math.max(0, mark - LOOK_BACK); i--) {
      const position = positions[i];
      if (position && cached.has(position.hash)) return position.tokens;
    }
  }
  return 0;
}

/** The prefix after each block, in the order the API reads a request: tools, system, messages. */
function positionsOf({ tools = [], system = [], messages, tool_choice }: MessagesRequest): Position[] {
  const blocks = [
    ...tools.map((tool) => ({ part: "tool", block: tool })),
    ...blocksOf(system).map((block) => ({ part: "system", block })),
    // Another tool_choice keeps tools and system, and drops the messages.
    ...messages.flatMap(({ role, content }) =>
      blocksOf(content).map((block) => ({ part: `${role} ${JSON.stringify(tool_choice ?? null)}`, block })),
    ),
  ];
  const hash = createHash("sha256");
  let tokens = 0;
  return blocks.map(({ part, block: { cache_control, ...block } }) => {
    const bytes = JSON.stringify(block);
    hash.update(`${part}\n${bytes}\n`);
    tokens += estimateTokens(bytes);
    const hour = (cache_control as { ttl?: unknown } | undefined)?.ttl === "1h";
    return { hash: hash.copy().digest("hex"), tokens, marked: Boolean(cache_control), hour };
  });
}
