import { AppError } from "@oncall/core";
import { afterEach, describe, expect, test } from "vitest";
import { loadScript, type Turn } from "./script.ts";
import { type ScriptedModel, startScriptedModel } from "./server.ts";

let server: ScriptedModel | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const hello: Turn = {
  content: [{ thinking: "Hm." }, { text: "Hello." }, { tool_use: "ping", input: { n: 1 } }],
};
const base = { model: "claude-opus-5-5", max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };

async function post(
  body: unknown,
  { turns = [hello], path = "/v1/messages", headers = { "x-api-key": "k" } as Record<string, string> } = {},
) {
  server ??= await startScriptedModel({ script: turns });
  const answer = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

describe("answers", () => {
  test("without stream: the message as JSON", async () => {
    const { status, text } = await post(base);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      type: "message",
      role: "assistant",
      stop_reason: "tool_use",
      content: [
        { type: "thinking", thinking: "Hm.", signature: expect.any(String) },
        { type: "text", text: "Hello." },
        { type: "tool_use", id: expect.stringMatching(/^toolu_/), name: "ping", input: { n: 1 } },
      ],
      usage: { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    });
    expect(server?.requests[0]?.bytes).toBe(JSON.stringify(base).length);
  });

  test("with stream: the events in the API's order", async () => {
    const { text, headers } = await post({ ...base, stream: true });
    expect(headers.get("content-type")).toContain("text/event-stream");
    const block = ["content_block_start", "content_block_delta", "content_block_delta", "content_block_stop"];
    expect([...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])).toEqual([
      "message_start",
      "ping",
      ...block,
      ...block.filter((_, i) => i !== 2),
      ...block,
      "message_delta",
      "message_stop",
    ]);
    expect(text).toContain('"partial_json":"{\\"n\\":1}"');
  });

  test("count_tokens", async () => {
    const { text } = await post(
      { model: "m", messages: base.messages },
      { path: "/v1/messages/count_tokens" },
    );
    expect(JSON.parse(text).input_tokens).toBeGreaterThan(0);
  });

  test("what ended well is said again to a conversation that starts over; what failed is not", async () => {
    const turns: Turn[] = [{ error: 529, retryAfter: 3 }, hello];
    const failed = await post(base, { turns });
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([529, "3"]);
    expect(JSON.parse(failed.text).error.type).toBe("overloaded_error");
    const [first, second] = [await post(base), await post(base)];
    expect(first.status).toBe(200);
    expect(second.text).toBe(first.text);
  });

  test("the same prefix is read from the cache, the rest is written", async () => {
    const system = [{ type: "text", text: "s".repeat(3500), cache_control: { type: "ephemeral" } }];
    const usage = async (question: string) =>
      JSON.parse((await post({ ...base, system, messages: [{ role: "user", content: question }] })).text)
        .usage;
    const [first, second] = [await usage("One?"), await usage("Two?")];
    expect(first.cache_creation_input_tokens).toBeGreaterThan(1000);
    expect(second).toMatchObject({
      cache_read_input_tokens: first.cache_creation_input_tokens,
      cache_creation_input_tokens: 0,
      input_tokens: first.input_tokens,
    });
  });
});

describe("refusals", () => {
  const use = { type: "tool_use", id: "toolu_1", name: "ping", input: {} };
  const result = { type: "tool_result", tool_use_id: "toolu_1", content: "pong" };
  const after = (...content: unknown[]) => ({
    ...base,
    messages: [...base.messages, { role: "assistant", content: [use] }, { role: "user", content }],
  });
  const marked = { type: "text", text: "x", cache_control: { type: "ephemeral" } };

  test.each([
    ["max_tokens missing", { ...base, max_tokens: undefined }, "max_tokens"],
    ["no messages", { ...base, messages: [] }, "at least one message"],
    ["two of one role", { ...base, messages: [...base.messages, ...base.messages] }, "alternate"],
    [
      "the assistant last",
      { ...base, messages: [...base.messages, { role: "assistant", content: "x" }] },
      "user's",
    ],
    [
      "an empty text",
      { ...base, messages: [{ role: "user", content: [{ type: "text", text: " " }] }] },
      "non-empty",
    ],
    ["a call unanswered", after({ type: "text", text: "go on" }), "without tool_result"],
    ["a call answered twice", after(result, result), "without tool_result"],
    ["an answer to no call", after(result, { ...result, tool_use_id: "toolu_2" }), "unexpected tool_use_id"],
    ["words before the answer", after({ type: "text", text: "so" }, result), "must come first"],
    ["five breakpoints", { ...base, system: Array(5).fill(marked) }, "maximum of 4"],
    [
      "an unknown forced tool",
      { ...base, tool_choice: { type: "tool", name: "pong" } },
      "not among the tools",
    ],
    ["not JSON", "{", "not valid JSON"],
  ])("%s: 400 in the API's shape", async (_, body, words) => {
    const { status, text } = await post(body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringContaining(words) },
    });
  });

  test("a call that is answered is accepted", async () => {
    const { status } = await post(after(result, { type: "text", text: "go on" }), { turns: [hello, hello] });
    expect(status).toBe(200);
  });

  test.each([
    [{}, 401],
    [{ authorization: "Bearer k" }, 200],
    [{ authorization: "Bearer " }, 401],
  ])("key in %j: %i", async (headers, status) => {
    expect((await post(base, { headers })).status).toBe(status);
  });

  test("beyond its last turn it says so", async () => {
    const { status, text } = await post(after(result));
    expect([status, text]).toEqual([400, expect.stringContaining("has no turn 2")]);
  });
});

test("a script that is not there names itself", () => {
  expect(() => loadScript("no-such-script")).toThrow(AppError);
});
