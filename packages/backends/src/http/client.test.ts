import { checker } from "@oncall/core";
import { Type } from "typebox";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createHttp, type HttpOptions } from "./client.ts";
import { type Answer, brokenOff, json, reset, silent, startServer, text } from "./test-server.ts";
import type { Http, HttpRequest, RequestFacts } from "./types.ts";

const server = await startServer(json({ ok: true }));
const clients: Http[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
});
beforeEach(() => server.answerWith(json({ ok: true })));

function client(options: HttpOptions = {}): Http {
  const made = createHttp({ baseDelayMs: 1, ...options });
  clients.push(made);
  return made;
}

function asking(more: Partial<HttpRequest> = {}): HttpRequest {
  const url = new URL(`${server.url}/api?token=s3cret`);
  return { system: "Thing", url, signal: new AbortController().signal, ...more };
}

/** Answers in turn, the last one ever after. */
function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (response, received) => answers[Math.min(next++, answers.length - 1)]?.(response, received);
}

const gone = { method: "", path: "", headers: {}, body: "" };
const shape = checker(Type.Object({ ok: Type.Boolean() }));

describe("retry", () => {
  const busy = json({}, 503);
  test.each<[string, Answer, Partial<HttpRequest>, number, number | RegExp]>([
    ["a read after 503", inTurn(busy, json({})), {}, 2, 200],
    ["a read after a reset", inTurn(reset, json({})), {}, 2, 200],
    ["a read whose body broke off", inTurn(brokenOff, json({})), {}, 2, 200],
    ["at most two more times", busy, {}, 3, 503],
    ["not after 500", json({}, 500), {}, 1, 500],
    ["not after 404", json({}, 404), {}, 1, 404],
    ["a read by POST", inTurn(busy, json({})), { method: "POST", idempotent: true }, 2, 200],
    ["no write after 503", busy, { method: "POST" }, 1, 503],
    ["no write after a reset", reset, { method: "POST" }, 1, /broke off/],
    ["a write after 429", inTurn(json({}, 429), json({})), { method: "POST" }, 2, 200],
    ["not when asked to wait too long", json({}, 429, { "retry-after": "60" }), {}, 1, 429],
    ["when asked to wait shortly", inTurn(json({}, 429, { "retry-after": "0.05" }), json({})), {}, 2, 200],
  ])("%s", async (_, answer, more, attempts, outcome) => {
    server.answerWith(answer);
    const answered = client().request(asking(more));
    if (typeof outcome === "number") expect((await answered).status).toBe(outcome);
    else await expect(answered).rejects.toThrow(outcome);
    expect(server.received).toHaveLength(attempts);
  });

  test("asks again where nothing listened", async () => {
    const gone = await startServer(silent);
    await gone.close();
    const answered = client().request(asking({ url: new URL(gone.url), method: "POST" }));
    await expect(answered).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("refuses connections at"),
    });
  });
});

test("a token with a line break is a setting to correct", async () => {
  const headers = { authorization: "Bearer abc\n" };
  await expect(client().request(asking({ headers }))).rejects.toMatchObject({ kind: "not_configured" });
});

describe("bounds", () => {
  const slowBody: Answer = (response) => {
    response.writeHead(200);
    response.write("{");
  };
  test.each<[string, Answer, () => Partial<HttpRequest>, RegExp]>([
    ["no answer", silent, () => ({ timeoutMs: 60 }), /did not answer in time .*0\.06 s/],
    ["an endless body", slowBody, () => ({ timeoutMs: 60 }), /did not answer in time/],
    ["a huge body", text("x".repeat(2_000)), () => ({ maxBytes: 1_000 }), /more than 1000 bytes/],
    ["the caller's deadline", silent, () => ({ signal: AbortSignal.timeout(50) }), /did not answer in time/],
    ["a caller that left", silent, () => ({ signal: AbortSignal.abort() }), /cancelled/],
  ])("%s", async (_, answer, more, message) => {
    server.answerWith(answer);
    const error: unknown = await client()
      .request(asking(more()))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "unavailable", message: expect.stringMatching(message) });
    expect(String(error)).not.toContain("s3cret");
  });

  test("no more requests at once than allowed", async () => {
    let open = 0;
    let most = 0;
    server.answerWith((response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        response.end("{}");
      }, 10);
    });
    const limited = client({ concurrencyPerHost: 2 });
    await Promise.all(Array.from({ length: 8 }, () => limited.request(asking())));
    expect(server.received).toHaveLength(8);
    expect(most).toBe(2);
  });
});

