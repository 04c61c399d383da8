import { LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import { ask, createModel } from "./model.ts";
import { explainModelError } from "./model-errors.ts";
import { orderCase } from "./testing/order-case.ts";
import { type Stage, stage, submits } from "./testing/stage.ts";

/**
 * The SDK, our client and the loop against a second server that speaks the Messages API, written by others: what
 * our own scripted server got wrong together with the client would show here.
 */
const mock = new LLMock({ port: 0, logLevel: "silent" });
beforeAll(() => mock.start());
afterAll(() => mock.stop());

let open: Stage | undefined;
afterEach(async () => {
  mock.clearFixtures();
  mock.clearRequests();
  mock.resetMatchCounts();
  await open?.server.close();
  open = undefined;
});

const client = (maxRetries = 2) =>
  createModel({ apiKey: "test-key", baseUrl: mock.url, model: "claude-opus-5-5", maxRetries });
const hello = { max_tokens: 100, messages: [{ role: "user" as const, content: "Hi there" }] };
const never = new AbortController().signal;

function toolInput(turn: ReturnType<typeof submits>): string {
  const [submission] = (turn.content ?? []) as readonly { input: unknown }[];
  return JSON.stringify(submission?.input);
}

describe("one answer", () => {
  test("text, thinking with its signature, tool calls", async () => {
    mock.onMessage(/Hi/, {
      content: "Hello.",
      reasoning: "Hm.",
      toolCalls: [{ name: "get_dependents", arguments: '{"service":"order-service"}' }],
    });
    const message = await ask(client(), hello, never);
    expect(message.stop_reason).toBe("tool_use");
    expect(message.content.map(({ type }) => type)).toEqual(["thinking", "text", "tool_use"]);
    expect(message.content.at(-1)).toMatchObject({
      name: "get_dependents",
      input: { service: "order-service" },
    });
  });

  test.each([
    [401, "invalid_key", "at_once"],
    [402, "no_credit", "at_once"],
    [403, "forbidden", "counts"],
    [404, "unknown_model", "counts"],
    [413, "context_overflow", "none"],
    [429, "rate_limited", "counts"],
    [500, "api_failed", "counts"],
    [529, "overloaded", "counts"],
  ])("%i is %s", async (status, failure, breaker) => {
    mock.onMessage(/Hi/, { error: { message: "refused", type: "some_error" }, status });
    const thrown = await ask(client(0), hello, never).catch((error) => explainModelError(error, "m"));
    expect(thrown).toMatchObject({ failure, breaker });
  });

  test("a stream that is cut is asked for again", async () => {
    const long = { content: "A long answer, in many chunks. ".repeat(10) };
    mock.on({ userMessage: /Hi/, sequenceIndex: 0 }, long, {
      disconnectAfterMs: 60,
      latency: 20,
      chunkSize: 10,
    });
    mock.on({ userMessage: /Hi/, sequenceIndex: 1 }, { content: "Whole." });
    expect((await ask(client(0), hello, never)).content).toMatchObject([{ text: "Whole." }]);
  });

  test("an overload that passes is outlived", async () => {
    mock.onMessage(/Hi/, { content: "Hello." });
    mock.nextRequestError(529, { message: "Overloaded", type: "overloaded_error" });
    expect((await ask(client(), hello, never)).content).toMatchObject([{ text: "Hello." }]);
    expect(mock.getRequests()).toHaveLength(2);
  });
});

test("the whole loop: two tools in parallel, then a diagnosis whose citation holds", async () => {
  open = await stage([]);
  const call = (name: string) => ({ name, arguments: '{"service":"order-service"}' });
  mock.on(
    { turnIndex: 0 },
    { content: "Looking.", toolCalls: [call("get_dependents"), call("get_escalation_path")] },
  );
  mock.on({ turnIndex: 1 }, { toolCalls: [{ name: "submit_diagnosis", arguments: toolInput(submits()) }] });
  const outcome = await diagnose(orderCase, { ...open.deps, model: client() });
  expect(outcome).toMatchObject({
    state: "done",
    diagnosis: { root_causes: [{ code: "db.pool_exhausted", citations: [{ verified: true }] }] },
  });
  expect(open.calls.sort()).toEqual(["get_dependents", "get_escalation_path"]);
  expect(mock.getRequests()).toHaveLength(2);
});
