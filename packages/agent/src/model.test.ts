import {
  type ScriptedModel,
  type ScriptedModelOptions,
  startScriptedModel,
  type Turn,
} from "@oncall/sandbox";
import { afterEach, describe, expect, test } from "vitest";
import { ask, createModel, type ModelOptions, type ModelRequest } from "./model.ts";
import { explainModelError, isContextOverflow, ModelError, type ModelFailure } from "./model-errors.ts";

let server: ScriptedModel;
afterEach(() => server?.close());

const MODEL = "claude-opus-5-5";
const hello: ModelRequest = { max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
const answer: Turn = { content: [{ text: "Hello." }, { tool_use: "get_dependents", input: { n: 1 } }] };

interface Asked extends Partial<ModelOptions> {
  readonly request?: ModelRequest;
  readonly signal?: AbortSignal;
  readonly server?: Partial<ScriptedModelOptions>;
}

async function asked(script: ScriptedModelOptions["script"], options: Asked = {}) {
  const { request = hello, signal = new AbortController().signal, server: more, ...model } = options;
  server = await startScriptedModel({ script, ...more });
  const client = createModel({ apiKey: "test-key", baseUrl: server.url, model: MODEL, ...model });
  return await ask(client, request, signal);
}

async function failed(...args: Parameters<typeof asked>): Promise<ModelError> {
  const thrown = await asked(...args).then(
    () => expect.fail("it answered"),
    (error: unknown) => explainModelError(error, MODEL),
  );
  if (!(thrown instanceof ModelError)) throw thrown;
  return thrown;
}

/** Soon enough for a test, long enough to be seen as a wish. */
const retryAfter = 0.01;

describe("every failure that stays: how often it is asked, what it means, what a person reads", () => {
  test.each<[string, Turn, number, ModelFailure, ModelError["breaker"], string, Asked?]>([
    ["an invalid key", { error: 401 }, 1, "invalid_key", "at_once", "Set a valid ANTHROPIC_API_KEY"],
    ["no billing", { error: 402 }, 1, "no_credit", "at_once", "out of credit"],
    [
      "exhausted credit",
      { error: 400, message: "Your credit balance is too low to access the Anthropic API." },
      1,
      "no_credit",
      "at_once",
      "Top it up",
    ],
    [
      "a spend limit of one's own",
      { error: 400, message: "You have reached your specified API usage limits." },
      1,
      "no_credit",
      "at_once",
      "at its spend limit",
    ],
    [
      "a spend limit of the tier",
      { error: 429, errorCode: "enforced_spend_limit_reached", retryAfter },
      3,
      "no_credit",
      "at_once",
      "raise the limit",
    ],
    [
      "a gateway's budget",
      { error: 400, message: "Budget has been exceeded! Current cost: 20.1, Max budget: 20.0" },
      1,
      "no_credit",
      "at_once",
      "It said: Budget has been exceeded",
    ],
    [
      "a model that is not allowed",
      { error: 403 },
      1,
      "forbidden",
      "counts",
      `may not use the model ${MODEL}`,
    ],
    ["a model that there is not", { error: 404 }, 1, "unknown_model", "counts", `knows no model ${MODEL}`],
    [
      "a request that is not accepted",
      { error: 400, message: "tools.0: unsupported" },
      1,
      "rejected",
      "none",
      "(400). It said: tools.0: unsupported",
    ],
    [
      "a request beyond the window",
      { error: 400, message: "prompt is too long: 210000 tokens > 200000 maximum" },
      1,
      "context_overflow",
      "none",
      "narrower time or service",
    ],
    [
      "the same, from a self-hosted server",
      { error: 400, message: "This model's maximum context length is 32768 tokens." },
      1,
      "context_overflow",
      "none",
      "larger than the model",
    ],
    ["a body too large", { error: 413 }, 1, "context_overflow", "none", "larger than the model"],
    ["a rate limit", { error: 429, retryAfter }, 3, "rate_limited", "counts", "rate limit"],
    [
      "a rate limit until far off",
      { error: 429, retryAfter: 600 },
      1,
      "rate_limited",
      "counts",
      "rate limit",
    ],
    [
      "a rate limit until a date far off",
      { error: 429, retryAtSeconds: 600 },
      1,
      "rate_limited",
      "counts",
      "rate limit",
    ],
    ["a failure", { error: 500, retryAfter }, 3, "api_failed", "counts", "failed (500)"],
    [
      "a proxy's error page",
      { error: 502, rawBody: "<html>Bad gateway</html>", retryAfter },
      3,
      "api_failed",
      "counts",
      "failed (502)",
    ],
    [
      "a timeout of the API's own",
      { error: 504, retryAfter },
      3,
      "timed_out",
      "counts",
      "did not answer in time",
    ],
    ["an overload", { error: 529, retryAfter }, 3, "overloaded", "counts", "overloaded"],
    [
      "an overload in the stream",
      { ...answer, streamError: "overloaded_error" },
      3,
      "overloaded",
      "counts",
      "overloaded",
    ],
    [
      "a failure in the stream",
      { ...answer, streamError: "api_error" },
      3,
      "api_failed",
      "counts",
      "failed (api_error)",
    ],
    [
      "a stream that ends before its first event",
      { ...answer, disconnectAfter: 0 },
      3,
      "broken_stream",
      "counts",
      "broke off",
    ],
    [
      "a stream that ends inside the text",
      { ...answer, disconnectAfter: 4 },
      3,
      "broken_stream",
      "counts",
      "broke off",
    ],
    [
      "a stream that ends inside a tool's input",
      { ...answer, disconnectAfter: 8 },
      3,
      "broken_stream",
      "counts",
      "broke off",
    ],
    [
      "a stream that falls silent",
      { ...answer, stallAfter: 4 },
      3,
      "broken_stream",
      "counts",
      "broke off",
      { idleMs: 150 },
    ],
    [
      "tool input that is not JSON",
      { ...answer, malformedToolInput: true },
      3,
      "broken_stream",
      "counts",
      "broke off",
    ],
    [
      "a connection closed without an answer",
      { hangUp: true },
      3,
      "unreachable",
      "counts",
      "ANTHROPIC_BASE_URL",
    ],
    [
      "no answer at all",
      { error: 500, holdUntil: "never" },
      3,
      "timed_out",
      "counts",
      "did not answer in time",
      { timeoutMs: 150 },
    ],
  ])("%s", async (_, turn, requests, failure, breaker, words, options) => {
    const error = await failed([{ ...turn, always: true }], options);
    expect(error.message).toContain(words);
    expect([error.failure, error.breaker, server.requests.length]).toEqual([failure, breaker, requests]);
  });

  test("how long it is to be left alone is handed on", async () => {
    expect((await failed([{ error: 429, retryAfter: 600, always: true }])).retryAfterMs).toBe(600_000);
  });

  test("a secret in the endpoint's words is not repeated", async () => {
    const message = "no such key: sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789";
    expect((await failed([{ error: 400, message }])).message).not.toContain("abcdefghijklmnop");
  });

  test("nobody at the address", async () => {
    server = await startScriptedModel({ script: [answer] });
    await server.close();
    const client = createModel({ apiKey: "k", baseUrl: server.url, model: MODEL, maxRetries: 0 });
    await expect(
      ask(client, hello, new AbortController().signal).catch((error) => {
        throw explainModelError(error, MODEL);
      }),
    ).rejects.toMatchObject({ failure: "unreachable" });
  });

  test("a run that is stopped says nothing of the model", async () => {
    const controller = new AbortController();
    const error = failed([{ ...answer, holdUntil: "never" }], { signal: controller.signal });
    while (!server?.requests.length) await new Promise(setImmediate);
    controller.abort();
    expect(await error).toMatchObject({ failure: "stopped", breaker: "none" });
  });

  test("a model that has said nothing when a deadline passes is the model's failure", async () => {
    const error = await failed([{ ...answer, holdUntil: "never" }], { signal: AbortSignal.timeout(100) });
    expect(error).toMatchObject({ failure: "timed_out", breaker: "counts" });
  });

  test("one that was still writing is not", async () => {
    const slow = { ...answer, dripMs: 300 };
    expect(await failed([slow], { signal: AbortSignal.timeout(1500) })).toMatchObject({ failure: "stopped" });
  });
});

describe("what passes is outlived", () => {
  test.each<[string, Turn, Asked?]>([
    ["a rate limit", { error: 429, retryAfter }],
    ["a rate limit until a date", { error: 429, retryAtSeconds: 1 }],
    ["an overload", { error: 529, retryAfter }],
    ["a failure", { error: 500, retryAfter }],
    ["an overload in the stream", { ...answer, streamError: "overloaded_error" }],
    ["a stream that breaks", { ...answer, disconnectAfter: 8 }],
    ["a stream that falls silent", { ...answer, stallAfter: 2 }, { idleMs: 150 }],
    ["tool input that is not JSON", { ...answer, malformedToolInput: true }],
    ["a connection closed", { hangUp: true }],
  ])("%s", async (_, turn, options) => {
    const message = await asked([turn, answer], options);
    expect(message.content).toMatchObject([{ text: "Hello." }, { input: { n: 1 } }]);
    expect(server.requests).toHaveLength(2);
  });

  test("a stream that drips is waited for", async () => {
    const { content } = await asked([{ ...answer, dripMs: 100 }], { idleMs: 1000, timeoutMs: 1000 });
    expect(content).toHaveLength(2);
  });
});

describe("what an endpoint is sent and answers", () => {
  test.each(["refusal", "max_tokens", "pause_turn", "model_context_window_exceeded"] as const)(
    "stop reason %s is an answer",
    async (stopReason) => {
      expect((await asked([{ ...answer, stopReason }])).stop_reason).toBe(stopReason);
    },
  );

  test("usage comes as the API splits it", async () => {
    const system = [
      {
        type: "text" as const,
        text: "s".repeat(350),
        cache_control: { type: "ephemeral" as const, ttl: "1h" as const },
      },
    ];
    const content = [
      { type: "text" as const, text: "q".repeat(700), cache_control: { type: "ephemeral" as const } },
    ];
    const { usage } = await asked([{ content: [{ thinking: "Hm. ".repeat(30) }, { text: "So." }] }], {
      request: { ...hello, system, messages: [{ role: "user", content }] },
    });
    const { ephemeral_1h_input_tokens: hour = 0, ephemeral_5m_input_tokens: minutes = 0 } =
      usage.cache_creation ?? {};
    expect(hour).toBeGreaterThan(100);
    expect(minutes).toBeGreaterThan(200);
    expect(usage.cache_creation_input_tokens).toBe(hour + minutes);
    expect(usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(30);
  });

  test("the key goes out as bearer token, and to other endpoints in the older header too", async () => {
    await asked([answer]);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer test-key",
      "x-api-key": "test-key",
      "anthropic-version": expect.any(String),
    });
  });

  test("a conversation that outgrows the window is told so, by what the server counts", async () => {
    const long = { ...hello, messages: [{ role: "user" as const, content: "x".repeat(4000) }] };
    const error = await failed([answer], { request: long, server: { contextWindow: 1000 } });
    expect(isContextOverflow(error)).toBe(true);
    expect(isContextOverflow(error.cause)).toBe(true);
  });
});

