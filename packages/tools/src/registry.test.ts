import type { MetricsBackend } from "@oncall/backends";
import { AppError, estimateTokens } from "@oncall/core";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { defineReadTool, noData, ok, type Tool, type ToolAnswer } from "./define-tool.ts";
import { createRegistry } from "./registry.ts";
import { catalogOf } from "./testing/catalog.ts";
import { memoryEvidence } from "./testing/evidence.ts";

const now = new Date("2026-01-31T03:00:00.000Z");

function registryWith(run: Tool["run"], evidence = memoryEvidence(), uses: "metrics"[] = []) {
  const logged: object[] = [];
  const described = defineReadTool({
    name: "probe",
    description: "Answers what the test says.",
    uses: ["catalog"],
    input: Type.Object({ n: Type.Optional(Type.Integer({ minimum: 1 })) }, { additionalProperties: false }),
    output: Type.Object({ lines: Type.Array(Type.String()) }),
    run: async () => noData<{ lines: string[] }>("nothing"),
  });
  const tool: Tool = { ...described, run, uses };
  const registry = createRegistry({
    deps: { catalog: catalogOf([]) },
    evidence,
    now: () => now,
    logger: { error: (fields) => logged.push(fields) },
    tools: [tool],
  });
  return { registry, evidence, logged };
}

const answers = (answer: ToolAnswer<unknown>) => async () => answer;
const throws = (error: unknown) => async () => Promise.reject(error);

