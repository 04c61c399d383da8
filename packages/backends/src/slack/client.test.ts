import { afterAll, describe, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import {
  type Answer,
  brokenOff,
  type FailureCase,
  failures,
  json,
  reset,
  silent,
  startServer,
} from "../http/test-server.ts";
import { createSlack } from "./client.ts";

const server = await startServer(json({}));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000, timeoutMs: 250 });
const slack = createSlack({ token: "xoxb-token", apiUrl: `${server.url}/api/`, http });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
const post = { channel: "C1", threadTs: "1795170000.000100", text: "First look", postId: "post_abc" };
const ok = (more = {}) => json({ ok: true, ...more });
const not = (error: string, more = {}) => json({ ok: false, error, ...more });
const message = (ts: string, postId?: string) => ({
  type: "message",
  user: "U1",
  ts,
  text: "…",
  ...(postId !== undefined && {
    metadata: { event_type: "oncall_post", event_payload: { post_id: postId } },
  }),
});

describe("post", () => {
  test("carries its id in the metadata", async () => {
    server.answerWith(ok({ channel: "C1", ts: "1795170001.000200", message: {} }));
    const blocks = [{ type: "section" as const, text: { type: "mrkdwn" as const, text: "*hi*" } }];
    expect(await slack.post({ ...post, blocks }, signal)).toEqual({ ts: "1795170001.000200" });
    expect(server.received[0]).toMatchObject({
      path: "/api/chat.postMessage",
      headers: { authorization: "Bearer xoxb-token", "content-type": "application/json; charset=utf-8" },
    });
    expect(JSON.parse(server.received[0]?.body ?? "")).toMatchObject({
      channel: "C1",
      thread_ts: post.threadTs,
      text: "First look",
      blocks,
      metadata: { event_type: "oncall_post", event_payload: { post_id: "post_abc" } },
    });
  });

  test.each<[string, Answer]>([
    ["a reset", reset],
    ["an answer cut short", brokenOff],
    ["silence", silent],
    ["a 503", json({}, 503)],
  ])("is not sent again after %s", async (_, answer) => {
    server.answerWith(answer);
    await expect(slack.post(post, signal)).rejects.toMatchObject({ kind: "unavailable" });
    expect(server.received).toHaveLength(1);
  });

  test("waits as long as a 429 asks, and is sent again", async () => {
    server.answerWith((response, received) =>
      (server.received.length === 1
        ? json({ ok: false, error: "ratelimited" }, 429, { "retry-after": "0.05" })
        : ok({ ts: "1.2" }))(response, received),
    );
    expect(await slack.post(post, signal)).toEqual({ ts: "1.2" });
    expect(server.received).toHaveLength(2);
  });

  test.each<FailureCase>([
    ["invalid_auth", not("invalid_auth"), "unauthenticated", /check SLACK_BOT_TOKEN/],
    ["missing_scope", not("missing_scope", { needed: "chat:write" }), "denied", /scope/],
    [
      "not_in_channel",
      not("not_in_channel"),
      "not_found",
      /chat\.postMessage in C1: not_in_channel; invite the bot/,
    ],
    ["channel_not_found", not("channel_not_found"), "not_found", /invite the bot/],
    ["ratelimited", not("ratelimited"), "rate_limited", /limits our requests/],
    ["msg_too_long", not("msg_too_long"), "bug", /our request was wrong/],
    [
      "invalid_blocks",
      not("invalid_blocks", { response_metadata: { messages: ["[ERROR] no more than 50 items allowed"] } }),
      "bug",
      /no more than 50 items/,
    ],
    ["internal_error", not("internal_error"), "unavailable", /status\.slack\.com/],
    ...failures,
  ])("reports %s", async (_, answer, kind, says) => {
    server.answerWith(answer);
    await expect(slack.post(post, signal)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(says),
    });
  });
});

describe("findPost", () => {
  const place = { channel: "C1", threadTs: post.threadTs };
  test.each([
    ["in the thread", place, "conversations.replies"],
    ["in the channel", { channel: "C1", oldest: "1795160000.0" }, "conversations.history"],
  ])("finds it %s, page by page", async (_, where, method) => {
    server.answerWith((response, received) => {
      const second = new URLSearchParams(received.body).get("cursor") === "c2";
      const messages = second ? [message("3.0", "post_abc")] : [message("1.0"), message("2.0", "post_other")];
      ok({ messages, has_more: !second, response_metadata: { next_cursor: second ? "" : "c2" } })(
        response,
        received,
      );
    });
    expect(await slack.findPost(where, "post_abc", signal)).toBe("3.0");
    expect(server.received.map(({ path }) => path)).toEqual([`/api/${method}`, `/api/${method}`]);
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toMatchObject({
      channel: "C1",
      include_all_metadata: "true",
      limit: "200",
    });
  });

  test("is null when nothing carries it, after ten pages at most", async () => {
    server.answerWith(ok({ messages: [message("1.0")], response_metadata: { next_cursor: "more" } }));
    expect(await slack.findPost(place, "post_abc", signal)).toBeNull();
    expect(server.received).toHaveLength(10);
  });

  test("says that the thread is gone", async () => {
    server.answerWith(not("thread_not_found"));
    await expect(slack.findPost(place, "post_abc", signal)).rejects.toMatchObject({ kind: "not_found" });
  });
});

test("update and whoAmI", async () => {
  server.answerWith(ok({ ts: "1.0", text: "x" }));
  await slack.update({ channel: "C1", ts: "1.0", text: "x" }, signal);
  expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({ channel: "C1", ts: "1.0", text: "x" });
  server.answerWith(
    ok({ url: "https://acme.slack.com/", team: "Acme", user: "oncall", user_id: "U0", bot_id: "B0" }),
  );
  expect(await slack.whoAmI(signal)).toEqual({
    userId: "U0",
    botId: "B0",
    teamUrl: "https://acme.slack.com/",
  });
});
