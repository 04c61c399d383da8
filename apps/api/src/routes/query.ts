import { Readable } from "node:stream";
import type { Conversation, ConversationStore, Turn } from "@oncall/incidents";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Accept } from "../accept.ts";
import { ended, type FollowDeps } from "../follow.ts";
import { answerEvents } from "./query-events.ts";
import { Answered, Pending, QueryBody, QueryOptions, SessionBody, toAnswer } from "./query-schemas.ts";

export interface QueryRoutesOptions extends FollowDeps {
  readonly conversations: ConversationStore;
  readonly accept: Accept;
}

/** A caller who does not stream is told where to look after this, unless `Prefer: wait=` says another time. */
const WAIT_SECONDS = 110;
const MAX_WAIT_SECONDS = 600;
const MAX_BODY_BYTES = 64 * 1024;
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const responses = { 200: Answered, 202: Pending };
const streams =
  "With `Accept: text/event-stream` (or `?stream=true`) the answer is a stream of the events `step`, `text`, `done` and `error`; the run goes on when the reader goes away, unless `?on_disconnect=cancel` is given. An answer that is not there within 110 seconds (`Prefer: wait=SECONDS`, at most 600) is answered by 202 and where to look.";

interface Asking {
  readonly message: string;
  readonly session: Conversation;
  /** Whether the session's times are part of the answer. */
  readonly tellTimes: boolean;
}

/** Questions (SPEC §10). Here they are recorded, followed and answered; a worker does the work. */
export function queryRoutes({ conversations, accept, turns, news }: QueryRoutesOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    // Whoever waits is told where to look when this process closes.
    const closing = new AbortController();
    app.addHook("preClose", async () => closing.abort());

    app.post<{ Body: QueryBody; Querystring: QueryOptions }>(
      "/query",
      {
        bodyLimit: MAX_BODY_BYTES,
        schema: {
          summary: "Ask a question",
          description: streams,
          body: QueryBody,
          querystring: QueryOptions,
          response: responses,
        },
      },
      async (request, reply) => {
        const { message, session_id } = request.body;
        const session = await (session_id === undefined
          ? conversations.begin()
          : conversations.touch(session_id));
        return ask({ message, session, tellTimes: false }, request, reply);
      },
    );

    app.post<{ Body: SessionBody; Querystring: QueryOptions }>(
      "/session",
      {
        bodyLimit: MAX_BODY_BYTES,
        schema: {
          summary: "Begin a conversation with its first question",
          description: streams,
          body: SessionBody,
          querystring: QueryOptions,
          response: responses,
        },
      },
      async (request, reply) => {
        const session = await conversations.begin();
        return ask({ message: request.body.initial_message, session, tellTimes: true }, request, reply);
      },
    );

    app.get<{ Params: { id: string } }>(
      "/query/:id",
      { schema: { summary: "A question and its answer, if it is there", params: Id, response: responses } },
      async (request, reply) => answer(await turns.get(request.params.id), reply),
    );

    app.get<{ Params: { id: string } }>(
      "/query/:id/events",
      {
        schema: {
          summary:
            "The steps and the answer as server-sent events, from the beginning or after Last-Event-ID",
          params: Id,
        },
      },
      async (request, reply) => stream(await turns.get(request.params.id), request, reply),
    );

    app.delete<{ Params: { id: string } }>(
      "/query/:id",
      { schema: { summary: "Cancel a question: its run stops", params: Id, response: responses } },
      async (request, reply) => answer(await turns.cancel(request.params.id), reply),
    );

    app.get<{ Params: { id: string } }>(
      "/session/:id",
      { schema: { summary: "A conversation with its last 100 questions and answers", params: Id } },
      async (request) => {
        const session = await conversations.get(request.params.id);
        return {
          session_id: session.id,
          created_at: session.createdAt,
          expires_at: session.expiresAt,
          incident: session.incidentId,
          turns: (await conversations.turns(session.id)).map((turn) => ({
            message: turn.question,
            asked_at: turn.createdAt,
            ...toAnswer(turn),
          })),
        };
      },
    );

    async function ask(
      { message, session, tellTimes }: Asking,
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<FastifyReply> {
      const turn = await turns.ask({ conversationId: session.id, question: message, askedBy: null });
      await accept({
        source: "api",
        deliveryId: turn.id,
        kind: "answer-question",
        payload: { via: "api", turnId: turn.id },
      });
      const times = tellTimes ? session : null;
      if (wantsStream(request)) return stream(turn, request, reply, times);
      const waited = AbortSignal.any([
        closing.signal,
        gone(reply),
        AbortSignal.timeout(waitSeconds(request) * 1000),
      ]);
      return answer(await ended(turn.id, { turns, news }, waited), reply, times);
    }

    function stream(
      turn: Turn,
      request: FastifyRequest,
      reply: FastifyReply,
      times: Conversation | null = null,
    ): FastifyReply {
      const left = gone(reply);
      const signal = AbortSignal.any([closing.signal, left]);
      const { on_disconnect } = request.query as QueryOptions;
      if (on_disconnect === "cancel") {
        left.addEventListener("abort", () => {
          turns
            .cancel(turn.id)
            .catch((err: unknown) => request.log.warn({ err }, "a question could not be cancelled"));
        });
      }
      const after = Number(request.headers["last-event-id"] ?? 0);
      const events = answerEvents(
        turn,
        Number.isSafeInteger(after) ? after : 0,
        { turns, news },
        signal,
        times,
      );
      return reply
        .type("text/event-stream; charset=utf-8")
        .header("location", `/query/${turn.id}`)
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no")
        .send(Readable.from(events));
    }
  };
}

function answer(turn: Turn, reply: FastifyReply, times: Conversation | null = null): FastifyReply {
  const body = toAnswer(turn, times);
  return reply
    .status("response" in body ? 200 : 202)
    .header("location", `/query/${turn.id}`)
    .send(body);
}

/** Aborted when the caller goes away before the answer is sent. */
function gone(reply: FastifyReply): AbortSignal {
  const abort = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) abort.abort();
  });
  return abort.signal;
}

function wantsStream({ headers, query }: FastifyRequest): boolean {
  return (query as QueryOptions).stream === "true" || (headers.accept ?? "").includes("text/event-stream");
}

/** RFC 7240's `wait`. */
function waitSeconds({ headers }: FastifyRequest): number {
  const asked = /\bwait=(\d{1,6})\b/.exec(String(headers.prefer ?? ""))?.[1];
  return asked === undefined ? WAIT_SECONDS : Math.min(Number(asked), MAX_WAIT_SECONDS);
}
