import { once } from "node:events";
import { createServer } from "node:http";
import { createHttp, createSlack } from "@oncall/backends";
import { createIncidentStore, createPostStore, type PostOwner, type PostStore } from "@oncall/incidents";
import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { amend } from "./amend.ts";
import { type Delivery, deliverOnce } from "./deliver.ts";

/** What Slack does with the next post. */
type Mood = "well" | "accepts and breaks off" | "refuses the blocks" | "drops it";
interface Posted {
  readonly channel: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly metadata: { readonly event_payload: { readonly post_id: string } };
  readonly ts: string;
}
let moods: Mood[] = [];
let messages: Posted[] = [];
let asked: string[] = [];

/** Slack's Web API as far as delivery needs it: posts are kept, threads and channels can be read. */
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const method = (request.url ?? "").replace("/api/", "");
  asked.push(method);
  const answer = (content: object): void => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(content));
  };
  if (method === "chat.update") {
    const { ts, text } = JSON.parse(body);
    messages = messages.map((message) => (message.ts === ts ? { ...message, text } : message));
    answer({ ok: true, ts });
    return;
  }
  if (method !== "chat.postMessage") {
    const form = new URLSearchParams(body);
    const oldest = Number(form.get("oldest") ?? 0);
    const isThere = ({ channel, thread_ts, ts }: Posted): boolean =>
      channel === form.get("channel") &&
      (method === "conversations.replies" ? thread_ts === form.get("ts") : Number(ts) >= oldest);
    const metadata = (post: Posted) => ({
      ...post,
      metadata: { event_type: "oncall_post", ...post.metadata },
    });
    answer({ ok: true, messages: messages.filter(isThere).map(metadata), has_more: false });
    return;
  }
  const mood = moods.shift() ?? "well";
  if (mood === "refuses the blocks") {
    answer({ ok: false, error: "invalid_blocks" });
    return;
  }
  const ts = `${Math.floor(Date.now() / 1000)}.00000${messages.length + 1}`;
  if (mood !== "drops it") messages.push({ ...JSON.parse(body), ts });
  if (mood === "well") answer({ ok: true, channel: "C1", ts });
  else request.socket.destroy();
});
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000, timeoutMs: 2_000 });
const signal = new AbortController().signal;
let slack: ReturnType<typeof createSlack>;
let database: TestDatabase;
let posts: PostStore;
let owner: PostOwner;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  slack = createSlack({ token: "xoxb-1", apiUrl: `http://127.0.0.1:${port}/api/`, http });
  database = await createTestDatabase();
  posts = createPostStore(database.sql);
});
afterAll(async () => {
  await http.close();
  await database.drop();
  server.closeAllConnections();
  server.close();
});

let inbox = 0;
beforeEach(async () => {
  moods = [];
  messages = [];
  asked = [];
  const { investigation } = await createIncidentStore(database.sql).beginQuestion({
    inboxId: await inboxRow(`delivery-${++inbox}`),
    question: "order-service",
    service: null,
    place: { channel: "C1" },
    askedAt: "2026-11-20T03:04:05.000Z",
  });
  owner = { investigationId: investigation.id };
});

async function inboxRow(deliveryId: string): Promise<string> {
  const id = `inb_${deliveryId}`;
  await database.sql`insert into inbox (id, source, delivery_id, kind, payload)
    values (${id}, 'slack', ${deliveryId}, 'investigate', '{}')`;
  return id;
}

const blocks = [{ type: "section" as const, text: { type: "mrkdwn" as const, text: "*First look*" } }];
const inThread: Delivery = {
  kind: "first_look",
  channel: "C1",
  threadTs: "1795143845.000100",
  text: "First look",
  blocks,
};
const inChannel: Delivery = { ...inThread, threadTs: undefined };
const deliver = (delivery: Delivery) => deliverOnce({ slack, posts }, owner, delivery, signal);

test.each([
  ["in a thread", inThread, "conversations.replies"],
  ["in a channel", inChannel, "conversations.history"],
])("%s: posted once, whatever happens", async (_, delivery, lookUp) => {
  // The answer is lost after Slack accepted the post.
  moods = ["accepts and breaks off"];
  const { ts } = await deliver(delivery);
  expect(asked).toEqual(["chat.postMessage", lookUp]);
  expect(messages).toEqual([expect.objectContaining({ ts, channel: "C1", blocks })]);
  // Delivered again, Slack is not even asked.
  expect(await deliver(delivery)).toEqual({ ts });
  expect(asked).toHaveLength(2);
});

test.each([
  ["in a thread", inThread, "conversations.replies"],
  ["in a channel", inChannel, "conversations.history"],
])("%s: reserved by a run that died, sent by nobody: posted now", async (_, delivery, lookUp) => {
  const { post } = await posts.reserve(owner, delivery);
  const { ts } = await deliver(delivery);
  expect(asked).toEqual([lookUp, "chat.postMessage"]);
  expect(messages.map(({ metadata }) => metadata.event_payload.post_id)).toEqual([post.id]);
  expect((await posts.reserve(owner, delivery)).post.ts).toBe(ts);
});

test.each([inThread, inChannel])(
  "sent by a run that died before it was recorded: found",
  async (delivery) => {
    const { post } = await posts.reserve(owner, delivery);
    const sent = await slack.post({ ...delivery, postId: post.id }, signal);
    expect(await deliver(delivery)).toEqual(sent);
    expect(messages).toHaveLength(1);
  },
);

test("dropped by the network: the job fails as one to retry, and the retry posts it", async () => {
  moods = ["drops it"];
  await expect(deliver(inThread)).rejects.toMatchObject({ kind: "unavailable" });
  await deliver(inThread);
  expect(messages).toHaveLength(1);
});

test("refused by Slack: the error says so and nothing is looked for", async () => {
  moods = ["refuses the blocks"];
  await expect(deliver(inThread)).rejects.toMatchObject({
    message: expect.stringContaining("invalid_blocks"),
  });
  expect(asked).toEqual(["chat.postMessage"]);
});

test("each kind of post has its own message", async () => {
  await deliver(inThread);
  await deliver({ ...inThread, kind: "diagnosis" });
  expect(messages).toHaveLength(2);
});

test("what a run sent that died before it was recorded is found and changed in place", async () => {
  const { post } = await posts.reserve(owner, inThread);
  const { ts } = await slack.post({ ...inThread, postId: post.id }, signal);
  const { investigationId } = owner as { investigationId: string };
  const change = (kind: Delivery["kind"]) =>
    amend({ slack, posts }, investigationId, kind, { text: "Changed", blocks }, signal);
  expect(await change("first_look")).toBe(true);
  expect(messages).toMatchObject([{ ts, text: "Changed" }]);
  expect(await posts.list(investigationId)).toMatchObject([{ ts, text: "Changed" }]);
  expect(await change("diagnosis")).toBe(false);
});

test("what was reserved and never sent is not changed", async () => {
  await posts.reserve(owner, inThread);
  const { investigationId } = owner as { investigationId: string };
  expect(
    await amend({ slack, posts }, investigationId, "first_look", { text: "Changed", blocks }, signal),
  ).toBe(false);
  expect(messages).toEqual([]);
});
