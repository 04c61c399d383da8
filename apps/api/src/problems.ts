import { AppError, newId, toAppError, toProblem } from "@oncall/core";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Every failure leaves as RFC 9457 problem details; a bug is logged here, once, under the id the caller gets. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((thrown: unknown, request, reply) => send(understand(thrown), request, reply));
  app.setNotFoundHandler((request, reply) =>
    send(
      new AppError(
        "not_found",
        `There is no ${request.method} ${request.url.split("?", 1)[0]}; /docs lists what there is.`,
      ),
      request,
      reply,
    ),
  );
}

function send(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const errorId = newId("err");
  if (error.kind === "bug") request.log.error({ err: error, errorId }, "request failed");
  else request.log.debug({ err: error }, "request refused");
  if (error.kind === "unauthenticated") reply.header("www-authenticate", 'Bearer realm="oncall"');
  if (error.retryAfterMs !== undefined) reply.header("retry-after", Math.ceil(error.retryAfterMs / 1000));
  return reply.status(error.status).type("application/problem+json").send(toProblem(error, errorId));
}

/** What Fastify itself refuses, in our words. */
function understand(thrown: unknown): AppError {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return toAppError(thrown);
  const { statusCode = 500, code, validation } = thrown as FastifyError;
  if (validation) return new AppError("invalid_input", `${thrown.message}.`, { cause: thrown });
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new AppError("invalid_input", "The body is larger than this address accepts.", {
      cause: thrown,
      status: 413,
    });
  }
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return new AppError(
      "invalid_input",
      "This address does not accept that Content-Type; send application/json.",
      { cause: thrown, status: 415 },
    );
  }
  if (statusCode >= 400 && statusCode < 500)
    return new AppError("invalid_input", thrown.message, { cause: thrown, status: statusCode });
  return toAppError(thrown);
}
