import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel, type Turn } from "../../../packages/sandbox/src/index.ts";
import {
  type ApiProcess,
  eventually,
  type Installation,
  install,
  type Process,
  syncCatalog,
} from "../../../test/installation.ts";

interface Running {
  readonly installation: Installation;
  readonly api: ApiProcess;
  worker: Process;
}

async function run(env: Record<string, string> = {}): Promise<Running> {
  const installation = await install({ scenario: "acme-01", env });
  const api = await installation.startApi();
  const worker = await installation.startWorker();
  await syncCatalog(installation, api.url);
  return { installation, api, worker };
}

function call(
  { api, installation }: Running,
  path: string,
  { body, ...init }: Omit<RequestInit, "body"> & { body?: unknown } = {},
): Promise<Response> {
  return fetch(new URL(path, api.url), {
    method: body === undefined ? "GET" : "POST",
    ...init,
    headers: {
      authorization: `Bearer ${installation.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...init.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

interface Answer {
  readonly response: string;
  readonly session_id: string;
  readonly query_id: string;
  readonly status: string;
  readonly metadata: {
    readonly tools_called: string[];
    readonly evidence: string[];
    readonly incident: string;
  };
  readonly created_at?: string;
  readonly expires_at?: string;
}

async function ask(running: Running, message: string, session_id?: string): Promise<Answer> {
  const response = await call(running, "/query", { body: { message, session_id } });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

interface Sent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Server-sent events as they come; comments are left out. */
async function* events(response: Response): AsyncGenerator<Sent> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (text + chunk).split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
      const [id, event, data] = [field("id"), field("event"), field("data")];
      if (id !== undefined && event !== undefined && data !== undefined)
        yield { id, event, data: JSON.parse(data) };
    }
  }
}

async function all(response: Response): Promise<Sent[]> {
  const found: Sent[] = [];
  for await (const event of events(response)) found.push(event);
  return found;
}

describe("without a model", () => {
  let running: Running;
  beforeAll(async () => {
    running = await run();
  });
  afterAll(() => running?.installation.close());

  test("a lookup is answered from a tool, in sentences that cite what is recorded", async () => {
    const answer = await ask(running, "Who owns order-service?");
    expect(answer).toMatchObject({
      response: expect.stringMatching(
        /^order-service is owned by team commerce\..* \[ev_[a-z0-9]{12}\]\n\nNo model was asked/,
      ),
      session_id: expect.stringMatching(/^ses_/),
      status: "done",
      metadata: {
        query_time: expect.stringMatching(/^\d+\.\ds$/),
        tokens_used: 0,
        cost_usd: 0,
        tools_called: ["get_escalation_path"],
        model: null,
        route: "lookup",
      },
    });
    const [id] = answer.metadata.evidence;
    const { body } = await running.api.get(`/api/evidence/${id}`);
    expect(body).toMatchObject({ tool: "get_escalation_path", investigationId: answer.session_id });
  });

  test("a session goes on with what was spoken of, and says how long it lives", async () => {
    const response = await call(running, "/session", { body: { initial_message: "status of ord-1234" } });
    const first = (await response.json()) as Answer;
    expect(first.response).toContain("PENDING");
    expect(Date.parse(first.expires_at ?? "") - Date.parse(first.created_at ?? "")).toBe(30 * 60_000);
    expect((await ask(running, "who owns it?", first.session_id)).response).toContain(
      "order of order-service",
    );
    expect((await ask(running, "and what depends on it?", first.session_id)).response).toContain(
      "api-gateway",
    );
    const { body } = await running.api.get(`/session/${first.session_id}`);
    expect((body.turns as { message: string }[]).map(({ message }) => message)).toEqual([
      "status of ord-1234",
      "who owns it?",
      "and what depends on it?",
    ]);
    expect(String(body.expires_at) > (first.expires_at ?? "")).toBe(true);
  });

  test("a question about trouble gets the first look, which says that no model was asked", async () => {
    const answer = await ask(running, "why is order-service failing?");
    expect(answer.response).toMatch(
      /^\*\*First look\*\* · order-service is the cause: the database connection pool is exhausted/,
    );
    expect(answer.response).toContain("No model was consulted");
    expect(answer.metadata.tools_called).toContain("get_recent_deploys");
    expect((await running.api.get(`/api/incidents/${answer.metadata.incident}`)).status).toBe(200);
    expect((await ask(running, "who is on call?", answer.session_id)).response).toContain(
      "commerce-escalation",
    );
  });

  test("what nobody can answer without a model says so, and what can be asked", async () => {
    const { response, metadata } = await ask(running, "how do I write a good runbook?");
    expect(response).toMatch(/No model was consulted: ANTHROPIC_API_KEY is not set.*who owns order-service/);
    expect(metadata.tools_called).toEqual([]);
  });

  test("a stream tells each step, then the text, then the whole answer; a reader can take up where it left off", async () => {
    const response = await call(running, "/query", {
      body: { message: "why is order-service failing?" },
      headers: { accept: "text/event-stream" },
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const told = await all(response);
    const done = told.at(-1);
    expect(done).toMatchObject({ event: "done", data: { status: "done" } });
    const steps = told.filter(({ event }) => event === "step");
    expect(steps.map(({ data }) => data.tool)).toContain("query_logs");
    expect(steps[0]?.data).toMatchObject({ kind: "tool", ms: expect.any(Number) });
    const text = told.filter(({ event }) => event === "text").map(({ data }) => data.delta);
    expect(text.join("")).toBe(done?.data.response);

    const middle = steps[2];
    const again = await call(running, `/query/${done?.data.query_id}/events`, {
      headers: { "last-event-id": middle?.id ?? "" },
    });
    expect(await all(again)).toEqual(told.slice(told.findIndex(({ id }) => id === middle?.id) + 1));
  });

  test("an answer that is not there in time is answered by where to look", async () => {
    const response = await call(running, "/query", {
      body: { message: "diagnose order-service" },
      headers: { prefer: "wait=0" },
    });
    expect(response.status).toBe(202);
    const pending = (await response.json()) as { result: string; detail: string; status: string };
    expect(pending.detail).toContain(pending.result);
    expect(response.headers.get("location")).toBe(pending.result);
    const answer = await eventually("the answer", async () => {
      const { status, body } = await running.api.get(pending.result);
      return status === 200 ? body : undefined;
    });
    expect(answer).toMatchObject({ status: "done", response: expect.stringContaining("First look") });
  });

  test.each<[string, unknown, number]>([
    ["no message", {}, 400],
    ["an empty message", { message: " " }, 400],
    ["a message of another type", { message: 5 }, 400],
    ["a message that is too long", { message: "a".repeat(8_001) }, 400],
    ["a body that is too large", { message: "a".repeat(70_000) }, 413],
    ["a key nobody knows", { message: "who?", sesion_id: "x" }, 400],
    ["a session nobody began", { message: "who?", session_id: "ses_nobody" }, 404],
  ])("%s is refused with what to do", async (_, body, status) => {
    const response = await call(running, "/query", { body });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, detail: expect.any(String) });
  });

  test("an expired session is refused as gone", async () => {
    const { session_id } = await ask(running, "who owns order-service?");
    await running.installation.database
      .sql`update conversations set expires_at = now() where id = ${session_id}`;
    const response = await call(running, "/query", { body: { message: "who is on call?", session_id } });
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({
      detail: expect.stringMatching(/expired at .*Leave session_id out/),
    });
  });

  test("nobody asks without the token", async () => {
    const headers = { authorization: "Bearer other" };
    for (const [path, body] of [
      ["/query", { message: "who?" }],
      ["/session", { initial_message: "who?" }],
    ] as const) {
      expect((await call(running, path, { body, headers })).status).toBe(401);
    }
  });

  describe("in Slack", () => {
    const answersIn = (place: { channel: string; ts: string }, count: number) => {
      const { sandbox } = running.installation;
      return sandbox.waitFor("an answer in the thread", () => {
        const ours = sandbox.thread(place.channel, place.ts).filter(({ app_id }) => app_id !== undefined);
        return ours.length >= count ? ours : undefined;
      });
    };

    test("a question in an alert's thread is answered there once, citing evidence; talk is not", async () => {
      const { sandbox } = running.installation;
      const { url } = running.api;
      const alert = await sandbox.fireAlert(url);
      await answersIn(alert, 1);
      const thread = { channel: alert.channel, threadTs: alert.ts };
      await sandbox.say(url, { ...thread, text: "should we roll back?" });
      await sandbox.say(url, { ...thread, text: "looking at it now" });
      const asked = await sandbox.say(url, { ...thread, text: "who is on call?" });
      const [, answer] = await answersIn(alert, 2);
      expect(answer?.text).toMatch(
        /commerce-escalation.*ev_[a-z0-9]{12}[\s\S]*no model was asked · get_escalation_path/,
      );
      await sandbox.redeliver(url, asked.eventId);
      await sandbox.say(url, { ...thread, text: "@oncall and what depends on it" });
      const ours = await answersIn(alert, 3);
      expect(ours.map(({ text }) => text).at(-1)).toContain("api-gateway");
      expect(ours).toHaveLength(3);
      const { sql } = running.installation.database;
      const [row] = await sql`
        select count(distinct conversations.id)::int as conversations, count(*)::int as turns from conversations
        join turns on turns.conversation_id = conversations.id where thread_ts = ${alert.ts} and incident_id is not null`;
      expect(row).toEqual({ conversations: 1, turns: 2 });
    });

    test("a thread that is not ours is left alone, until somebody mentions the bot", async () => {
      const { sandbox } = running.installation;
      const { url } = running.api;
      const { channel } = sandbox.scenario.alert;
      const talk = await sandbox.say(url, { channel, text: "lunch?" });
      const thread = { channel: talk.channel, threadTs: talk.ts };
      await sandbox.say(url, { ...thread, text: "who owns order-service?" });
      await sandbox.say(url, { ...thread, text: "@oncall who owns user-service?" });
      const ours = await answersIn(talk, 1);
      expect(ours.map(({ text }) => text)).toEqual([expect.stringContaining("identity")]);
    });

    test("trouble that is asked about is looked into in the thread, with all that an alert gets", async () => {
      const { sandbox } = running.installation;
      const { url } = running.api;
      const { channel } = sandbox.scenario.alert;
      const asked = await sandbox.say(url, { channel, text: "@oncall why is order-service failing?" });
      const [look, ...more] = await answersIn(asked, 1);
      expect(look?.text).toMatch(
        /^\*First look\* · order-service is the cause: the database connection pool is exhausted/,
      );
      expect(look?.blocks?.some(({ type }) => type === "actions")).toBe(true);
      expect(more).toEqual([]);
    });
  });

  test("the OpenAPI document describes both ways to ask", async () => {
    const { body } = await running.api.get("/docs/json");
    const { paths } = body as {
      paths: Record<string, { post?: { responses: object; description: string } }>;
    };
    for (const path of ["/query", "/session"]) {
      expect(Object.keys(paths[path]?.post?.responses ?? {})).toEqual(["200", "202"]);
      expect(paths[path]?.post?.description).toContain("text/event-stream");
    }
  });
});

const says = (answer: string): Turn => ({
  dripMs: 2,
  content: [
    {
      tool_use: "submit_answer",
      input: { answer, citations: ["{{cite:get_service_health:/data/verdict}}"] },
    },
  ],
});
const asksHealth: Turn = {
  content: [
    { text: "Its requests first." },
    { tool_use: "get_service_health", input: { service: "order-service" } },
  ],
};

describe("with a model", () => {
  let running: Running;
  let model: ScriptedModel;
  beforeAll(async () => {
    model = await startScriptedModel({ script: "echo-first-look" });
    running = await run({
      ANTHROPIC_API_KEY: "scripted",
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_MODEL: "claude-opus-5-5",
      ANTHROPIC_SMALL_MODEL: "claude-haiku-5-5",
    });
  });
  afterAll(async () => {
    await running?.installation.close();
    await model?.close();
  });

  test("a small question goes to the small model, which is streamed as it writes and cites what it read", async () => {
    model.play([asksHealth, says("It is **degraded**, and most of its requests still pass. ".repeat(8))]);
    const before = model.requests.length;
    const response = await call(running, "/query?stream=true", {
      body: { message: "How does the traffic of order-service compare with yesterday?" },
    });
    const told = await all(response);
    const { data } = told.at(-1) ?? {};
    expect(data).toMatchObject({
      status: "done",
      response: expect.stringMatching(/^It is \*\*degraded\*\*.*\n\nEvidence: ev_[a-z0-9]{12}$/s),
      metadata: {
        model: "claude-haiku-5-5",
        route: "question",
        tools_called: ["get_service_health"],
        tokens_used: expect.any(Number),
        cost_usd: expect.any(Number),
      },
    });
    expect((data as unknown as { metadata: { cost_usd: number } }).metadata.cost_usd).toBeGreaterThan(0);
    expect(model.requests.slice(before).map(({ body }) => body.model)).toEqual(
      Array(2).fill("claude-haiku-5-5"),
    );
    const pieces = told.filter(({ event }) => event === "text").map((event) => event.data.delta);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(data?.response);
    expect(told.filter(({ event }) => event === "step").map((event) => event.data.kind)).toEqual([
      "model",
      "tool",
      "model",
    ]);
    const { sql } = running.installation.database;
    const [row] =
      await sql`select role, count(*)::int as calls from model_calls where run_id = ${String(data?.query_id)} group by role`;
    expect(row).toEqual({ role: "small", calls: 2 });
  });

  test("trouble is diagnosed; a question about it afterwards is talked about with the strong model, which knows what was said", async () => {
    model.play("echo-first-look");
    const first = await ask(running, "why is order-service failing?");
    expect(first.response).toMatch(/^\*\*Diagnosis\*\* · Scripted stand-in[\s\S]*\*\*First look\*\*/);
    expect(first.metadata).toMatchObject({ model: "claude-opus-5-5", route: "diagnosis" });
    expect(first.metadata.tools_called).toEqual(expect.arrayContaining(["query_logs", "get_evidence"]));

    const second = await ask(running, "why is it failing since then and not before?", first.session_id);
    expect(second.response).toContain("Of this incident the first look said");
    expect(second.metadata).toMatchObject({ model: "claude-opus-5-5", incident: first.metadata.incident });
    const { body } = model.requests.at(-1) ?? {};
    const told = JSON.stringify(body?.messages);
    expect(told).toContain("why is order-service failing?");
    expect(told).toContain("The first look:");
    const { sql } = running.installation.database;
    const [row] =
      await sql`select count(*)::int as n from investigations where incident_id = ${first.metadata.incident}`;
    expect(row?.n).toBe(1);
  });

  test("a worker that is killed while the model answers leaves the question to another, which pays for nothing twice", async () => {
    model.play([asksHealth, { holdUntil: "never" }]);
    const before = model.requests.length;
    const response = await call(running, "/query", {
      body: { message: "How does the traffic of order-service compare with yesterday?" },
      headers: { prefer: "wait=0" },
    });
    const { query_id } = (await response.json()) as Answer;
    await eventually("the second call", async () => (model.requests.length >= before + 2 ? true : undefined));
    await running.worker.kill();
    model.play([asksHealth, says("It is degraded.")]);
    running.worker = await running.installation.startWorker();
    const told = await all(await call(running, `/query/${query_id}/events`));
    expect(told.at(-1)?.data).toMatchObject({
      status: "done",
      response: expect.stringMatching(/^It is degraded\./),
    });
    expect(model.requests.length).toBe(before + 3);
    const { sql } = running.installation.database;
    const [row] = await sql`
      select (select count(*)::int from model_calls where run_id = ${query_id}) as calls,
             (select count(*)::int from evidence where tool = 'get_service_health'
              and investigation_id = (select conversation_id from turns where id = ${query_id})) as health`;
    expect(row).toEqual({ calls: 2, health: 1 });
  });

  test("a model that fails is answered for: what went wrong, and what works without it", async () => {
    model.play([{ error: 401, message: "invalid x-api-key", always: true }]);
    const answer = await ask(running, "how do I roll back order-service?");
    expect(answer).toMatchObject({
      status: "done",
      response: expect.stringMatching(
        /^The model did not answer: .*ANTHROPIC_API_KEY.*diagnose order-service/,
      ),
      metadata: { model: null, tokens_used: 0, cost_usd: 0 },
    });
  });
});

describe("while a model is thinking", () => {
  let running: Running;
  let model: Server;
  let asked = 0;
  beforeAll(async () => {
    // Takes the question, begins to answer, and never goes on.
    model = createServer((request, response) => {
      request.resume();
      asked += 1;
      const usage = { input_tokens: 700, output_tokens: 1, cache_read_input_tokens: 50 };
      const message = {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-opus-5-5",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage,
      };
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`event: message_start\ndata: ${JSON.stringify({ type: "message_start", message })}\n\n`);
    });
    await new Promise<void>((resolve) => model.listen(0, "127.0.0.1", resolve));
    const { port } = model.address() as AddressInfo;
    running = await run({ ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    model?.closeAllConnections();
    model?.close();
    await running?.installation.close();
  });

  const diagnose = { message: "diagnose order-service" };

  test("cancelling stops the run, and it says so", async () => {
    const before = asked;
    const response = await call(running, "/query", { body: diagnose, headers: { prefer: "wait=0" } });
    const { query_id } = (await response.json()) as Answer;
    await eventually("the model is asked", async () => (asked > before ? true : undefined));
    const cancelled = await call(running, `/query/${query_id}`, { method: "DELETE" });
    expect(cancelled.status).toBe(202);
    const told = await all(await call(running, `/query/${query_id}/events`));
    expect(told.at(-1)).toMatchObject({
      event: "done",
      data: {
        status: "cancelled",
        response: expect.stringMatching(/^Cancelled after .*query_logs/),
        metadata: { tokens_used: 751, model: "claude-opus-5-5", cost_usd: expect.any(Number) },
      },
    });
    const { sql } = running.installation.database;
    const [row] = await sql`
      select investigations.status from investigations join inbox on inbox.id = investigations.inbox_id
      where inbox.delivery_id = ${query_id}`;
    expect(row?.status).toBe("failed");
    await eventually("its job has ended", async () => {
      const [job] = await sql`select status from inbox where delivery_id = ${query_id}`;
      return job?.status === "done" ? true : undefined;
    });
  });

  /** Begins to read a stream, goes away once the model was asked, and answers which question it was. */
  async function readAndLeave(options: string): Promise<string> {
    const before = asked;
    const leave = new AbortController();
    const response = await call(running, `/query?stream=true${options}`, {
      body: diagnose,
      signal: leave.signal,
    });
    await eventually("the model is asked", async () => (asked > before ? true : undefined));
    leave.abort();
    return (response.headers.get("location") ?? "").replace("/query/", "");
  }

  test("a reader who goes away stops nothing", async () => {
    const id = await readAndLeave("");
    // Whoever asks to cancel on leaving is served by the same API after this one left.
    await readAndLeave("&on_disconnect=cancel");
    expect((await running.api.get(`/query/${id}`)).body).toMatchObject({ status: "running" });
    await call(running, `/query/${id}`, { method: "DELETE" });
  });

  test("unless that was asked for", async () => {
    const id = await readAndLeave("&on_disconnect=cancel");
    await eventually("it is cancelled", async () => {
      const { body } = await running.api.get(`/query/${id}`);
      return body.status === "cancelled" ? true : undefined;
    });
  });

  test("a question that no worker took is cancelled at once", async () => {
    await running.worker.stop();
    const response = await call(running, "/query", { body: diagnose, headers: { prefer: "wait=0" } });
    const { query_id } = (await response.json()) as Answer;
    const cancelled = await call(running, `/query/${query_id}`, { method: "DELETE" });
    expect(await cancelled.json()).toMatchObject({
      status: "cancelled",
      response: "Cancelled before it began.",
    });
  });
});
