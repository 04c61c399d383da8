import type { InputUsage } from "./prompt-cache.ts";

/** One server-sent event of a streamed answer; `type` is also the event's name. */
export type StreamEvent = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly content: readonly AnswerBlock[];
  readonly stop_reason: string;
  readonly stop_details: object | null;
  readonly usage: InputUsage & { readonly output_tokens: number; readonly output_tokens_details: object };
}

export type AnswerBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "redacted_thinking"; readonly data: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown };

const CHUNK = 40;

/** What the API sends with every answer and this server never has anything to say of. */
const unused = { container: null, diagnostics: null, stop_sequence: null };
const usageUnused = { inference_geo: null, server_tool_use: null, service_tier: "standard", speed: null };

/** The whole answer, as `stream: false` returns it: https://docs.claude.com/en/api/messages */
export function toMessage({ usage, ...answer }: Answer): object {
  return { type: "message", role: "assistant", ...answer, ...unused, usage: { ...usage, ...usageUnused } };
}

/** The same answer as the API streams it: https://docs.claude.com/en/docs/build-with-claude/streaming */
export function toEvents(answer: Answer, malformedToolInput = false): StreamEvent[] {
  const { stop_reason, stop_details, usage } = answer;
  const opening = { ...answer, content: [], stop_details: null, usage: { ...usage, output_tokens: 1 } };
  const { cache_creation: _, ...total } = usage;
  return [
    { type: "message_start", message: { ...toMessage(opening), stop_reason: null } },
    { type: "ping" },
    ...answer.content.flatMap((block, index) => blockEvents(block, index, malformedToolInput)),
    {
      type: "message_delta",
      delta: { container: null, stop_reason, stop_details, stop_sequence: null },
      usage: { ...total, server_tool_use: null },
    },
    { type: "message_stop" },
  ];
}

function blockEvents(block: AnswerBlock, index: number, malformed: boolean): StreamEvent[] {
  const { start, deltas } = parts(block, malformed);
  return [
    { type: "content_block_start", index, content_block: start },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function parts(block: AnswerBlock, malformed: boolean): { start: object; deltas: object[] } {
  switch (block.type) {
    case "text":
      return {
        start: { ...block, text: "" },
        deltas: chunks(block.text).map((text) => ({ type: "text_delta", text })),
      };
    case "thinking":
      return {
        start: { ...block, thinking: "", signature: "" },
        deltas: [
          ...chunks(block.thinking).map((thinking) => ({ type: "thinking_delta", thinking })),
          { type: "signature_delta", signature: block.signature },
        ],
      };
    case "redacted_thinking":
      return { start: block, deltas: [] };
    case "tool_use": {
      const json = malformed ? '{"service": order-service]' : JSON.stringify(block.input);
      // The API, too, begins with an empty piece.
      return {
        start: { ...block, input: {} },
        deltas: ["", ...chunks(json)].map((partial_json) => ({ type: "input_json_delta", partial_json })),
      };
    }
  }
}

function chunks(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${CHUNK}}`, "gu")) ?? [];
}
