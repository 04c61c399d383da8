import type { StepStore, StoredStep } from "@oncall/incidents";
import type { Turn } from "@oncall/sandbox";
import { afterEach, describe, expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import { orderCase } from "./testing/order-case.ts";
import { type Stage, stage, submits } from "./testing/stage.ts";

let open: Stage | undefined;
afterEach(async () => {
  await open?.server.close();
  open = undefined;
});

const looks = (depth: number) => ({
  tool_use: "get_dependents",
  input: { service: "order-service", depth },
});
const script: readonly Turn[] = [
  {
    content: [
      { text: "Looking." },
      looks(1),
      { tool_use: "get_escalation_path", input: { service: "order-service" } },
    ],
  },
  { content: [looks(2)] },
  submits(),
];

/** A store that records `count` steps and is then gone, as after a SIGKILL. */
function killedAfter(store: StepStore, count: number): StepStore {
  let left = count;
  return {
    list: store.list,
    record: async (...args) => {
      if (left-- <= 0) throw new Error("killed");
      await store.record(...args);
    },
  };
}

/** The requests' bytes and the tools that ran of a run that is killed after `count` steps and carried on. */
async function killedAndResumed(count: number) {
  open = await stage(script);
  const { deps, server, calls } = open;
  await expect(diagnose(orderCase, { ...deps, steps: killedAfter(deps.steps, count) })).rejects.toThrow(
    "killed",
  );
  const before = { requests: server.requests.length, recorded: await deps.steps.list(deps.run.id) };
  const outcome = await diagnose(orderCase, deps);
  if (outcome.state === "failed") throw new Error(outcome.reason);
  return { outcome, server, calls, before };
}

/** begun, model, tool, tool, model, tool, model. */
describe.each([1, 2, 3, 4, 5, 6])("a run that is killed after %i steps", (count) => {
  test("ends with the same diagnosis, and repeats no finished model call and no finished tool call", async () => {
    const { outcome, server, before, calls } = await killedAndResumed(count);
    expect(outcome.diagnosis.usage.calls).toBe(3);
    expect(outcome.diagnosis.root_causes[0]).toMatchObject({ confidence: 0.9 });
    const finished = (kind: string) =>
      before.recorded.filter((step: StoredStep) => step.kind === kind).length;
    expect(server.requests.length - before.requests).toBe(3 - finished("model"));
    // What ran and was not recorded runs again; what was recorded does not.
    expect(calls.length).toBeLessThanOrEqual(3 + (3 - finished("tool")));
  });

  test("sends the bytes that it would have sent", async () => {
    const { server } = await killedAndResumed(count);
    const last = JSON.stringify(server.requests.at(-1)?.body);
    await server.close();
    open = await stage(script);
    await diagnose(orderCase, open.deps);
    // Evidence made anew has ids of its own.
    const bare = (body: string | undefined) =>
      body?.replaceAll(/ev_[a-z0-9]{12}/g, "ev").replaceAll(/toolu_\w+/g, "toolu");
    expect(bare(last)).toBe(bare(JSON.stringify(open.server.requests.at(-1)?.body)));
  });
});

test("a recorded rejection counts: the same citation is sent back once, not once a process", async () => {
  const wrong = submits({ citations: [] });
  open = await stage([wrong, wrong]);
  const { deps, server } = open;
  await expect(diagnose(orderCase, { ...deps, steps: killedAfter(deps.steps, 3) })).rejects.toThrow("killed");
  const outcome = await diagnose(orderCase, deps);
  expect(outcome).toMatchObject({ state: "done", diagnosis: { root_causes: [{ confidence: 0.5 }] } });
  expect(server.requests).toHaveLength(3);
});

test("time worked counts over restarts", async () => {
  open = await stage(script, { elapsed: () => 0 });
  const { deps, server } = open;
  const slow = { ...deps, elapsed: () => server.requests.length * 150_000 };
  await expect(diagnose(orderCase, { ...slow, steps: killedAfter(deps.steps, 4) })).rejects.toThrow("killed");
  const notes: string[] = [];
  await diagnose(orderCase, {
    ...deps,
    onStep: (step) => void (step.kind === "note" && notes.push(step.text)),
  });
  expect(notes).toEqual([expect.stringContaining("the time is up")]);
});

test("of two workers on one run only one goes on", async () => {
  open = await stage(script);
  const outcomes = await Promise.allSettled([diagnose(orderCase, open.deps), diagnose(orderCase, open.deps)]);
  const states = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value.state : (outcome.reason as { kind: string }).kind,
  );
  expect(states.sort()).toEqual(["conflict", "done"]);
});
