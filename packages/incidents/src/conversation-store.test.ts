import { AppError } from "@oncall/core";
import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConversationStore, createConversationStore } from "./conversation-store.ts";
import type { TurnFacts } from "./conversation-types.ts";
import { createTurnStore, type TurnStore } from "./turn-store.ts";

let database: TestDatabase;
let conversations: ConversationStore;
let turns: TurnStore;
beforeAll(async () => {
  database = await createTestDatabase();
  conversations = createConversationStore(database.sql);
  turns = createTurnStore(database.sql);
});
afterAll(() => database?.drop());

const facts: TurnFacts = {
  tokens_used: 12,
  cost_usd: 0.25,
  tools_called: ["get_resource"],
  model: "claude-haiku-5-5",
  route: "question",
  evidence: [],
  incident: null,
};

async function asked(question = "why?"): Promise<string> {
  const { id } = await conversations.begin();
  return (await turns.ask({ conversationId: id, question, askedBy: null })).id;
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  return await work.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(AppError);
      return error as AppError;
    },
  );
}

describe("a conversation", () => {
  test("lasts 30 minutes from its last question", async () => {
    const { sql } = database;
    const { id } = await conversations.begin();
    await sql`update conversations set expires_at = now() + interval '1 minute' where id = ${id}`;
    const before = await conversations.get(id);
    const after = await conversations.touch(id);
    const [row] = await sql`
      select round(extract(epoch from expires_at - now()) / 60)::int as minutes from conversations where id = ${id}`;
    expect(row?.minutes).toBe(30);
    expect(after.expiresAt > before.expiresAt).toBe(true);
  });

  test("that expired is refused with 410, one that never was with 404; both say what to do", async () => {
    const { id } = await conversations.begin();
    await database.sql`update conversations set expires_at = now() - interval '1 second' where id = ${id}`;
    const [expired, unknown] = await Promise.all([
      refusal(conversations.touch(id)),
      refusal(conversations.touch("ses_nobody")),
    ]);
    expect(expired).toMatchObject({ kind: "not_found", status: 410 });
    expect(unknown).toMatchObject({ kind: "not_found", status: 404 });
    for (const { message } of [expired, unknown]) expect(message).toContain("Leave session_id out");
    expect((await conversations.find(id)).id).toBe(id);
  });

  test("of a thread is one while it lives, however many messages come at once, and a new one after it", async () => {
    const place = { channel: "C1", threadTs: "1.2" };
    const about = { incidentId: null, subject: "order-service" };
    const many = await Promise.all(Array.from({ length: 4 }, () => conversations.ofThread(place, about)));
    const [first] = many;
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
    expect(first).toMatchObject({ subject: "order-service", place });
    await database.sql`update conversations set expires_at = now() where id = ${first?.id ?? ""}`;
    expect((await conversations.ofThread(place, about)).id).not.toBe(first?.id);
  });

  test("is deleted with its turns and their events a week after it expired, not before", async () => {
    const { sql } = database;
    const [old, recent] = [await asked(), await asked()];
    await turns.record(old, { kind: "text", delta: "x", attempt: 0 });
    await sql`update conversations set expires_at = now() - interval '8 days' where id = (select conversation_id from turns where id = ${old})`;
    await sql`update conversations set expires_at = now() - interval '6 days' where id = (select conversation_id from turns where id = ${recent})`;
    expect(await conversations.removeExpired()).toBe(1);
    expect((await refusal(turns.get(old))).kind).toBe("not_found");
    expect((await turns.get(recent)).id).toBe(recent);
    const [events] = await sql`select count(*)::int as n from turn_events where turn_id = ${old}`;
    expect(events?.n).toBe(0);
  });

  test("keeps its turns in order and what it is about", async () => {
    const { id } = await conversations.begin();
    for (const question of ["one", "two", "three"])
      await turns.ask({ conversationId: id, question, askedBy: null });
    expect((await conversations.turns(id)).map(({ question }) => question)).toEqual(["one", "two", "three"]);
    await conversations.isAbout(id, { incidentId: null, subject: "ord-1234" });
    await conversations.isAbout(id, { incidentId: null, subject: null });
    expect((await conversations.get(id)).subject).toBe("ord-1234");
  });
});

describe("a turn", () => {
  test("asked again under its own id is the same turn", async () => {
    const { id } = await conversations.begin();
    const turn = { conversationId: id, question: "who? \u0000", askedBy: "U1" };
    await turns.ask(turn, "turn_own");
    await turns.ask({ ...turn, question: "another" }, "turn_own");
    expect((await turns.get("turn_own")).question).toBe("who? \ufffd");
  });

  test("wakes who listens with its id alone; what happened is read in order and ends with the outcome", async () => {
    const id = await asked();
    const heard: string[] = [];
    const { unlisten } = await database.sql.listen("turn_events", (payload) => heard.push(payload));
    await turns.start(id);
    const delta = "long ".repeat(4_000);
    await turns.record(id, { kind: "step", step: { kind: "note", text: "looked up" } });
    await turns.record(id, { kind: "text", delta, attempt: 0 });
    const turn = await turns.end(id, { status: "done", response: delta, facts });
    await expect.poll(() => heard).toEqual([id, id, id]);
    await unlisten();
    expect(turn).toMatchObject({
      status: "done",
      metadata: { ...facts, query_time: expect.stringMatching(/^\d+\.\ds$/) },
    });
    const [note, text, end] = await turns.events(id, 0);
    expect([note, text, end].map((found) => found?.event.kind)).toEqual(["step", "text", "end"]);
    expect(text?.event).toEqual({ kind: "text", delta, attempt: 0 });
    expect(await turns.events(id, text?.seq ?? 0)).toEqual([end]);
    expect(await turns.attempts(id)).toBe(1);
  });

  test("keeps its first outcome", async () => {
    const id = await asked();
    await turns.end(id, { status: "done", response: "this", facts });
    expect(await turns.end(id, { status: "failed", response: "that", facts })).toMatchObject({
      status: "done",
      response: "this",
    });
    expect(await turns.start(id)).toBeNull();
    expect((await turns.events(id, 0)).map(({ event }) => event)).toEqual([{ kind: "end" }]);
  });

  test("that waits is cancelled at once, one that runs is asked to stop, one that ended stays", async () => {
    const [waiting, running, ended] = [await asked(), await asked(), await asked()];
    await turns.start(running);
    await turns.end(ended, { status: "done", response: "this", facts });
    expect(await turns.cancel(waiting)).toMatchObject({
      status: "cancelled",
      response: expect.stringMatching(/^Cancelled/),
    });
    expect(await turns.cancel(running)).toMatchObject({ status: "running", cancelRequested: true });
    expect(await turns.cancel(ended)).toMatchObject({ status: "done", cancelRequested: false });
    expect(await turns.start(waiting)).toBeNull();
  });
});
