import type { Conversation, Turn } from "@oncall/incidents";
import { type Static, Type } from "typebox";

/** Long enough for a question with an excerpt of a log; a whole log belongs into a backend. */
const MAX_MESSAGE = 8_000;
const Message = (description: string) =>
  Type.String({ minLength: 1, maxLength: MAX_MESSAGE, pattern: "\\S", description });

export const QueryBody = Type.Object(
  {
    message: Message("The question, in plain words"),
    session_id: Type.Optional(
      Type.String({ maxLength: 64, description: "Continues that conversation; left out, a new one begins" }),
    ),
  },
  { additionalProperties: false },
);
export type QueryBody = Static<typeof QueryBody>;

export const SessionBody = Type.Object(
  { initial_message: Message("The first question of the conversation") },
  { additionalProperties: false },
);
export type SessionBody = Static<typeof SessionBody>;

export const QueryOptions = Type.Object(
  {
    stream: Type.Optional(
      Type.Union([Type.Literal("true"), Type.Literal("false")], {
        description: "`true`: server-sent events, as with `Accept: text/event-stream`",
      }),
    ),
    on_disconnect: Type.Optional(
      Type.Union([Type.Literal("continue"), Type.Literal("cancel")], {
        description: "What becomes of the run when a stream's reader goes away; default `continue`",
      }),
    ),
  },
  { additionalProperties: false },
);
export type QueryOptions = Static<typeof QueryOptions>;

const Metadata = Type.Object({
  query_time: Type.String({ description: "From question to answer, such as 14.2s" }),
  tokens_used: Type.Integer({ description: "All kinds, all model calls; 0 when no model was asked" }),
  cost_usd: Type.Union([Type.Number(), Type.Null()], {
    description: "US dollars; null when the model's price is not known",
  }),
  tools_called: Type.Array(Type.String()),
  model: Type.Union([Type.String(), Type.Null()]),
  route: Type.Union([Type.Literal("lookup"), Type.Literal("diagnosis"), Type.Literal("question")]),
  evidence: Type.Array(Type.String(), { description: "Cited in the response; GET /api/evidence/:id" }),
  incident: Type.Union([Type.String(), Type.Null()], { description: "GET /api/incidents/:id" }),
});

const Times = {
  created_at: Type.Optional(Type.String({ description: "Of the session; with POST /session" })),
  expires_at: Type.Optional(
    Type.String({ description: "Of the session, 30 minutes after its last question; with POST /session" }),
  ),
};

export const Answered = Type.Object({
  response: Type.String({ description: "Markdown" }),
  session_id: Type.String(),
  query_id: Type.String(),
  status: Type.Union([Type.Literal("done"), Type.Literal("failed"), Type.Literal("cancelled")]),
  metadata: Metadata,
  ...Times,
});

export const Pending = Type.Object({
  session_id: Type.String(),
  query_id: Type.String(),
  status: Type.Union([Type.Literal("queued"), Type.Literal("running")]),
  detail: Type.String(),
  result: Type.String({ description: "GET it for the answer" }),
  events: Type.String({ description: "GET it for the steps and the answer as they come" }),
  ...Times,
});

type Times = Pick<Conversation, "createdAt" | "expiresAt"> | null;

/** A turn as the API answers it; `session` adds its times. */
export function toAnswer(
  turn: Turn,
  session: Times = null,
): Static<typeof Answered> | Static<typeof Pending> {
  const { id, conversationId, status, response, metadata } = turn;
  const times = session === null ? {} : { created_at: session.createdAt, expires_at: session.expiresAt };
  if (status === "queued" || status === "running" || response === null || metadata === null) {
    return {
      session_id: conversationId,
      query_id: id,
      status: status === "running" ? "running" : "queued",
      detail: `It is being worked on. GET /query/${id} has the answer when it is there, GET /query/${id}/events streams it.`,
      result: `/query/${id}`,
      events: `/query/${id}/events`,
      ...times,
    };
  }
  return {
    response,
    session_id: conversationId,
    query_id: id,
    status,
    metadata: { ...metadata, tools_called: [...metadata.tools_called], evidence: [...metadata.evidence] },
    ...times,
  };
}
