import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { AppError } from "@oncall/core";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { MessagesRequest } from "./conversation.ts";
import { chooseTurn, compose, countTokens } from "./play.ts";
import { createPromptCache } from "./prompt-cache.ts";
import { loadScript, type Script, type Turn } from "./script.ts";
import { type StreamEvent, toEvents, toMessage } from "./stream-events.ts";
import { requestProblem } from "./validate-request.ts";

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Only the newest requests are kept for inspection. */
const MAX_KEPT_REQUESTS = 500;

export interface ScriptedModelOptions {
  /** Turns, or the name of a built-in script (`echo-first-look`) or the path of a YAML file. */
  readonly script: string | Script | readonly Turn[];
  /** Default: any free one. */
  readonly port?: number;
}

export interface ReceivedRequest {
  readonly bytes: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: MessagesRequest;
}

export interface ScriptedModel {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Those to /v1/messages, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/**
 * A server on 127.0.0.1 that speaks the Messages API (POST /v1/messages, streamed or not, and
 * /v1/messages/count_tokens) and says what a script tells it to: no model is behind it. Any key is accepted,
 * none is not. API: https://docs.anthropic.com/en/api/messages
 */
export async function startScriptedModel({ script, port = 0 }: ScriptedModelOptions): Promise<ScriptedModel> {
  const playing = toScript(script);
  const played = new Set<Turn>();
  const cache = createPromptCache();
  const requests: ReceivedRequest[] = [];

  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  const sizes = rememberSizes(app);
  app.setErrorHandler((error: unknown, _request, reply) => {
    const invalid = error instanceof AppError ? error.kind === "invalid_input" : statusOf(error) < 500;
    sendError(reply, invalid ? 400 : 500, error instanceof Error ? error.message : String(error));
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, 404, "Not found"));
  app.addHook("onRequest", async (request, reply) => {
    const { authorization, "x-api-key": key } = request.headers;
    // The SDK sends its key as a bearer token since 1.10; curl and other clients send x-api-key.
    if (key || /^Bearer \S/.test(authorization ?? "")) return;
    return sendError(reply, 401, "x-api-key header is required");
  });

  app.post("/v1/messages/count_tokens", (request, reply) => {
    const problem = requestProblem(request.body, true);
    if (problem !== null) return sendError(reply, 400, problem);
    return reply.send({ input_tokens: countTokens(request.body as MessagesRequest) });
  });

  app.post("/v1/messages", async (request, reply) => {
    const problem = requestProblem(request.body);
    const body = request.body as MessagesRequest;
    requests.push({ bytes: sizes.get(request) ?? 0, headers: request.headers, body });
    if (requests.length > MAX_KEPT_REQUESTS) requests.shift();
    if (problem !== null) return sendError(reply, 400, problem);

    const turn = chooseTurn(playing, body, played);
    if (turn.error !== undefined) {
      if (turn.retryAfter !== undefined) reply.header("retry-after", String(turn.retryAfter));
      return sendError(reply, turn.error, turn.message ?? "Scripted failure");
    }
    const answer = compose(turn, body, cache.count(body));
    if (turn.holdUntil === "never") return reply.hijack();
    await turn.holdUntil;
    if (body.stream !== true) return reply.send(toMessage(answer));
    reply.hijack();
    stream(reply.raw, toEvents(answer, turn.malformedToolInput), turn);
  });

  const url = await app.listen({ host: "127.0.0.1", port });
  return { url, requests, close: () => app.close() };
}

function toScript(script: ScriptedModelOptions["script"]): Script {
  if (typeof script === "string") return loadScript(script);
  return "turns" in script ? script : { name: "of the test", turns: script };
}

/** The bytes of each body as they came over the wire. */
function rememberSizes(app: FastifyInstance): WeakMap<FastifyRequest, number> {
  const sizes = new WeakMap<FastifyRequest, number>();
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body: Buffer, done) => {
    sizes.set(request, body.length);
    try {
      done(null, JSON.parse(body.toString("utf8")));
    } catch {
      done(new AppError("invalid_input", "The request body is not valid JSON."));
    }
  });
  return sizes;
}

function stream(raw: ServerResponse, events: readonly StreamEvent[], turn: Turn): void {
  raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  if (turn.streamError !== undefined) {
    const failure = { type: "error", error: { type: turn.streamError, message: "Scripted failure" } };
    for (const event of [...events.slice(0, 4), failure]) write(raw, event);
    raw.end();
    return;
  }
  const sent = events.slice(0, turn.disconnectAfter);
  for (const event of sent) write(raw, event);
  if (sent.length === events.length) raw.end();
  // What was written goes out first; then the socket closes without the end that chunked encoding needs.
  else raw.write("", () => setImmediate(() => raw.socket?.destroy()));
}

function write(raw: ServerResponse, event: StreamEvent): void {
  raw.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

/** The API's error body: https://docs.anthropic.com/en/api/errors */
function sendError(reply: FastifyReply, status: number, message: string): FastifyReply {
  const error = { type: errorTypes[status] ?? "api_error", message };
  return reply.code(status).send({ type: "error", error, request_id: "req_scripted" });
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : 500;
}
