import { type ModelHealth, type ModelHealthStore, wellModel } from "@oncall/incidents";
import { type ScriptedModel, startScriptedModel, type Turn } from "@oncall/sandbox";
import { afterEach, expect, test } from "vitest";
import { ask, createModel } from "./model.ts";
import { createModelGuard, type ModelGuard } from "./model-guard.ts";

let server: ScriptedModel;
afterEach(() => server?.close());

function memoryHealth(): ModelHealthStore & { health: ModelHealth } {
  const store = {
    health: wellModel,
    read: async () => store.health,
    async change<T>(step: (health: ModelHealth, now: Date) => readonly [ModelHealth, T]) {
      const [after, result] = step(store.health, new Date());
      store.health = after;
      return result;
    },
  };
  return store;
}

async function guarded(turns: readonly Turn[]) {
  server = await startScriptedModel({ script: turns });
  const store = memoryHealth();
  const silent = { info: () => undefined, warn: () => undefined };
  const guard: ModelGuard = createModelGuard({ health: store, firstPauseMs: 900_000, logger: silent });
  const client = createModel({ apiKey: "k", baseUrl: server.url, model: "m", maxRetries: 0, guard });
  const call = (signal = new AbortController().signal) =>
    ask(client, { max_tokens: 10, messages: [{ role: "user", content: "Hi" }] }, signal).then(
      () => "answered",
      (error: Error) => error.message,
    );
  return { store, guard, call };
}

const answer: Turn = { content: [{ text: "Hello." }] };

test("after three failed calls none is made, and why is said", async () => {
  const { guard, call } = await guarded([{ error: 529, always: true }]);
  for (let i = 0; i < 3; i++) await call();
  expect(await call()).toMatch(
    /^The model has failed 3 times since \d\d:\d\d UTC\. The model API is overloaded/,
  );
  expect(await guard.standing()).toContain("failed 3 times");
  expect(server.requests).toHaveLength(3);
});

test("a refused key is enough", async () => {
  const { call } = await guarded([{ error: 401, always: true }]);
  await call();
  expect(await call()).toMatch(/^The model cannot be used since .* Set a valid ANTHROPIC_API_KEY/);
  expect(server.requests).toHaveLength(1);
});

test.each<[string, Turn]>([
  ["a context overflow", { error: 400, message: "prompt is too long: 9 tokens > 8 maximum" }],
  ["a request that is not accepted", { error: 400, message: "tools: no" }],
  ["an answer", answer],
])("%s says that the endpoint works", async (_, turn) => {
  const { store, call } = await guarded([{ error: 500 }, { error: 500 }, turn, answer]);
  for (let i = 0; i < 3; i++) await call();
  expect(store.health).toMatchObject({ state: "closed", failures: 0 });
});

test("a call that is stopped says nothing", async () => {
  const { store, call } = await guarded([{ error: 500 }, { error: 500 }, { ...answer, holdUntil: "never" }]);
  await call();
  await call();
  const controller = new AbortController();
  const stopped = call(controller.signal);
  while (server.requests.length < 3) await new Promise(setImmediate);
  controller.abort();
  await stopped;
  expect(store.health.failures).toBe(2);
});
