/** One server-sent event of a streamed answer; `type` is also the event's name. */
export type StreamEvent = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly content: readonly AnswerBlock[];
  readonly stop_reason: string;
  readonly usage: Readonly<Record<string, number>>;
}

export type AnswerBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown };

const CHUNK = 40;

/** The whole answer, as `stream: false` returns it. */
export function toMessage({ id, model, content, stop_reason, usage }: Answer): object {
  return { id, type: "message", role: "assistant", model, content, stop_reason, stop_sequence: null, usage };
}

/** The same answer as the API streams it: https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function toEvents(answer: Answer, malformedToolInput = false): StreamEvent[] {
  const { output_tokens, ...input } = answer.usage;
  const message = {
    ...toMessage({ ...answer, content: [], usage: { ...input, output_tokens: 1 } }),
    stop_reason: null,
  };
  return [
    { type: "message_start", message },
    { type: "ping" },
    ...answer.content.flatMap((block, index) => blockEvents(block, index, malformedToolInput)),
    {
      type: "message_delta",
      delta: { stop_reason: answer.stop_reason, stop_sequence: null },
      usage: { output_tokens },
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