describe("circuit", () => {
  test("opens after failures in a row, lets one probe through and closes on success", async () => {
    const breaking = client({ breakAfter: 2, breakMs: 250 });
    server.answerWith(json({}, 500));
    await breaking.request(asking());
    await breaking.request(asking());
    await expect(breaking.request(asking())).rejects.toThrow(/left alone/);
    expect(server.received).toHaveLength(2);

    server.answerWith(json({ ok: true }));
    await new Promise((resolve) => setTimeout(resolve, 270));
    const answers = await Promise.all([breaking.request(asking()), breaking.request(asking())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  const opened = async (breakMs: number): Promise<Http> => {
    const breaking = client({ breakAfter: 1, breakMs });
    server.answerWith(json({}, 500));
    await breaking.request(asking());
    await new Promise((resolve) => setTimeout(resolve, breakMs + 10));
    return breaking;
  };

  test("lets one probe through at a time, and opens again when it fails", async () => {
    const breaking = await opened(40);
    server.answerWith((response) =>
      setTimeout(() => json({}, 500)(response, server.received[0] ?? gone), 20),
    );
    const [probe, ...others] = await Promise.allSettled(
      Array.from({ length: 5 }, () => breaking.request(asking())),
    );
    expect(probe).toMatchObject({ value: { status: 500 } });
    for (const other of others) expect(String(Reflect.get(other, "reason"))).toMatch(/left alone/);
    expect(server.received).toHaveLength(1);
  });

  test("stays open when the probe's caller leaves", async () => {
    const breaking = await opened(250);
    const leaving = new AbortController();
    server.answerWith(() => leaving.abort());
    await expect(breaking.request(asking({ signal: leaving.signal }))).rejects.toThrow(/cancelled/);
    await expect(breaking.request(asking())).rejects.toThrow(/left alone/);
  });

  const leaving = new AbortController();
  test.each<[string, Partial<HttpRequest>, Answer]>([
    ["404s", {}, json({}, 404)],
    ["callers that leave", { signal: leaving.signal }, () => leaving.abort()],
    ["bodies over the bound", { maxBytes: 3 }, text("xxxxx")],
  ])("stays closed over %s", async (_, more, answer) => {
    const breaking = client({ breakAfter: 1 });
    server.answerWith(answer);
    for (let i = 0; i < 3; i++) await breaking.request(asking(more)).catch(() => undefined);
    server.answerWith(json({}));
    expect((await breaking.request(asking())).status).toBe(200);
  });

  test("one system's failures do not close another's way", async () => {
    const breaking = client({ breakAfter: 1 });
    server.answerWith(json({}, 500));
    await breaking.request(asking());
    expect((await breaking.request(asking({ system: "Other" }))).status).toBe(500);
  });
});

describe("cache", () => {
  test.each<[string, Partial<HttpRequest>, Partial<HttpRequest>, number]>([
    ["equal requests share one exchange", {}, {}, 1],
    ["other credentials do not", {}, { headers: { authorization: "Bearer other" } }, 2],
    ["another body does not", { method: "POST", body: "a" }, { method: "POST", body: "b" }, 2],
    ["nothing is kept unless asked", { cacheMs: 0 }, { cacheMs: 0 }, 3],
  ])("%s", async (_, first, second, exchanges) => {
    const caching = client();
    await Promise.all([first, second].map((more) => caching.request(asking({ cacheMs: 10_000, ...more }))));
    await caching.request(asking({ cacheMs: 10_000, ...second }));
    expect(server.received).toHaveLength(exchanges);
  });

  test("a failure is not kept, and one caller's leaving does not fail the other", async () => {
    const caching = client();
    server.answerWith(inTurn(json({}, 404), json({ ok: true })));
    expect((await caching.request(asking({ cacheMs: 10_000 }))).status).toBe(404);
    const leaving = new AbortController();
    const left = caching.request(asking({ cacheMs: 10_000, signal: leaving.signal }));
    const stayed = caching.request(asking({ cacheMs: 10_000 }));
    leaving.abort();
    await expect(left).rejects.toThrow(/cancelled/);
    expect((await stayed).status).toBe(200);
  });
});

test("a storm of equal questions costs one request, and ends with its last caller", async () => {
  const caching = client();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => caching.request(asking({ cacheMs: 10_000 }))),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(server.received).toHaveLength(1);

  const closed = new Promise<void>((resolve) =>
    server.answerWith((response) => response.on("close", resolve)),
  );
  const callers = [new AbortController(), new AbortController()];
  const asked = callers.map(({ signal }) =>
    caching.request(asking({ cacheMs: 10_000, signal, body: "hangs" })).catch(() => "left"),
  );
  await vi.waitFor(() => expect(server.received).toHaveLength(1));
  for (const caller of callers) caller.abort();
  expect(await Promise.all(asked)).toEqual(["left", "left"]);
  await closed;
});

test("every attempt and every cached answer is told once", async () => {
  const told: Partial<RequestFacts>[] = [];
  const telling = client({
    breakAfter: 1_000,
    onRequest: ({ durationMs, host, ...facts }) => {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(host).toBe(`127.0.0.1:${server.port}`);
      told.push(facts);
    },
  });
  server.answerWith(inTurn(json({}, 503), reset, json({})));
  await telling.request(asking({ cacheMs: 10_000 }));
  await telling.request(asking({ cacheMs: 10_000 }));
  server.answerWith(silent);
  await telling.request(asking({ timeoutMs: 30 })).catch(() => undefined);
  await vi.waitFor(() => expect(told).toHaveLength(5));
  const common = { backend: "Thing", method: "GET", cached: false };
  expect(told).toEqual([
    { ...common, attempt: 1, status: 503 },
    { ...common, attempt: 2, errorKind: "unavailable" },
    { ...common, attempt: 3, status: 200 },
    { ...common, attempt: 0, status: 200, cached: true },
    { ...common, attempt: 1, errorKind: "unavailable" },
  ]);
});

describe("no message holds a secret", () => {
  const quoted = (message: string, type = "application/json") =>
    text(type === "text/plain" ? message : JSON.stringify({ message }), 400, { "content-type": type });
  const basic = `Basic ${Buffer.from("reader:pa55-w0rd").toString("base64")}`;
  test.each<[string, Answer, Partial<HttpRequest>]>([
    ["the token quoted", quoted("bad token t0p-s3cret"), { headers: { Authorization: "Bearer t0p-s3cret" } }],
    [
      "in plain text",
      quoted("bad token t0p-s3cret", "text/plain"),
      { headers: { authorization: "ApiKey t0p-s3cret" } },
    ],
    ["the password quoted", quoted("reader:pa55-w0rd is wrong"), { headers: { authorization: basic } }],
    [
      "a key in a header of its own",
      quoted("no t0p-s3cret here"),
      { headers: { "X-Api-Key": "t0p-s3cret" } },
    ],
    ["the encoded password", quoted(`refused ${basic}`), { headers: { authorization: basic } }],
    ["somebody's key", quoted("AKIAIOSFODNN7EXAMPLE expired"), {}],
    ["the query", silent, { timeoutMs: 20 }],
    ["the URL's user", silent, { timeoutMs: 20, url: new URL(server.url.replace("//", "//me:pa55-w0rd@")) }],
    ["a reset", reset, { headers: { authorization: "Bearer t0p-s3cret" } }],
    ["a page", text("<html>t0p-s3cret"), { headers: { authorization: "Bearer t0p-s3cret" } }],
  ])("%s", async (_, answer, more) => {
    server.answerWith(answer);
    const error: unknown = await client({ retries: 0 })
      .requestJson(asking(more), shape)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toMatch(/s3cret|pa55|cGE1NS|AKIA/);
  });
});

describe("requestJson", () => {
  test.each<[string, Answer, object]>([
    ["404", json({ message: "no such thing" }, 404), { kind: "not_found" }],
    ["400", json({ error: { reason: "bad field" } }, 400), { kind: "invalid_input" }],
    ["409", json({}, 409), { kind: "conflict" }],
    ["429", json({}, 429, { "retry-after": "60" }), { kind: "rate_limited", retryAfterMs: 60_000 }],
    ["an empty body", text(""), { kind: "unavailable", message: expect.stringContaining("empty body") }],
    [
      "a secret in the body",
      json({ message: "password=hunter2 was wrong" }, 400),
      { message: expect.stringContaining("password=[redacted]") },
    ],
  ])("maps %s", async (_, answer, expected) => {
    server.answerWith(answer);
    await expect(client().requestJson(asking(), shape)).rejects.toMatchObject(expected);
  });

  test("reads a 2xx of the promised shape", async () => {
    expect(await client().requestJson(asking(), shape)).toEqual({ ok: true });
    expect(server.received[0]?.path).toBe("/api?token=s3cret");
  });
});
