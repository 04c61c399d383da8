import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Received, type Receiver, startReceiver } from "../receiver.fixture.ts";
import { startSandbox } from "../sandbox.ts";
import type { Sandbox } from "../sandbox-api.ts";

const CHANNEL = "C07COMMERCE";
const secret = "slack-secret";
let sandbox: Sandbox;
let product: Receiver;
let url: string;
/** What the product answers by path; 200 where nothing is said. */
const statuses: Record<string, number> = {};

beforeAll(async () => {
  product = await startReceiver((_, { path }) => ({ status: statuses[path] ?? 200 }));
  sandbox = await startSandbox({
    scenario: "acme-01",
    slackSigningSecret: secret,
    githubWebhookSecret: "github-secret",
    slackTimings: { timeoutMs: 500, retryDelaysMs: [] },
  });
  url = (await sandbox.showScreen({ productUrl: product.url })).url;
});
afterAll(async () => {
  await sandbox.close();
  await product.close();
});

async function call(path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method: body ? "POST" : "GET",
    ...(body ? { body: JSON.stringify(body) } : {}),
    headers: { ...(body ? { "content-type": "application/json" } : {}), ...headers },
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const lastSent = (path: string): Received => {
  const sent = product.received.filter((request) => request.path === path).at(-1);
  if (!sent) throw new Error(`nothing was sent to ${path}`);
  return sent;
};

const signed = ({ headers, body }: Received): boolean => {
  const base = `v0:${headers["x-slack-request-timestamp"]}:${body}`;
  return headers["x-slack-signature"] === `v0=${createHmac("sha256", secret).update(base).digest("hex")}`;
};

describe("what is shown", () => {
  test.each([
    ["/", "text/html"],
    ["/screen.js", "text/javascript"],
    ["/mrkdwn.js", "text/javascript"],
    ["/layout.css", "text/css"],
  ])("%s, with a policy that loads nothing from elsewhere", async (path, type) => {
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'; script-src 'self'/);
    expect(await response.text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test("the workspace: who is there, what is played, which commands there are", async () => {
    const { body } = await call("/api/workspace");
    expect(body).toMatchObject({ scenario: { name: "acme-01" }, commands: [{ command: "/diagnose" }] });
    expect(body.people[0]).toMatchObject({ name: "Dana Reyes" });
    expect(body.scenarios.length).toBeGreaterThan(3);
  });

  test("an alert, its thread, and whose messages are new", async () => {
    const { channel, ts } = await sandbox.fireAlert(product.url);
    await sandbox.say(product.url, { channel, text: "looking", threadTs: ts, user: "U07SAMOKAF2" });
    const { body } = await call(`/api/channels/${channel}/messages`);
    const alert = body.messages.find((message: { ts: string }) => message.ts === ts);
    expect(alert).toMatchObject({
      author: { name: "Alertmanager", kind: "alerts" },
      attachments: [{ color: "a30200" }],
      replies: { count: 1, names: ["Sam Okafor"] },
    });
    const thread = await call(`/api/channels/${channel}/threads/${ts}`);
    expect(thread.body.messages.map(({ text }: { text: string }) => text)).toEqual(["", "looking"]);
    const { channels } = (await call("/api/channels?user=U07SAMOKAF2")).body;
    expect(channels.find(({ id }: { id: string }) => id === channel).latest).toEqual([ts]);
  });

  test("changes are told as they happen", async () => {
    const stop = new AbortController();
    const response = await fetch(`${url}/api/live`, { signal: stop.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: changed");
    await sandbox.say(product.url, { channel: CHANNEL, text: "news" });
    expect((await reader?.read())?.value).toContain("event: changed");
    stop.abort();
  });
});

describe("what a person does reaches the product as Slack would send it", () => {
  test("a message: escaped, signed, shown", async () => {
    const typed = { channel: CHANNEL, text: "a < b & c", user: "U07SAMOKAF2" };
    const { body } = await call("/api/messages", typed);
    expect(body).toMatchObject({ channel: CHANNEL, status: 200, delivered: true });
    const sent = lastSent("/slack/events");
    expect(signed(sent)).toBe(true);
    expect(JSON.parse(sent.body).event).toMatchObject({ text: "a &lt; b &amp; c", user: "U07SAMOKAF2" });
    const reply = await call("/api/messages", { ...typed, text: "and", thread_ts: body.ts });
    expect(sandbox.thread(CHANNEL, body.ts).map(({ ts }) => ts)).toEqual([body.ts, reply.body.ts]);
  });

  test("a command: its answer is seen only by who asked", async () => {
    await call("/api/commands", { channel: CHANNEL, command: "/diagnose", text: "ord-1234" });
    const sent = lastSent("/slack/commands");
    expect(signed(sent)).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(sent.body))).toMatchObject({
      command: "/diagnose",
      text: "ord-1234",
      user_name: "dana.reyes",
    });
    await call("/api/commands", { channel: CHANNEL, command: "/nonsense", text: "" });
    statuses["/slack/commands"] = 500;
    await call("/api/commands", { channel: CHANNEL, command: "/diagnose", text: "x" });
    const seenBy = async (user: string): Promise<string[]> =>
      (await call(`/api/channels/${CHANNEL}/messages?user=${user}`)).body.messages
        .filter((message: { ephemeral: boolean }) => message.ephemeral)
        .map(({ author, text }: { author: { name: string }; text: string }) => `${author.name}: ${text}`);
    expect(await seenBy("U07DANAREY1")).toEqual([
      "Slackbot: `/nonsense` is not a valid command.",
      'Slackbot: `/diagnose` failed with the error "dispatch_failed"',
    ]);
    expect(await seenBy("U07SAMOKAF2")).toEqual([]);
  });

  test("a button: a signed block_actions interaction, and whether the app answered", async () => {
    const { SLACK_API_URL, SLACK_BOT_TOKEN } = sandbox.environment();
    const button = {
      type: "button",
      text: { type: "plain_text", text: "Yes" },
      action_id: "yes",
      value: "1",
    };
    const posted = await fetch(`${SLACK_API_URL}chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({
        channel: CHANNEL,
        text: "?",
        blocks: [{ type: "actions", elements: [button] }],
      }),
    });
    const { ts } = (await posted.json()) as { ts: string };
    const press = { channel: CHANNEL, ts, block: 0, element: 0 };
    expect((await call("/api/actions", press)).body).toEqual({ status: 200, answered: true });
    const sent = lastSent("/slack/interactions");
    expect(signed(sent)).toBe(true);
    expect(JSON.parse(new URLSearchParams(sent.body).get("payload") ?? "")).toMatchObject({
      type: "block_actions",
      user: { username: "dana.reyes" },
      container: { message_ts: ts, channel_id: CHANNEL },
      actions: [{ type: "button", action_id: "yes", value: "1", block_id: "block-0" }],
    });
    statuses["/slack/interactions"] = 404;
    expect((await call("/api/actions", press)).body).toEqual({ status: 404, answered: false });
    expect((await call("/api/actions", { ...press, element: 1 })).status).toBe(404);
  });

  test("what the app whispers in a thread is seen there, by one person", async () => {
    const { SLACK_API_URL, SLACK_BOT_TOKEN } = sandbox.environment();
    const { ts } = await sandbox.say(product.url, { channel: CHANNEL, text: "root" });
    const user = "U07SAMOKAF2";
    await fetch(`${SLACK_API_URL}chat.postEphemeral`, {
      method: "POST",
      headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ channel: CHANNEL, user, thread_ts: ts, text: "psst" }),
    });
    const texts = async (who: string): Promise<string[]> =>
      (await call(`/api/channels/${CHANNEL}/threads/${ts}?user=${who}`)).body.messages.map(
        ({ text }: { text: string }) => text,
      );
    expect([await texts(user), await texts("U07DANAREY1")]).toEqual([["root", "psst"], ["root"]]);
  });

  test("an alert on demand; another world's is refused with how to play it", async () => {
    const { body } = await call("/api/alerts", {});
    expect(body).toMatchObject({
      scenario: "acme-01",
      delivered: true,
      place: `#commerce-oncall/${body.ts}`,
    });
    expect(await call("/api/alerts", { scenario: "acme-02" })).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/plays acme-01 .*oncall up --sandbox --scenario acme-02/) },
    });
    statuses["/slack/events"] = 503;
    expect((await call("/api/alerts", {})).body).toMatchObject({ delivered: false, status: 503 });
  });
});

