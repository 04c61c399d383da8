import type { Diagnosis } from "@oncall/incidents";
import { describe, expect, test } from "vitest";
import { compare } from "./baseline.ts";
import { renderHtml } from "./html.ts";
import { run, truth } from "./report.fixture.ts";
import { makeReport, type Report } from "./report.ts";
import { renderTable } from "./table.ts";

const none = { seeds: [7], model: "none", price: null, replayed: false } as const;
const wrong = [{ service: "user-service", confidence: 0.9 }] as const;
const diagnosis: Diagnosis = {
  headline: "The pool is exhausted",
  root_causes: [
    {
      ...{ service: "order-service", code: "db.pool_exhausted" },
      confidence: 0.8,
      statement: "s",
      citations: [],
    },
  ],
  suspect_change: null,
  first_look: { agrees: true, why: "" },
  impact: "",
  blast_radius: [],
  ruled_out: [],
  actions: [],
  watch: [],
  open_questions: [],
  model: "a-model",
  usage: { calls: 2, inputTokens: 1_000, outputTokens: 200, cacheReadTokens: 10_000, cacheWriteTokens: 400 },
  costUsd: null,
  tookMs: 9_000,
};

describe("makeReport", () => {
  test("orders the runs, counts what they took, and keeps a failed one", () => {
    const report = makeReport(
      [
        run({ scenario: "acme-03", firstLookMs: 900 }),
        { scenario: "acme-02", seed: 7, title: "t", truth, failed: "It was not done in time." },
        run({ firstLookMs: 300 }),
      ],
      none,
    );
    expect(report.scenarios.map(({ scenario }) => scenario)).toEqual(["acme-01", "acme-02", "acme-03"]);
    expect(report.scores).toMatchObject({ top1: 0.6667, n: 3 });
    expect(report.scenarios[1]).toMatchObject({ failed: "It was not done in time.", first_look: null });
    expect(report.efficiency).toEqual({
      first_look_ms: { p50: 300, max: 900 },
      tool_calls: 2,
      tokens: null,
      cost_usd: null,
      agent: null,
    });
  });

  test.each([
    [[7], 7],
    [
      [7, 8],
      [7, 8],
    ],
  ])("seeds %j are printed as %j", (seeds, printed) => {
    expect(makeReport([run()], { ...none, seeds }).seed).toEqual(printed);
  });

  test("a model's diagnosis is scored and paid for", () => {
    const report = makeReport([run({ diagnosis, spent: diagnosis }, [])], {
      ...none,
      model: "configured",
      price: { input: 4, output: 20 },
    });
    expect(report.scores).toMatchObject({ top1: 0, abstained: 1 });
    expect(report.diagnosis_scores).toMatchObject({ top1: 1, must_mention: 1, ece: 0.2 });
    // (1,000 + 1,000 + 500) · $4 + 200 · $20, per million
    expect(report.efficiency).toMatchObject({ tokens: 11_600, cost_usd: 0.014 });
  });

  test("a model that gave no diagnosis has missed", () => {
    const spent = { usage: { ...diagnosis.usage, calls: 1 }, costUsd: 0.5 };
    const report = makeReport([run({ diagnosisSkipped: "The model is overloaded.", spent })], {
      ...none,
      model: "configured",
    });
    expect(report.efficiency).toMatchObject({
      cost_usd: 0.5,
      agent: { runs: 1, failed: 1, model_calls: 1, seconds: null },
    });
    expect(renderTable(report, { colour: false })).toMatch(/failed: The model is overloaded/);
    expect(report.diagnosis_scores).toMatchObject({ top1: 0, n: 1 });
    expect(report.scenarios[0]?.diagnosis_skipped).toBe("The model is overloaded.");
  });

  test("the stand-in has no accuracy; what it took is told", () => {
    const report = makeReport([run({ diagnosis, spent: { usage: diagnosis.usage, costUsd: null } })], {
      ...none,
      model: "scripted",
    });
    expect(report.diagnosis_scores).toBeNull();
    expect(report.scenarios[0]?.diagnosis?.judgement).toBeNull();
    // 1,000 · $4 + 10,000 · $0.2 + 400 · $5 + 200 · $20, per million
    expect(report.efficiency).toMatchObject({
      tokens: 11_600,
      cost_usd: 0.012,
      agent: { runs: 1, failed: 0 },
    });
    expect(report.notes.join(" ")).toMatch(/stand-in.*list price of claude-opus-5-5/);
    const table = renderTable(report, { colour: false });
    expect(table).toMatch(
      /^agent: 1 run, 0 failed · .* model calls · 1 tool calls · 11,600 tokens · \$0\.01/m,
    );
    expect(table).not.toMatch(/top1|top3|right|wrong|abstained/);
  });
});

describe("compare", () => {
  const report = (...runs: Parameters<typeof makeReport>[0]): Report => makeReport(runs, none);
  const good = run();
  const other = run({ scenario: "acme-02" });

  test.each<[string, Report, Report, string[]]>([
    ["the same", report(good, other), report(good, other), []],
    ["better", report(run({}, wrong)), report(good), []],
    [
      "wrong instead of right",
      report(good, other),
      report(run({}, wrong), other),
      ["top1", "top3", "confidently_wrong", "ece"],
    ],
    ["silent instead of right", report(good), report(run({}, [])), ["top1", "top3", "abstained"]],
    ["one word less", report(good), report(run({ text: "" })), ["must_mention"]],
    ["a confidence moved a little", report(good), report(run({}, [{ confidence: 0.89 }])), []],
    ["only common runs count", report(good), report(good, run({ scenario: "acme-09" }, wrong)), []],
    [
      "a healthy world alarmed",
      report(run({ truth: { ...truth, healthy: true, roots: [] } }, [])),
      report(run({ truth: { ...truth, healthy: true, roots: [] } }, [{ confidence: 0.4 }])),
      ["false_alarms"],
    ],
  ])("%s", (_, was, is, dropped) => {
    expect(compare(was, is).dropped.map(({ score }) => score)).toEqual(dropped);
  });

  test("says which run changed, and how", () => {
    expect(compare(report(good, other), report(good, run({ scenario: "acme-02" }, wrong))).changed).toEqual([
      "acme-02 seed 7: right → wrong",
    ]);
  });

  test("nothing in common cannot be compared", () => {
    expect(() => compare(report(good), report(run({ seed: 8 })))).toThrow(/none of these scenarios/);
  });
});

describe("what people read", () => {
  const hostile = '<img src=x onerror=alert(1)> & "quoted"';
  const report = makeReport([run({ title: hostile, text: `pool ${hostile}` }, [{ summary: hostile }])], none);

  test("the page escapes every text and asks nothing of a server", () => {
    const page = renderHtml(report);
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot;");
    expect(page).not.toMatch(/<[^>]*\b(?:src|href)=|url\(|@import|<script/);
  });

  test("the table has a line per run and the scores", () => {
    const table = renderTable(report, { colour: false });
    expect(table).toMatch(/^acme-01 +right +order-service db\.pool_exhausted .* 0\.90 +0\.5 s +1$/m);
    expect(table).toMatch(/^first look: top1 1 · /m);
  });
});
