import { afterAll, beforeAll, expect, test } from "vitest";
import { createInbox, type Inbox } from "./inbox.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
let inbox: Inbox;
beforeAll(async () => {
  database = await createTestDatabase();
  inbox = createInbox(database.sql);
});
afterAll(() => database.drop());

const event = (deliveryId: string, payload: unknown = { ref: "refs/heads/main" }) => ({
  source: "github",
  deliveryId,
  kind: "sync-catalog",
  payload,
});

test("a delivery is recorded once, however often and however concurrently it arrives", async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => inbox.record(event("d-1"))));
  const ids = new Set(answers.map((answer) => answer.id));
  expect(ids.size).toBe(1);
  expect([...ids][0]).toMatch(/^in_/);
  expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
});

test("the same delivery id from another source is another event", async () => {
  const first = await inbox.record(event("shared"));
  const second = await inbox.record({ ...event("shared"), source: "slack" });
  expect(second).toEqual({ id: expect.not.stringMatching(first.id), duplicate: false });
});

test.each<[string, unknown, unknown]>([
  ["an object", { a: [1, { b: "c" }] }, { a: [1, { b: "c" }] }],
  ["a NUL, which Postgres refuses", { text: "a\u0000b" }, { text: "a\ufffdb" }],
  ["an unpaired surrogate", { text: "a\ud800b" }, { text: "a\ufffdb" }],
  ["a written-out escape", { text: "\\u0000" }, { text: "\\u0000" }],
  ["a smile", { text: "😀" }, { text: "😀" }],
])("keeps %s", async (name, payload, stored) => {
  const { id } = await inbox.record(event(name, payload));
  expect((await inbox.get(id)).payload).toEqual(stored);
});

test("a row is unfinished until it is finished or failed, and again after it was reopened", async () => {
  const { id } = await inbox.record(event("life"));
  const due = async () => (await inbox.unfinished(0, 1_000)).some((row) => row.id === id);
  expect(await due()).toBe(true);
  expect((await inbox.unfinished(3_600, 1_000)).some((row) => row.id === id)).toBe(false);

  await inbox.fail(id, "x".repeat(5_000));
  expect(await due()).toBe(false);
  const failed = await inbox.get(id);
  expect(failed).toMatchObject({ status: "failed", attempts: 1 });
  expect(failed.error).toMatch(/\[cut: 1000 more characters\]$/);

  await inbox.reopen(id);
  expect(await due()).toBe(true);
  await inbox.finish(id);
  expect(await inbox.get(id)).toMatchObject({ status: "done", error: null, attempts: 2 });
});

test("an unknown id is not_found", async () => {
  await expect(inbox.get("in_nowhere")).rejects.toMatchObject({ kind: "not_found" });
});
