import type Anthropic from "@anthropic-ai/sdk";

type Param = Anthropic.MessageParam;
type Block = Anthropic.ContentBlockParam;

/** The conversation so far: it only ever grows at its end, so each request begins with the bytes of the last. */
export interface Transcript {
  /** What we say: added to our last message while the model has not answered it. */
  say(...blocks: Block[]): void;
  heard(message: Anthropic.Message): void;
  /** The messages with their cache breakpoints; the API allows four in all, the system prompt takes one. */
  messages(): Param[];
}

interface Entry {
  readonly role: "user" | "assistant";
  readonly content: Block[];
}

export function startTranscript(firstMessage: string): Transcript {
  const entries: Entry[] = [{ role: "user", content: [text(firstMessage)] }];
  return {
    say(...blocks) {
      const last = entries.at(-1);
      if (last?.role === "user") last.content.push(...blocks);
      else entries.push({ role: "user", content: blocks });
    },
    heard(message) {
      // The API refuses empty messages and empty texts when they are sent back.
      const content = message.content.filter((block) => block.type !== "text" || block.text.trim() !== "");
      if (content.length > 0) entries.push({ role: "assistant", content });
    },
    messages() {
      // The context, the point the previous request ended at, and the point this one ends at.
      const ours = entries.flatMap(({ role }, i) => (role === "user" ? [i] : []));
      const marked = new Set([0, ...ours.slice(-2)]);
      return entries.map(({ role, content }, i) => ({
        role,
        content: marked.has(i) ? withBreakpoint(content) : content,
      }));
    },
  };
}

export function text(words: string): Anthropic.TextBlockParam {
  return { type: "text", text: words };
}

function withBreakpoint(content: readonly Block[]): Block[] {
  return content.map((block, i) =>
    i === content.length - 1 && (block.type === "text" || block.type === "tool_result")
      ? { ...block, cache_control: { type: "ephemeral" } }
      : block,
  );
}
