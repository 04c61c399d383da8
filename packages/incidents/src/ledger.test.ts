import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedger } from "./ledger.ts";
import type { Ledger, ModelCall, RunSubject, StepStore } from "./run-types.ts";
import { createStepStore, dropOldSteps } from "./step-store.ts";

let database: TestDatabase;
let ledger: Ledger;
let steps: StepStore;

beforeAll(async () => {
  database = await createTestDatabase();
  ledger = createLedger(database.sql);
  steps = createStepStore(database.sql);
});
afterAll(() => database.drop());

const subject = (over: Partial<RunSubject> = {}): RunSubject => ({
  id: "inv_1",
  investigationId: "inv_1",
  service: "order-service",
  team: "commerce",
  ...over,
});

function call(run: RunSubject, costUsd: number | null): ModelCall {
  return {
    run,
    role: "lead",
    model: "claude-opus-5-5",
    usage: { inputTokens: 10, outputTokens: 20, cacheReadTokens: 300, cacheWriteTokens: 40 },
    costUsd,
    tookMs: 1_200.5,
    outcome: "ok",
  };
}

test("what was spent adds up by investigation, service, team and day", async () => {
  await ledger.record(call(subject(), 0.25));
  await ledger.record(call(subject({ id: "inv_1/toolu_1" }), 0.5));
  await ledger.record(call(subject({ id: "inv_2", investigationId: "inv_2", service: "user-service" }), 1));
  await ledger.record(call(subject({ id: "turn_1", investigationId: null, service: null, team: null }), 2));
  await database.sql`
    insert into model_calls (run_id, investigation_id, service, team, role, model, input_tokens, output_tokens,
      cache_read_tokens, cache_write_tokens, cost_usd, took_ms, outcome, at)
    values ('inv_0', 'inv_0', 'order-service', 'commerce', 'lead', 'm', 1, 1, 1, 1, 64, 1, 'ok', now() - interval '25 hours')`;
  expect(await ledger.spent(subject())).toEqual({
    investigation: 0.75,
    service: 0.75,
    team: 1.75,
    day: 3.75,
  });
  expect(
    await ledger.spent(subject({ id: "turn_1", investigationId: null, service: null, team: null })),
  ).toEqual({
    investigation: 2,
    service: 0,
    team: 0,
    day: 3.75,
  });
});

test("of runs and of investigations, whichever the ids name, each call once", async () => {
  const whose = { service: "cart-service", team: "web" };
  await ledger.record({
    ...call(subject({ ...whose, id: "turn_7", investigationId: null }), 0.5),
    model: "small",
  });
  await ledger.record(call(subject({ ...whose, id: "inv_7", investigationId: "inv_7" }), 0.25));
  await ledger.record(call(subject({ ...whose, id: "inv_7/toolu_1", investigationId: "inv_7" }), 0.25));
  expect(await ledger.ofRuns(["turn_7", "inv_7"])).toMatchObject({
    usage: { calls: 3, inputTokens: 30 },
    costUsd: 1,
    model: "small",
  });
  expect(await ledger.ofRuns(["turn_8"])).toMatchObject({ usage: { calls: 0 }, model: null });
});

test("a call whose model has no price counts, and is said to have none", async () => {
  await ledger.record(call(subject({ id: "inv_3", investigationId: "inv_3" }), null));
  expect(await ledger.ofInvestigation("inv_3")).toEqual({
    usage: { calls: 1, inputTokens: 10, outputTokens: 20, cacheReadTokens: 300, cacheWriteTokens: 40 },
    costUsd: null,
    unpricedCalls: 1,
  });
  expect(await ledger.ofInvestigation("inv_none")).toMatchObject({ costUsd: null, unpricedCalls: 0 });
});

test("days, newest first, by service and team", async () => {
  const days = await ledger.byDay({ days: 3, service: "order-service" });
  expect(days.map(({ costUsd, service, team }) => [costUsd, service, team])).toEqual([
    [0.75, "order-service", "commerce"],
    [64, "order-service", "commerce"],
  ]);
  expect(await ledger.byDay({ days: 1, team: "nobody" })).toEqual([]);
});

test("steps come back in order with the bytes they had, and one that was a call is in the ledger with it", async () => {
  const body = { zeta: 1, alpha: { b: "\u0000 \ud800 é", a: [null] }, "10": "x" };
  await steps.record(
    "run_1",
    { seq: 1, kind: "model", body, elapsedMs: 12.5 },
    call(subject({ id: "run_1" }), 0.1),
  );
  await steps.record("run_1", { seq: 0, kind: "begun", body: {}, elapsedMs: 0 });
  const listed = await steps.list("run_1");
  expect(listed.map(({ seq, kind, elapsedMs }) => [seq, kind, elapsedMs])).toEqual([
    [0, "begun", 0],
    [1, "model", 12.5],
  ]);
  expect(JSON.stringify(listed[1]?.body)).toBe(JSON.stringify(body));
  const [row] = await database.sql`select count(*)::int as n from model_calls where run_id = 'run_1'`;
  expect(row?.n).toBe(1);
});

test("of two workers on one run the second to record a step stops, and pays for nothing", async () => {
  const step = { seq: 0, kind: "model", body: {}, elapsedMs: 1 };
  await steps.record("run_2", step, call(subject({ id: "run_2" }), 0.1));
  await expect(steps.record("run_2", step, call(subject({ id: "run_2" }), 0.1))).rejects.toMatchObject({
    kind: "conflict",
  });
  const [row] = await database.sql`select count(*)::int as n from model_calls where run_id = 'run_2'`;
  expect(row?.n).toBe(1);
});

test("old steps go, the ledger stays", async () => {
  await steps.record("run_3", { seq: 0, kind: "begun", body: {}, elapsedMs: 0 });
  await database.sql`update agent_steps set at = now() - interval '91 days' where run_id = 'run_3'`;
  expect(await dropOldSteps(database.sql, 90)).toBe(1);
  expect(await steps.list("run_3")).toEqual([]);
  expect(await steps.list("run_1")).toHaveLength(2);
});