describe("createRegistry", () => {
  test("an answer is recorded as the caller got it", async () => {
    const { registry, evidence } = registryWith(
      answers(ok({ lines: ["a"] }, { summary: "one line", link: "https://logs.example/1" })),
    );
    const result = await registry.call("probe", { n: 1 }, { investigationId: "inv_1" });
    expect(result).toEqual({
      state: "ok",
      data: { lines: ["a"] },
      link: "https://logs.example/1",
      evidence: expect.stringMatching(/^ev_/),
    });
    expect(evidence.records).toEqual([
      {
        id: result.evidence,
        investigationId: "inv_1",
        tool: "probe",
        input: { n: 1 },
        state: "ok",
        summary: "one line",
        link: "https://logs.example/1",
        at: now.toISOString(),
        durationMs: expect.any(Number),
        result,
        queries: [],
        cached: false,
      },
    ]);
  });

  test("equal calls under way are one run, each recorded for itself", async () => {
    let runs = 0;
    const { registry, evidence } = registryWith(async () => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return ok({ lines: ["a"] });
    });
    const calls = [1, 1, 1, 2].map((n) => registry.call("probe", { n }));
    const ids = new Set((await Promise.all(calls)).map((result) => result.evidence));
    expect(runs).toBe(2);
    expect(ids.size).toBe(4);
    expect(evidence.records.map((record) => "cached" in record && record.cached).sort()).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test("one caller that leaves takes nothing from the others; the last stops the run", async () => {
    let stopped = false;
    const { registry } = registryWith(
      (_input, _deps, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            stopped = true;
            reject(new Error("stopped"));
          }),
        ),
    );
    const [first, second] = [new AbortController(), new AbortController()];
    const early = registry.call("probe", {}, { signal: first.signal });
    const late = registry.call("probe", {}, { signal: second.signal });
    first.abort();
    expect((await early).error?.message).toMatch(/cancelled/);
    expect(stopped).toBe(false);
    second.abort();
    expect((await late).error?.message).toMatch(/cancelled/);
    expect(stopped).toBe(true);
  });

  test("what was asked of which system is recorded, without secrets", async () => {
    const evidence = memoryEvidence();
    const metrics: MetricsBackend = {
      instant: async () => [],
      range: () => Promise.reject(new AppError("unavailable", "Prometheus is down.")),
      link: () => "https://prometheus.example/graph",
    };
    const asks = defineReadTool({
      name: "asks",
      description: "Asks.",
      uses: ["metrics"],
      input: Type.Object({}),
      output: Type.Object({}),
      async run(_, deps, { now: at, signal }) {
        deps.metrics.link("up", { from: "", to: "" });
        await deps.metrics.instant('up{token="password=hunter2"}', at, signal);
        await deps.metrics.range("rate(x[5m])", { from: "a", to: "b" }, 30, signal);
        return ok({});
      },
    });
    const registry = createRegistry({
      deps: { catalog: catalogOf([]), metrics },
      evidence,
      now: () => now,
      tools: [asks],
    });
    expect((await registry.call("asks", {})).error?.message).toBe("Prometheus is down.");
    expect(evidence.records).toMatchObject([
      {
        queries: [
          { source: "metrics", operation: "instant", asked: expect.stringContaining("password=[redacted]") },
          {
            operation: "range",
            asked: 'rate(x[5m]), {"from":"a","to":"b"}, 30',
            durationMs: expect.any(Number),
          },
        ],
      },
    ]);
  });

  test.each([
    ["wrong input", { n: 0 }, "invalid_input", /\/n must be >= 1/],
    ["unknown keys", { m: 1 }, "invalid_input", /unknown key "m"/],
    ["no input at all", undefined, "invalid_input", /must be object/],
  ])("%s is refused before the tool runs", async (_, input, kind, message) => {
    const { registry, evidence } = registryWith(throws(new Error("was run")));
    const result = await registry.call("probe", input);
    expect(result).toMatchObject({
      state: "error",
      error: { kind, message: expect.stringMatching(message) },
    });
    expect(evidence.records).toHaveLength(1);
  });

  test("an unknown tool is named, with the nearest", async () => {
    const { registry } = registryWith(throws(new Error("was run")));
    expect((await registry.call("prob", {})).error).toEqual({
      kind: "not_found",
      message: 'There is no tool "prob". Did you mean probe?',
    });
  });

  test("a backend that is not configured is named with its variable", async () => {
    const { registry } = registryWith(throws(new Error("was run")), memoryEvidence(), ["metrics"]);
    expect((await registry.call("probe", {})).error).toEqual({
      kind: "not_configured",
      message: "Prometheus is not configured: set PROMETHEUS_URL.",
    });
  });

  test("an error of a backend goes out with what to do and when", async () => {
    const { registry, logged } = registryWith(
      throws(new AppError("rate_limited", "GitHub waits.", { retryAfterMs: 900 })),
    );
    expect((await registry.call("probe", {})).error).toEqual({
      kind: "rate_limited",
      message: "GitHub waits.",
      retry_after_ms: 900,
    });
    expect(logged).toEqual([]);
  });

  test.each([
    ["a bug", throws(new TypeError("x.secret is undefined"))],
    ["an output that breaks the schema", answers(ok({ lines: "none" }))],
  ])("%s shows an id and is logged once", async (_, run) => {
    const { registry, logged } = registryWith(run);
    const { error } = await registry.call("probe", {});
    expect(error?.kind).toBe("bug");
    expect(error?.message).not.toMatch(/secret|schema/);
    const id = /err_\w+/.exec(error?.message ?? "")?.[0];
    expect(logged).toMatchObject([{ errorId: id, tool: "probe" }]);
  });

  test("the deadline holds for a tool that does not listen", async () => {
    const { registry } = registryWith(() => new Promise(() => {}));
    const { error } = await registry.call("probe", {}, { deadlineMs: 30 });
    expect(error).toMatchObject({ kind: "unavailable", message: expect.stringMatching(/within 0.03 s/) });
  });

  test("a tool that listens may still answer with what it has", async () => {
    const { registry } = registryWith(
      (_input, _deps, { signal }) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(ok({ lines: ["partly"] })))),
    );
    expect(await registry.call("probe", {}, { deadlineMs: 300 })).toMatchObject({
      data: { lines: ["partly"] },
    });
  });

  test.each([
    ["before", AbortSignal.abort()],
    ["while it runs", AbortSignal.timeout(20)],
  ])("a caller may cancel %s", async (_, signal) => {
    const { registry } = registryWith(() => new Promise(() => {}));
    expect((await registry.call("probe", {}, { signal })).error?.message).toMatch(/cancelled/);
  });

  test("secrets are gone from the answer and from the record", async () => {
    const { registry, evidence } = registryWith(
      answers(ok({ lines: ["password=hunter2"] }, { summary: "password=hunter2" })),
    );
    await registry.call("probe", {});
    expect(JSON.stringify(evidence.records)).not.toContain("hunter2");
    expect(evidence.records[0]?.summary).toBe("password=[redacted]");
  });

  test("a huge answer is cut to its limit and says what went", async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${"x".repeat(50)}`);
    const { registry, evidence } = registryWith(answers(ok({ lines }, { omitted: "3 shards." })));
    const result = await registry.call("probe", {});
    expect(estimateTokens(JSON.stringify(result))).toBeLessThanOrEqual(6_000);
    expect(result.omitted).toMatch(/^3 shards\. Cut to fit: lines: \d+ of 5000 items shown\.$/);
    expect(evidence.records[0]?.result).toEqual(result);
  });

  test("what could not be recorded is an error, for nothing may cite it", async () => {
    const evidence = { ...memoryEvidence(), record: async () => Promise.reject(new Error("disk gone")) };
    const { registry, logged } = registryWith(answers(ok({ lines: [] })), evidence);
    const result = await registry.call("probe", {});
    expect(result).toMatchObject({
      state: "error",
      error: { kind: "unavailable", message: expect.stringMatching(/could not be recorded/) },
    });
    expect(result.data).toBeUndefined();
    expect(logged).toHaveLength(1);
  });
});