test.each<[string, string, object | undefined, Record<string, string>, number]>([
  ["another site's page", "/api/alerts", {}, { origin: "https://evil.test" }, 403],
  ["plain text", "/api/alerts", {}, { "content-type": "text/plain" }, 400],
  ["a form", "/api/alerts", {}, { "content-type": "application/x-www-form-urlencoded" }, 400],
  ["an unknown channel", "/api/messages", { channel: "C0", text: "x" }, {}, 404],
  ["an unknown person", "/api/messages", { channel: CHANNEL, text: "x", user: "U0" }, {}, 404],
  ["an unknown thread", "/api/messages", { channel: CHANNEL, text: "x", thread_ts: "1.0" }, {}, 404],
  ["an unknown thread to read", `/api/channels/${CHANNEL}/threads/1.0`, undefined, {}, 404],
  ["no text", "/api/messages", { channel: CHANNEL, text: "" }, {}, 400],
  ["too long a text", "/api/messages", { channel: CHANNEL, text: "x".repeat(12_001) }, {}, 400],
  ["an unknown type", "/api/alerts", {}, { "content-type": "image/png" }, 415],
  ["an unknown key", "/api/alerts", { nonsense: 1 }, {}, 400],
  ["a file outside the page", "/..%2fserver.ts", undefined, {}, 404],
])("refused: %s", async (_, path, body, headers, status) => {
  expect((await call(path, body, headers)).status).toBe(status);
});
