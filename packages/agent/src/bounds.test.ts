import { afterEach, describe, expect, test } from "vitest";
import { answer } from "./answer.ts";
import { defaultLimits, resultTokens } from "./bounds.ts";
import { diagnose } from "./diagnose.ts";
import { costOf, listPrices } from "./prices.ts";
import { orderCase } from "./testing/order-case.ts";
import { looksAround, type Stage, stage, submits } from "./testing/stage.ts";

let open: Stage | undefined;
afterEach(async () => {
  await open?.server.close();
  open = undefined;
});

const usage = {
  inputTokens: 1_000_000,
  outputTokens: 1_000_000,
  cacheReadTokens: 1_000_000,
  cacheWriteTokens: 0,
};

test("a call costs what its tokens cost by kind; a long one of a tiered model more; an unknown one nobody knows", () => {
  expect(costOf(usage, "claude-opus-5-5", listPrices)).toBeCloseTo(24.2);
  expect(costOf(usage, "claude-haiku-5-5", listPrices)).toBeCloseTo(3.05);
  expect(
    costOf({ ...usage, inputTokens: 0, cacheReadTokens: 50_000 }, "claude-haiku-5-5", listPrices),
  ).toBeCloseTo(0.5005);
  expect(costOf(usage, "our-model", listPrices)).toBeNull();
});

test.each([
  [1_000_000, 400, 400],
  [1_000_000, 90_000, 25_000],
  [8_000, 2_000, 1_200],
])("in a window of %i, a result that may have %i gets %i tokens", (windowTokens, wanted, given) => {
  expect(resultTokens({ ...defaultLimits, windowTokens }, wanted)).toBe(given);
});

describe("budgets", () => {
  test.each([
    ["investigation", "of this investigation"],
    ["service", "of order-service for today"],
    ["team", "of the team commerce for today"],
    ["day", "for today"],
  ])("the one of the %s, reached on the way, is concluded with what is known", async (scope, words) => {
    open = await stage([looksAround, submits()], { budgets: { [scope]: 0.000_01 } });
    // Nothing is spent before the first call; the first spends it all.
    const outcome = await diagnose(orderCase, open.deps);
    expect(outcome.state).toBe("done");
    expect(open.server.requests).toHaveLength(2);
    expect(JSON.stringify(open.server.requests[1]?.body.messages.at(-1))).toContain(`the budget ${words}`);
  });

  test("one that others have spent stops the first call", async () => {
    open = await stage([submits()], { budgets: { team: 0.01 } });
    const other = {
      ...open.deps.run,
      id: "inv_other",
      investigationId: "inv_other",
      service: "user-service",
    };
    await open.deps.ledger.record({
      run: other,
      role: "lead",
      model: "m",
      usage,
      costUsd: 5,
      tookMs: 1,
      outcome: "ok",
    });
    const outcome = await diagnose(orderCase, open.deps);
    expect(outcome).toMatchObject({
      state: "failed",
      kind: "denied",
      reason: expect.stringContaining("team commerce"),
    });
    expect(open.server.requests).toHaveLength(0);
  });

  test("workers that spend at once overshoot by their running calls at most", async () => {
    open = await stage(Array(10).fill(looksAround));
    const { deps, server } = open;
    await Promise.all(
      Array.from({ length: 4 }, (_, i) => {
        const run = { ...deps.run, id: `inv_${i}`, investigationId: `inv_${i}` };
        return diagnose(orderCase, { ...deps, run, budgets: { day: 0.03 } });
      }),
    );
    const [calls, spent] = [server.requests.length, await deps.ledger.spent(deps.run)];
    const dearest = (spent.day / calls) * 2;
    expect(spent.day).toBeLessThan(0.03 + 4 * dearest);
  });

  test("of a model without a price they cannot bind, and the diagnosis says the cost is unknown", async () => {
    open = await stage([looksAround, submits()], { budgets: { investigation: 0.000_01 } });
    const outcome = await diagnose(orderCase, { ...open.deps, prices: {} });
    expect(outcome).toMatchObject({ state: "done", diagnosis: { costUsd: null, usage: { calls: 2 } } });
    expect(open.steps).toContainEqual({
      kind: "note",
      text: expect.stringContaining("budgets in dollars cannot bind"),
    });
  });
});

