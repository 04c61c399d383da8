import type Anthropic from "@anthropic-ai/sdk";
import type { AnsweredCall } from "./steps.ts";

type Block = Anthropic.ContentBlockParam;

interface Param {
  readonly role: "user" | "assistant";
  readonly content: Block[];
}

/** What the model said, and what it was told in reply. The first turn is ours alone. */
interface Turn {
  readonly heard: readonly Anthropic.ContentBlock[];
  readonly results: Map<string, AnsweredCall>;
  readonly said: string[];
}

/**
 * The conversation so far. It only grows at its end, so each request begins with the bytes of the last;
 * `compact` alone changes what was sent.
 */
export interface Transcript {
  say(...texts: string[]): void;
  heard(content: readonly Anthropic.ContentBlock[]): void;
  answered(call: AnsweredCall): void;
  compact(calls: readonly string[]): void;
  /** The calls of the last message that have no answer yet. */
  open(): Anthropic.ToolUseBlock[];
  /** Answers that are shown whole, oldest first, by turn. */
  whole(): readonly (readonly AnsweredCall[])[];
  /** The messages with their cache breakpoints; the API allows four in all, the system prompt takes one. */
  messages(): Param[];
}

export function createTranscript(): Transcript {
  const turns: Turn[] = [{ heard: [], results: new Map(), said: [] }];
  const compacted = new Set<string>();
  const last = (): Turn => turns[turns.length - 1] as Turn;

  return {
    say(...texts) {
      last().said.push(...texts);
    },
    heard(content) {
      // The API refuses empty messages and empty texts when they are sent back.
      const heard = content.filter((block) => block.type !== "text" || block.text.trim() !== "");
      if (heard.length > 0) turns.push({ heard, results: new Map(), said: [] });
    },
    answered(call) {
      last().results.set(call.call, call);
    },
    compact(calls) {
      for (const call of calls) compacted.add(call);
    },
    open() {
      const { heard, results } = last();
      return callsOf(heard).filter(({ id }) => !results.has(id));
    },
    whole() {
      return turns.map(({ results }) => [...results.values()].filter(({ call }) => !compacted.has(call)));
    },
    messages() {
      const messages = turns.flatMap(({ heard, results, said }): Param[] => {
        const answers = callsOf(heard).flatMap(({ id }) => {
          const answer = results.get(id);
          return answer === undefined ? [] : [resultBlock(answer, compacted.has(id))];
        });
        const ours: Param = { role: "user", content: [...answers, ...said.map(text)] };
        return heard.length === 0 ? [ours] : [{ role: "assistant", content: [...heard] }, ours];
      });
      return withBreakpoints(messages.filter(({ content }) => content.length > 0));
    },
  };
}

export function callsOf(content: readonly Anthropic.ContentBlock[]): Anthropic.ToolUseBlock[] {
  return content.filter((block) => block.type === "tool_use");
}

export function text(words: string): Anthropic.TextBlockParam {
  return { type: "text", text: words };
}

function resultBlock(answer: AnsweredCall, compacted: boolean): Anthropic.ToolResultBlockParam {
  return {
    type: "tool_result",
    tool_use_id: answer.call,
    content: compacted ? stub(answer) : answer.content,
    ...(answer.state === "error" ? { is_error: true } : {}),
  };
}

function stub({ tool, evidence }: AnsweredCall): string {
  return evidence === null
    ? `[An answer of ${tool}, left out to save room.]`
    : `[The answer of ${tool}, left out to save room; read it again with get_evidence: ${evidence}]`;
}

/** After the first block (the catalog), where the last request ended, and where this one ends. */
function withBreakpoints(messages: readonly Param[]): Param[] {
  const ours = messages.flatMap(({ role }, i) => (role === "user" ? [i] : []));
  const ends = new Set(ours.slice(-2));
  return messages.map((message, i) => {
    const { content } = message;
    const marked = new Set([...(i === 0 ? [0] : []), ...(ends.has(i) ? [content.length - 1] : [])]);
    return {
      ...message,
      content: content.map((block, at) =>
        marked.has(at) && (block.type === "text" || block.type === "tool_result")
          ? { ...block, cache_control: { type: "ephemeral" as const } }
          : block,
      ),
    };
  });
}
