import { createHmac } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ApiProcess, type Installation, install } from "../../../test/installation.ts";

let installation: Installation;
let api: ApiProcess;

beforeAll(async () => {
  installation = await install();
  api = await installation.startApi();
});
afterAll(() => installation?.close());
beforeEach(() => installation.database.sql`delete from inbox`);

async function stored(): Promise<number> {
  const [row] = await installation.database.sql`select count(*)::int as n from inbox`;
  return row?.n ?? 0;
}

function post(path: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(new URL(path, api.url), { method: "POST", body, headers });
}

function slackHeaders(
  body: string,
  {
    secret,
    at = Date.now(),
    type = "application/json",
  }: { secret?: string; at?: number; type?: string } = {},
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac("sha256", secret ?? installation.env.SLACK_SIGNING_SECRET ?? "")
    .update(`v0:${timestamp}:${body}`)
    .digest("hex");
  return {
    "content-type": type,
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${signature}`,
  };
}

function githubHeaders(
  body: string,
  secret = installation.env.GITHUB_WEBHOOK_SECRET ?? "",
): Record<string, string> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": "delivery-1",
    "x-hub-signature-256": `sha256=${signature}`,
  };
}

const event = JSON.stringify({
  type: "event_callback",
  team_id: "T1",
  api_app_id: "A1",
  event_id: "Ev1",
  event_time: 1_769_828_400,
  authorizations: [{ team_id: "T1", user_id: "U1", is_bot: true }],
  event: {
    type: "message",
    subtype: "bot_message",
    channel: "C1",
    ts: "1769828400.000100",
    bot_id: "B2",
    text: "",
    attachments: [{ title: "[FIRING:1] HighErrorRate (order-service critical)", text: "x", fallback: "x" }],
  },
});
const push = JSON.stringify({
  ref: "refs/heads/main",
  before: "0".repeat(40),
  after: "a".repeat(40),
  repository: { id: 1, full_name: "acme/order-service", default_branch: "main", pushed_at: 1_769_828_400 },
  commits: [
    {
      id: "a".repeat(40),
      timestamp: "2026-01-31T03:00:00Z",
      added: ["service.yaml"],
      modified: [],
      removed: [],
    },
  ],
  head_commit: {
    id: "a".repeat(40),
    timestamp: "2026-01-31T03:00:00Z",
    added: ["service.yaml"],
    modified: [],
    removed: [],
  },
});

describe("what is not signed right is refused and leaves nothing", () => {
  test.each<[string, () => Promise<Response>]>([
    ["Slack, unsigned", () => post("/slack/events", event, { "content-type": "application/json" })],
    ["Slack, tampered", () => post("/slack/events", `${event} `, slackHeaders(event))],
    ["Slack, another secret", () => post("/slack/events", event, slackHeaders(event, { secret: "other" }))],
    [
      "Slack, replayed ten minutes later",
      () => post("/slack/events", event, slackHeaders(event, { at: Date.now() - 600_000 })),
    ],
    [
      "Slack command, unsigned",
      () =>
        post("/slack/commands", "command=%2Fdiagnose&text=x", {
          "content-type": "application/x-www-form-urlencoded",
        }),
    ],
    [
      "GitHub, unsigned",
      () =>
        post("/webhooks/github", push, {
          "content-type": "application/json",
          "x-github-event": "push",
          "x-github-delivery": "d",
        }),
    ],
    ["GitHub, tampered", () => post("/webhooks/github", `${push} `, githubHeaders(push))],
    ["GitHub, another secret", () => post("/webhooks/github", push, githubHeaders(push, "other"))],
  ])("%s", async (_, send) => {
    const response = await send();
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ kind: "unauthenticated", status: 401 });
    expect(await stored()).toBe(0);
  });
});

describe("what cannot be read is refused with the reason", () => {
  test.each<[string, number, () => Promise<Response>]>([
    ["GitHub, not JSON", 400, () => post("/webhooks/github", "{", githubHeaders("{"))],
    ["GitHub, JSON that is no push", 400, () => post("/webhooks/github", "{}", githubHeaders("{}"))],
    [
      "GitHub, a form",
      415,
      () =>
        post("/webhooks/github", "a=b", {
          ...githubHeaders("a=b"),
          "content-type": "application/x-www-form-urlencoded",
        }),
    ],
    ["GitHub, 26 MB", 413, () => announce("/webhooks/github", 26 * 1024 * 1024, githubHeaders("x"))],
    [
      "Slack, plain text",
      415,
      () => post("/slack/events", event, slackHeaders(event, { type: "text/plain" })),
    ],
    ["Slack, 2 MB", 413, () => announce("/slack/events", 2 * 1024 * 1024, slackHeaders("x"))],
    [
      "an address that does not exist",
      404,
      () => post("/nowhere", "{}", { "content-type": "application/json" }),
    ],
  ])("%s: %i", async (_, status, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(/\w{3}/) });
    expect(await stored()).toBe(0);
  });

  test("Slack, signed but not JSON: 4xx", async () => {
    const response = await post("/slack/events", "{", slackHeaders("{"));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await stored()).toBe(0);
  });
});

describe("what is signed is stored once", () => {
  test("Slack's event, and its redelivery", async () => {
    expect((await post("/slack/events", event, slackHeaders(event))).status).toBe(200);
    const again = await post("/slack/events", event, {
      ...slackHeaders(event),
      "x-slack-retry-num": "1",
      "x-slack-retry-reason": "http_timeout",
    });
    expect(again.status).toBe(200);
    expect(await stored()).toBe(1);
  });

  test("GitHub's push, and its redelivery", async () => {
    const first = await post("/webhooks/github", push, githubHeaders(push));
    expect(first.status).toBe(202);
    const { id, duplicate } = (await first.json()) as { id: string; duplicate: boolean };
    expect(duplicate).toBe(false);
    const again = await post("/webhooks/github", push, githubHeaders(push));
    expect(again.status).toBe(202);
    expect(await again.json()).toEqual({ id, duplicate: true });
    expect(await stored()).toBe(1);
  });

  test("chatter in the channel is acknowledged and forgotten", async () => {
    const chatter = JSON.stringify({
      ...JSON.parse(event),
      event_id: "Ev2",
      event: {
        type: "message",
        channel: "C1",
        user: "U2",
        ts: "1769828401.000100",
        text: "did anyone see that alert yesterday?",
      },
    });
    expect((await post("/slack/events", chatter, slackHeaders(chatter))).status).toBe(200);
    expect(await stored()).toBe(0);
  });

  test("Slack's URL check", async () => {
    const check = JSON.stringify({ type: "url_verification", challenge: "abc" });
    const response = await post("/slack/events", check, slackHeaders(check));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("abc");
  });
});

describe("who may read", () => {
  test.each([
    "/api/incidents",
    "/api/incidents/inc_x",
    "/api/evidence/ev_x",
    "/api/services",
    "/api/catalog/syncs",
    "/api/tools",
    "/mcp",
  ])("%s wants the token", async (path) => {
    const response = await fetch(new URL(path, api.url));
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  test.each([
    ["/health", 200],
    ["/ready", 200],
    ["/docs", 200],
    ["/docs/json", 200],
  ])("%s is open", async (path, status) => {
    expect((await fetch(new URL(path, api.url))).status).toBe(status);
  });

  test("what is not there is said so", async () => {
    const { status, body } = await api.get("/api/incidents/inc_missing");
    expect(status).toBe(404);
    expect(body.detail).toContain("inc_missing");
  });

  test("without ONCALL_TOKEN nobody gets in, and the answer says why", async () => {
    const { ONCALL_TOKEN, ...env } = installation.env;
    expect(ONCALL_TOKEN).toBeDefined();
    for (const name of Object.keys(installation.env)) delete installation.env[name];
    Object.assign(installation.env, env);
    const closed = await installation.startApi();
    installation.env.ONCALL_TOKEN = ONCALL_TOKEN ?? "";
    const { status, body } = await closed.get("/api/incidents");
    expect(status).toBe(401);
    expect(body.detail).toContain("ONCALL_TOKEN is not set");
    await closed.stop();
  });
});

/**
 * A body of so many bytes is announced and none of it sent: who is refused while still writing may lose the answer, which
 * says nothing of the server.
 */
function announce(path: string, bytes: number, headers: Record<string, string>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asking = request(new URL(path, api.url), {
      method: "POST",
      headers: { ...headers, "content-length": String(bytes) },
    });
    asking.on("error", reject);
    asking.on("response", async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const type = answer.headers["content-type"] ?? "";
      resolve(
        new Response(Buffer.concat(chunks), {
          status: answer.statusCode ?? 0,
          headers: { "content-type": type },
        }),
      );
      asking.destroy();
    });
    asking.flushHeaders();
  });
}
