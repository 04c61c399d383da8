import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { ErrorKind } from "@oncall/core";
import { testCertificate, testKey } from "./test-tls.ts";

export interface Received {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received) => void;

/** A real server on loopback that answers as told and remembers what it was asked. For tests. */
export async function startServer(answer: Answer, { tls = false } = {}) {
  const received: Received[] = [];
  let current = answer;
  const listener: RequestListener = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const entry = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
    received.push(entry);
    current(response, entry);
  };
  const server = tls
    ? createTlsServer({ cert: testCertificate, key: testKey }, listener)
    : createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    received,
    answerWith(next: Answer) {
      current = next;
      received.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

export function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
    response.end(body);
  };
}

export const reset: Answer = (response) => {
  response.socket?.resetAndDestroy();
};

/** Headers and half of the promised body, then the connection goes. */
export const brokenOff: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"half":', () => response.socket?.destroy());
};

export const silent: Answer = () => {};

export type FailureCase = readonly [name: string, answer: Answer, kind: ErrorKind, says: RegExp];

/** What every client must make of the failures that every system has. */
export const failures: readonly FailureCase[] = [
  ["a login page", text("<!doctype html><title>Sign in</title>"), "unavailable", /web page instead of JSON/],
  ["half a document", text('{"status":"succ'), "unavailable", /broken JSON/],
  ["another shape", json({ unexpected: true }), "unavailable", /another shape/],
  ["401", json({ message: "Unauthorized" }, 401), "unauthenticated", /check /],
  ["403", json({ message: "not for you" }, 403), "denied", /not for you/],
  ["429", json({}, 429, { "retry-after": "60" }), "rate_limited", /again in 60 s/],
  ["500", json({ error: "out of heap" }, 500), "unavailable", /out of heap/],
  ["a redirect", text("", 302, { location: "https://login.example/" }), "unavailable", /redirected/],
  ["a body that ends early", brokenOff, "unavailable", /broke off/],
  ["a reset", reset, "unavailable", /broke off/],
];
