import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "@oncall/core";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { MessagesRequest } from "./conversation.ts";
import { sendError, sendScriptedError } from "./errors.ts";
import { chooseTurn, compose, countTokens } from "./play.ts";
import { createPromptCache } from "./prompt-cache.ts";
import { loadScript, type Script, type Turn } from "./script.ts";
import { stream } from "./stream.ts";
import { toEvents, toMessage } from "./stream-events.ts";
import { requestProblem } from "./validate-request.ts";

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Only the newest requests are kept for inspection. */
const MAX_KEPT_REQUESTS = 500;

/** Turns, or the name of a built-in script, or the path of a YAML file; or what answers each request. */
export type ScriptSource = string | Script | readonly Turn[] | ((request: MessagesRequest) => Turn);

export interface ScriptedModelOptions {
  readonly script: ScriptSource;
  /** Input tokens that fit; what is longer is refused as the API refuses it. Default: any. */
  readonly contextWindow?: number;
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
  /** From now on it says something else. */
  play(script: ScriptSource): void;
  close(): Promise<void>;
}

/**
 * A server on 127.0.0.1 that speaks the Messages API (POST /v1/messages, streamed or not, and
 * /v1/messages/count_tokens) and says what a script tells it to: no model is behind it. Any key is accepted,
 * none is not. API: https://docs.anthropic.com/en/api/messages
 */
export async function startScriptedModel({
  script,
  contextWindow = Number.POSITIVE_INFINITY,
  port = 0,
}: ScriptedModelOptions): Promise<ScriptedModel> {
  let turnFor = player(script);
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

    const size = countTokens(body);
    if (size > contextWindow) {
      return sendError(reply, 400, `prompt is too long: ${size} tokens > ${contextWindow} maximum`);
    }
    const turn = turnFor(body);
    if (turn.holdUntil === "never") return reply.hijack();
    await turn.holdUntil;
    if (turn.error !== undefined) return sendScriptedError(reply, turn.error, turn);
    if (turn.hangUp) {
      reply.hijack();
      return reply.raw.socket?.destroy();
    }
    const answer = compose(turn, body, cache.count(body));
    if (body.stream !== true) return reply.send(toMessage(answer));
    reply.hijack();
    await stream(reply.raw, toEvents(answer, turn.malformedToolInput), turn);
  });

  const url = await app.listen({ host: "127.0.0.1", port });
  return {
    url,
    requests,
    play: (next) => {
      turnFor = player(next);
    },
    close: () => app.close(),
  };
}

function player(script: ScriptSource): (request: MessagesRequest) => Turn {
  if (typeof script === "function") return script;
  const playing = toScript(script);
  const played = new Set<Turn>();
  return (request) => chooseTurn(playing, request, played);
}

function toScript(script: string | Script | readonly Turn[]): Script {
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

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : 500;
}
