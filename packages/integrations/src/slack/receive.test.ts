import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { AppError } from "@oncall/core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createSlackEdge, type SlackDelivery, slackPaths } from "./receive.ts";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const silent = () => {};
/** What happened, in order. */
const happened: unknown[] = [];
let record: (delivery: SlackDelivery) => Promise<void>;

const edge = createSlackEdge({
  signingSecret: secret,
  botToken: "xoxb-1-2-three",
  record: (delivery) => record(delivery),
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const rawBody = Buffer.concat(chunks);
  try {
    edge.verify(request.headers, rawBody);
  } catch (error) {
    const { kind, message } = error instanceof AppError ? error : { kind: "bug", message: String(error) };
    response.writeHead(kind === "unauthenticated" ? 401 : 500).end(message);
    return;
  }
  response.on("finish", () => happened.push(response.statusCode));
  edge.handle(Object.assign<IncomingMessage, { rawBody: Buffer }>(request, { rawBody }), response);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});
beforeEach(() => {
  happened.length = 0;
  record = async (delivery) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    happened.push(delivery);
  };
});

const JSON_TYPE = { "content-type": "application/json" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const seconds = (): number => Math.floor(Date.now() / 1000);

function sign(body: string, timestamp = seconds(), key = secret): Record<string, string> {
  const signature = createHmac("sha256", key).update(`v0:${timestamp}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": String(timestamp), "x-slack-signature": `v0=${signature}` };
}

async function send(path: string, body: string, headers: Record<string, string>) {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body, headers });
  return { status: response.status, text: await response.text() };
}
const sendEvent = (body: string, headers: Record<string, string> = {}) =>
  send(slackPaths.events, body, { ...JSON_TYPE, ...sign(body), ...headers });
const sendForm = (fields: Record<string, string>) => {
  const body = new URLSearchParams(fields).toString();
  return send(slackPaths.commands, body, { ...FORM, ...sign(body) });
};

const message = (event: object = {}) =>
  JSON.stringify({
    token: "legacy",
    team_id: "T0ACME",
    api_app_id: "A0ONCALL",
    type: "event_callback",
    event_id: "Ev0ALERT1",
    event_time: 1_795_143_845,
    authorizations: [{ team_id: "T0ACME", user_id: "U0ONCALL", is_bot: true, is_enterprise_install: false }],
    event: {
      type: "message",
      subtype: "bot_message",
      bot_id: "B0AM",
      username: "Alertmanager",
      channel: "C0ALERTS",
      channel_type: "channel",
      ts: "1795143845.000100",
      text: "",
      attachments: [
        { id: 1, color: "a30200", title: "[FIRING:1] HighErrorRate orders (order-service critical)" },
      ],
      ...event,
    },
  });
const delivery = {
  deliveryId: "Ev0ALERT1",
  request: {
    trigger: "alert",
    alert: { name: "HighErrorRate", status: "firing", receivedAt: "2026-11-20T03:04:05.000Z" },
    place: { channel: "C0ALERTS", threadTs: "1795143845.000100" },
  },
};

test("an alert is recorded before Slack is acknowledged", async () => {
  expect((await sendEvent(message())).status).toBe(200);
  expect(happened).toEqual([expect.objectContaining({ deliveryId: "Ev0ALERT1" }), 200]);
  expect(happened[0]).toMatchObject(delivery);
});

test("what cannot be recorded is not acknowledged, and its redelivery is the same delivery", async () => {
  const works = record;
  record = async () => {
    throw new AppError("unavailable", "Postgres does not answer.");
  };
  expect((await sendEvent(message())).status).toBe(500);
  record = works;
  const retry = { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_error" };
  expect((await sendEvent(message(), retry)).status).toBe(200);
  expect(happened).toEqual([500, expect.objectContaining({ deliveryId: "Ev0ALERT1" }), 200]);
});

test.each([
  ["talk", message({ subtype: undefined, bot_id: undefined, user: "U1", text: "lunch?", attachments: [] })],
  ["our own post, by app", message({ app_id: "A0ONCALL" })],
  ["our own post, by its bot's profile", message({ bot_profile: { app_id: "A0ONCALL", name: "On-Call" } })],
  ["our own post, by user", message({ subtype: undefined, user: "U0ONCALL" })],
  ["an edit", message({ subtype: "message_changed", message: { text: "FIRING" } })],
  ["a message without a place", message({ channel: undefined })],
  ["another event", message({ type: "reaction_added", reaction: "eyes" })],
])("acknowledged and not recorded: %s", async (_, body) => {
  expect((await sendEvent(body)).status).toBe(200);
  expect(happened).toEqual([200]);
});

test("an alert of another app is recorded", async () => {
  await sendEvent(message({ app_id: "A0OTHER", bot_profile: { app_id: "A0OTHER", name: "Alertmanager" } }));
  expect(happened).toHaveLength(2);
});

test("the address is verified", async () => {
  const challenge = JSON.stringify({ type: "url_verification", token: "t", challenge: "3eZbrw1aB" });
  expect(await sendEvent(challenge)).toEqual({
    status: 200,
    text: JSON.stringify({ challenge: "3eZbrw1aB" }),
  });
});

const command = (text: string, name = "/diagnose") =>
  sendForm({
    token: "legacy",
    team_id: "T0ACME",
    api_app_id: "A0ONCALL",
    channel_id: "C0ANY",
    user_id: "U0ANNA",
    command: name,
    text,
    response_url: "https://hooks.slack.example/commands/1",
    trigger_id: "13345224609.738474920.8088930838d88f008e0",
  });

test("a command is recorded, then answered to the one who asked", async () => {
  const { status, text } = await command("ord-1234 why is it stuck?");
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({
    response_type: "ephemeral",
    text: "Looking into `ord-1234`. The answer is posted here in a moment.",
  });
  expect(happened[0]).toMatchObject({
    deliveryId: "13345224609.738474920.8088930838d88f008e0",
    request: {
      trigger: "question",
      target: "ord-1234",
      question: "why is it stuck?",
      askedBy: "U0ANNA",
      place: { channel: "C0ANY" },
    },
  });
});

test.each(["", "help", " -h "])("help is answered at once and records nothing: %j", async (text) => {
  expect(JSON.parse((await command(text)).text).text).toContain("/diagnose order-service");
  expect(happened).toEqual([200]);
});

test("a command that cannot be recorded is not confirmed", async () => {
  record = async () => {
    throw new AppError("unavailable", "Postgres does not answer.");
  };
  const { status, text } = await command("ord-1234");
  expect([status, text]).toEqual([500, ""]);
});

test("a target's mentions do not come alive in the answer", async () => {
  expect((await command("<!channel>`x")).text).not.toContain("<!channel>");
});

test.each([
  ["JSON that is no object", () => sendEvent("null")],
  ["not JSON", () => sendEvent("<xml/>")],
  ["a payload that is not JSON", () => sendForm({ payload: "{" })],
])("refused as malformed: %s", async (_, act) => {
  expect((await act()).status).toBe(400);
  expect(happened).toEqual([400]);
});

test("what nobody listens for is answered within Slack's three seconds", async () => {
  const button = { type: "block_actions", team: { id: "T" }, user: { id: "U" }, actions: [] };
  const answers = await Promise.all([
    command("x", "/other"),
    sendForm({ payload: JSON.stringify(button) }),
    sendEvent('{"hello":"world"}'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect(happened).toEqual([404, 404, 404]);
});

const body = message();
test.each([
  ["unsigned", body, {}, /no Slack signature/],
  [
    "without a timestamp",
    body,
    { "x-slack-signature": sign(body)["x-slack-signature"] ?? "" },
    /no Slack signature/,
  ],
  ["tampered with", body.replace("HighErrorRate", "LowErrorRate"), sign(body), /SLACK_SIGNING_SECRET/],
  ["signed with another secret", body, sign(body, seconds(), "other"), /SLACK_SIGNING_SECRET/],
  ["replayed after six minutes", body, sign(body, seconds() - 360), /clock/],
  ["from the future", body, sign(body, seconds() + 360), /clock/],
  ["another version", body, { ...sign(body), "x-slack-signature": "v1=00" }, /SLACK_SIGNING_SECRET/],
])("refused: %s", async (_, sent, headers: Record<string, string>, says) => {
  const { status, text } = await send(slackPaths.events, sent, { ...JSON_TYPE, ...headers });
  expect(status).toBe(401);
  expect(text).toMatch(says);
  expect(happened).toEqual([]);
});
