import type { FastifyReply } from "fastify";
import type { Turn } from "./script.ts";

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** The API's error body: https://docs.claude.com/en/api/errors */
export function sendError(
  reply: FastifyReply,
  status: number,
  message: string,
  errorCode?: string,
): FastifyReply {
  const request_id = "req_scripted";
  const error = {
    type: errorTypes[status] ?? (status < 500 ? "invalid_request_error" : "api_error"),
    message,
    ...(errorCode === undefined ? {} : { details: { error_code: errorCode } }),
  };
  return reply.code(status).header("request-id", request_id).send({ type: "error", error, request_id });
}

/** The HTTP error that a turn asks for, with its headers. */
export function sendScriptedError(reply: FastifyReply, status: number, turn: Turn): FastifyReply {
  if (turn.retryAfter !== undefined) reply.header("retry-after", String(turn.retryAfter));
  if (turn.retryAtSeconds !== undefined) {
    reply.header("retry-after", new Date(Date.now() + turn.retryAtSeconds * 1000).toUTCString());
  }
  if (turn.rawBody !== undefined) return reply.code(status).type("text/html").send(turn.rawBody);
  return sendError(reply, status, turn.message ?? "Scripted failure", turn.errorCode);
}