describe("thinking", () => {
  const think: Turn = { content: [{ thinking: "Hm." }, { tool_use: "ping", input: {} }] };
  const thinking = { type: "enabled" as const, budget_tokens: 1024 };

  async function goOn(change: (content: Record<string, unknown>[]) => unknown[]) {
    const first = await asked([think, answer], { request: { ...hello, max_tokens: 4000, thinking } });
    const call = first.content.find(({ type }) => type === "tool_use");
    const client = createModel({ apiKey: "k", baseUrl: server.url, model: MODEL });
    const messages = [
      ...hello.messages,
      { role: "assistant", content: change(first.content as never) },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: (call as { id: string }).id, content: "pong" }],
      },
    ];
    const request = { ...hello, max_tokens: 4000, thinking, messages } as ModelRequest;
    return ask(client, request, new AbortController().signal);
  }

  test("sent back as it came is accepted", async () => {
    expect((await goOn((content) => content)).content).toHaveLength(2);
  });

  test.each<[string, Parameters<typeof goOn>[0], RegExp]>([
    ["changed", ([first, ...rest]) => [{ ...first, thinking: "Ha." }, ...rest], /Invalid `signature`/],
    [
      "without its signature",
      ([first, ...rest]) => [{ ...first, signature: "" }, ...rest],
      /Invalid `signature`/,
    ],
    ["left out", ([, ...rest]) => rest, /must start with a thinking block/],
  ])("%s is refused", async (_, change, words) => {
    await expect(goOn(change)).rejects.toThrow(words);
  });

  test("leaves no room for a forced tool", async () => {
    const tools = [{ name: "ping", description: "Pings.", input_schema: { type: "object" as const } }];
    const request = { ...hello, thinking, tools, tool_choice: { type: "tool" as const, name: "ping" } };
    await expect(asked([answer], { request })).rejects.toThrow(/forces tool use/);
  });
});