describe("calls that repeat", () => {
  const a = { content: [{ tool_use: "get_dependents", input: { service: "order-service" } }] };
  const b = { content: [{ tool_use: "get_escalation_path", input: { service: "order-service" } }] };

  test.each([
    ["the same again and again", [a, a, a, a, submits()], ["get_dependents"]],
    ["two in turn", [a, b, a, b, a, submits()], ["get_dependents", "get_escalation_path"]],
  ])("%s: each runs once, is then answered with its evidence, and exploring ends", async (_, script, ran) => {
    open = await stage(script);
    const outcome = await diagnose(orderCase, open.deps);
    expect(outcome.state).toBe("done");
    expect(open.calls).toEqual(ran);
    const said = JSON.stringify(open.server.requests.at(-1)?.body.messages);
    expect(said).toMatch(/Not run: the same call was answered as ev_[a-z0-9]{12}/);
    expect(said).toContain("Conclude now: you repeat calls");
  });

  test("a failed call may be made again", async () => {
    const fails = { content: [{ tool_use: "query_logs", input: { service: "order-service" } }] };
    open = await stage([fails, fails, submits()]);
    await diagnose(orderCase, open.deps);
    expect(JSON.stringify(open.server.requests.at(-1)?.body.messages)).not.toContain("Not run");
  });
});

describe("the prompt cache", () => {
  const turns = Array.from({ length: 5 }, (_, depth) => ({
    content: [{ tool_use: "get_dependents", input: { service: "order-service", depth } }],
  }));
  /** The bytes up to each cache mark, without the marks. */
  const prefixes = (body: { tools?: unknown; system?: unknown; messages: readonly unknown[] }): string[] => {
    const marked = JSON.stringify([body.tools, body.system, ...body.messages]);
    const parts = marked.split(/,"cache_control":\{"type":"ephemeral"\}/);
    return parts.slice(0, -1).map((__, i) => parts.slice(0, i + 1).join(""));
  };

  test("from one call to the next the cached prefix is byte-identical on the wire", async () => {
    open = await stage([...turns, submits()]);
    await diagnose(orderCase, open.deps);
    const requests = open.server.requests.map(({ body }) => body);
    expect(requests).toHaveLength(6);
    for (const [i, body] of requests.slice(0, -1).entries()) {
      const written = prefixes(body).at(-1) ?? "";
      expect(prefixes(requests[i + 1] ?? body)).toContain(written);
    }
  });

  test("compaction alone changes it: old results become lines that name their evidence, and it is recorded", async () => {
    const limits = { windowTokens: 10_000, compactAtShare: 0.05 };
    open = await stage([...turns, submits()], { limits });
    await diagnose(orderCase, open.deps);
    const recorded = await open.deps.steps.list(open.deps.run.id);
    expect(recorded.filter(({ kind }) => kind === "compacted").length).toBeGreaterThan(0);
    const last = JSON.stringify(open.server.requests.at(-1)?.body.messages);
    expect(last).toMatch(
      /\[The answer of get_dependents, left out to save room; read it again with get_evidence: ev_[a-z0-9]{12}\]/,
    );
    expect(last.match(/checkout-web/g)?.length).toBeLessThan(turns.length + 2);
  });
});

describe("answers to questions", () => {
  const question = {
    text: "who suffers when order-service fails?",
    history: [{ role: "user" as const, text: "hello" }],
    firstLook: null,
    catalogContext: "none",
    incident: null,
  };
  const answers = (citations: object[]) => ({
    content: [{ tool_use: "submit_answer", input: { answer: "**checkout-web** depends on it.", citations } }],
  });

  test("stream their words, cite what they rest on, and say what they cost", async () => {
    open = await stage([
      looksAround,
      answers(["{{cite:get_dependents:/data/dependents/0}}" as unknown as object]) as typeof looksAround,
    ]);
    const outcome = await answer(question, open.deps);
    expect(outcome).toMatchObject({
      state: "done",
      response: "**checkout-web** depends on it.",
      citations: [{ pointer: "/data/dependents/0", value: "checkout-web", verified: true }],
      toolsCalled: ["get_dependents"],
      usage: { calls: 2 },
    });
    const streamed = open.steps.flatMap((step) => (step.kind === "text" ? [step.delta] : [])).join("");
    expect(streamed).toBe("**checkout-web** depends on it.");
    expect(JSON.stringify(open.server.requests[0]?.body.messages)).toContain("hello");
  });

  test("a citation that does not hold goes back once and is then marked", async () => {
    const wrong = answers([{ evidence: "ev_none", pointer: "/data", value: 1 }]) as typeof looksAround;
    open = await stage([wrong, wrong]);
    const outcome = await answer(question, open.deps);
    expect(outcome).toMatchObject({ state: "done", citations: [{ verified: false }] });
    expect(open.steps.flatMap((step) => (step.kind === "text" ? [step.attempt] : []))).toContain(2);
  });
});
