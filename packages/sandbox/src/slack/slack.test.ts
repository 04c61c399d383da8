import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../receiver.fixture.ts";
import { startSandbox } from "../sandbox.ts";
import type { Sandbox } from "../sandbox-api.ts";

const slackTimings = { timeoutMs: 100, retryDelaysMs: [0, 10, 10] };
let sandbox: Sandbox;
let product: Receiver;

beforeAll(async () => {
  product = await startReceiver();
  sandbox = await startSandbox({
    scenario: "acme-01",
    slackSigningSecret: "slack-secret",
    githubWebhookSecret: "github-secret",
    slackTimings,
  });
});
afterAll(async () => {
  await sandbox.close();
  await product.close();
});

async function api(method: string, args: object, token = sandbox.environment().SLACK_BOT_TOKEN) {
  const response = await fetch(`${sandbox.environment().SLACK_API_URL}${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(args),
  });
  return {
    status: response.status,
    headers: response.headers,
    ...((await response.json()) as { ok: boolean; error?: string; ts?: string; messages?: object[] }),
  };
}

describe("Web API", () => {
  test("a post is found again in its thread by its metadata", async () => {
    const alert = await sandbox.fireAlert(product.url);
    const metadata = { event_type: "oncall_post", event_payload: { post_id: "post_1" } };
    const posted = await api("chat.postMessage", {
      channel: alert.channel,
      thread_ts: alert.ts,
      text: "first look",
      metadata,
    });
    expect(posted).toMatchObject({ ok: true, channel: alert.channel });
    const args = { channel: alert.channel, ts: alert.ts };
    const replies = await api("conversations.replies", { ...args, include_all_metadata: true, limit: 1 });
    expect(replies).toMatchObject({ has_more: true, messages: [{ reply_count: 1 }] });
    const second = await api("conversations.replies", { ...args, include_all_metadata: true });
    expect(second.messages?.at(-1)).toMatchObject({ metadata, thread_ts: alert.ts });
    expect((await api("conversations.replies", args)).messages?.at(-1)).not.toHaveProperty("metadata");
    expect(
      await api("chat.update", { channel: alert.channel, ts: posted.ts, text: "second look" }),
    ).toMatchObject({ ok: true });
    expect(sandbox.thread("commerce-oncall", alert.ts).at(-1)).toMatchObject({ text: "second look" });
    expect(sandbox.render("#commerce-oncall", alert.ts)).toMatch(
      /^Alertmanager {2}\d\d:\d\d\n {2}\| \[FIRING:1\] HighErrorRate[\s\S]*On-Call Assistant {2}\d\d:\d\d \(edited\)\n {6}second look$/,
    );
  });

  test("forms are understood, JSON fields included", async () => {
    const { SLACK_API_URL, SLACK_BOT_TOKEN = "" } = sandbox.environment();
    const blocks = JSON.stringify([{ type: "section", text: { type: "mrkdwn", text: "hello" } }]);
    const body = new URLSearchParams({ token: SLACK_BOT_TOKEN, channel: "C07ONCALLOP", blocks });
    const answer = await fetch(`${SLACK_API_URL}chat.postMessage`, { method: "POST", body });
    expect(await answer.json()).toMatchObject({ ok: true, message: { blocks: [{ type: "section" }] } });
  });

  const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
  test.each<[string, string, object, string]>([
    ["an unknown channel", "chat.postMessage", { channel: "C0", text: "x" }, "channel_not_found"],
    [
      "an unknown thread",
      "chat.postMessage",
      { channel: "C07ONCALLOP", thread_ts: "1.0", text: "x" },
      "thread_not_found",
    ],
    ["nothing to say", "chat.postMessage", { channel: "C07ONCALLOP" }, "no_text"],
    [
      "too long a text",
      "chat.postMessage",
      { channel: "C07ONCALLOP", text: "x".repeat(40_001) },
      "msg_too_long",
    ],
    [
      "51 blocks",
      "chat.postMessage",
      { channel: "C07ONCALLOP", blocks: Array(51).fill({ type: "divider" }) },
      "invalid_blocks",
    ],
    [
      "a long section",
      "chat.postMessage",
      { channel: "C07ONCALLOP", blocks: [section("x".repeat(3001))] },
      "invalid_blocks",
    ],
    [
      "a long header",
      "chat.postMessage",
      {
        channel: "C07ONCALLOP",
        blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }],
      },
      "invalid_blocks",
    ],
    [
      "mrkdwn in a header",
      "chat.postMessage",
      { channel: "C07ONCALLOP", blocks: [{ type: "header", text: { type: "mrkdwn", text: "x" } }] },
      "invalid_blocks",
    ],
    [
      "11 context elements",
      "chat.postMessage",
      {
        channel: "C07ONCALLOP",
        blocks: [{ type: "context", elements: Array(11).fill({ type: "mrkdwn", text: "x" }) }],
      },
      "invalid_blocks",
    ],
    [
      "a block that does not exist",
      "chat.postMessage",
      { channel: "C07ONCALLOP", blocks: [{ type: "marquee" }] },
      "invalid_blocks",
    ],
    [
      "a foreign message",
      "chat.update",
      { channel: "C07ONCALLOP", ts: "1.0", text: "x" },
      "message_not_found",
    ],
    ["an unknown method", "chat.sing", {}, "unknown_method"],
  ])("refuses %s", async (_what, method, args, error) => {
    expect(await api(method, args)).toMatchObject({ status: 200, ok: false, error });
  });

  test("the token is checked, and 429 comes on demand", async () => {
    expect(await api("auth.test", {}, "xoxb-wrong")).toMatchObject({ ok: false, error: "invalid_auth" });
    const headers = { "retry-after": "1" };
    sandbox.faults.slack.fail(429, { times: 1, headers, body: { ok: false, error: "ratelimited" } });
    const limited = await api("auth.test", {});
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(await api("auth.test", {})).toMatchObject({ ok: true });
  });

  test("a post can be accepted without its sender ever learning it", async () => {
    const held = sandbox.faults.slack.hold("after", (request) => request.path === "/api/chat.postMessage");
    const lost = api("chat.postMessage", { channel: "C07INCIDENT", text: "lost answer" });
    await held.reached;
    held.drop();
    await expect(lost).rejects.toThrow("fetch failed");
    expect(sandbox.channel("incidents").map((message) => message.text)).toEqual(["lost answer"]);
  });
});

describe("outbound", () => {
  const signature = (timestamp: unknown, body: string): string =>
    `v0=${createHmac("sha256", "slack-secret")
      .update(`v0:${String(timestamp)}:${body}`)
      .digest("hex")}`;

  test("events and commands are signed over the raw body", async () => {
    const receiver = await startReceiver(() => ({ body: JSON.stringify({ text: "looking" }) }));
    const posted = await sandbox.say(receiver.url, {
      channel: "#commerce-oncall",
      text: "is it the database?",
    });
    expect(posted).toMatchObject({ status: 200, attempts: 1 });
    await sandbox.command(receiver.url, {
      command: "/diagnose",
      text: "ord-1234",
      channel: "commerce-oncall",
    });
    expect(receiver.received.map((request) => request.path)).toEqual(["/slack/events", "/slack/commands"]);
    for (const { headers, body } of receiver.received) {
      expect(headers["x-slack-signature"]).toBe(signature(headers["x-slack-request-timestamp"], body));
    }
    const [event, command] = receiver.received;
    expect(JSON.parse(event?.body ?? "")).toMatchObject({
      type: "event_callback",
      event_id: posted.eventId,
      event: {
        type: "message",
        channel: "C07COMMERCE",
        channel_type: "channel",
        ts: posted.ts,
        text: "is it the database?",
      },
    });
    expect(sandbox.ephemerals().at(-1)).toMatchObject({ text: "looking" });
    const responseUrl = new URLSearchParams(command?.body).get("response_url") ?? "";
    const answer = await fetch(responseUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ response_type: "in_channel", text: "done" }),
    });
    expect(await answer.text()).toBe("ok");
    expect(sandbox.channel("commerce-oncall").at(-1)).toMatchObject({ text: "done" });
    await receiver.close();
  });

  test.each<[string, (before: number) => object, number, (string | undefined)[]]>([
    ["accepted at once", () => ({}), 200, [undefined]],
    ["refused once", (before) => ({ status: before === 0 ? 503 : 200 }), 200, [undefined, "http_error"]],
    ["silent once", (before) => ({ hang: before === 0 }), 200, [undefined, "http_timeout"]],
    ["always refused", () => ({ status: 500 }), 500, [undefined, "http_error", "http_error", "http_error"]],
  ])("an event that is %s", async (_what, answer, status, reasons) => {
    const receiver = await startReceiver(answer);
    const posted = await sandbox.say(receiver.url, { channel: "incidents", text: "hello" });
    expect(posted).toMatchObject({ status, attempts: reasons.length });
    expect(receiver.received.map(({ headers }) => headers["x-slack-retry-reason"])).toEqual(reasons);
    expect(receiver.received.map(({ headers }) => headers["x-slack-retry-num"])).toEqual(
      reasons.map((reason, i) => (reason === undefined ? undefined : String(i))),
    );
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    await receiver.close();
  });

  test("the product's own posts come back to it as events", async () => {
    await sandbox.say(product.url, { channel: "oncall-ops", text: "hi" });
    await api("chat.postMessage", { channel: "C07ONCALLOP", text: "my own words" });
    const echoed = await sandbox.waitFor("the echo", () =>
      product.received.find(({ body }) => body.includes("my own words")),
    );
    expect(JSON.parse(echoed.body)).toMatchObject({ event: { bot_id: "B07ONCALLBOT", type: "message" } });
  });
});

describe("GitHub push", () => {
  test("is signed, says what changed, and can be delivered twice", async () => {
    const receiver = await startReceiver(() => ({ status: 202 }));
    const catalog = await sandbox.pushCatalog(receiver.url);
    expect(catalog.map(({ status }) => status)).toEqual(Array(14).fill(202));
    const files = { "service.yaml": "name: [", "docs/new.md": "new", "README.md": null };
    const push = await sandbox.push(receiver.url, {
      repository: "acme/user-service",
      files,
      deliveryId: "delivery-1",
    });
    await sandbox.redeliver(receiver.url, "delivery-1");
    const [first, again] = receiver.received.slice(-2);
    expect(again).toEqual(first);
    expect(first?.headers).toMatchObject({
      "x-github-event": "push",
      "x-github-delivery": "delivery-1",
      "x-hub-signature-256": `sha256=${createHmac("sha256", "github-secret")
        .update(first?.body ?? "")
        .digest("hex")}`,
    });
    expect(JSON.parse(first?.body ?? "")).toMatchObject({
      ref: "refs/heads/main",
      after: push.sha,
      repository: { full_name: "acme/user-service", default_branch: "main" },
      commits: [{ id: push.sha, added: ["docs/new.md"], modified: ["service.yaml"], removed: ["README.md"] }],
    });
    await receiver.close();
  });
});
