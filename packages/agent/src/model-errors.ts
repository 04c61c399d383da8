import Anthropic from "@anthropic-ai/sdk";
import { AppError, type ErrorKind, redact } from "@oncall/core";

const MAX_QUOTED = 300;

/**
 * What a failed model call means to the person who reads the thread: what is wrong and what to do.
 * The SDK has already retried what is worth it (connection, 408, 409, 429, 5xx).
 * Error shapes: https://docs.anthropic.com/en/api/errors
 */
export function explainModelError(thrown: unknown, model: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Anthropic.APIUserAbortError) {
    return failure("unavailable", "The investigation was stopped before the model had answered.", thrown);
  }
  if (thrown instanceof Anthropic.APIConnectionTimeoutError) {
    return failure(
      "unavailable",
      "The model API did not answer in time. Run it again in a few minutes.",
      thrown,
    );
  }
  if (thrown instanceof Anthropic.APIConnectionError) {
    return failure(
      "unavailable",
      "The model API cannot be reached. Check ANTHROPIC_BASE_URL and the network from the worker.",
      thrown,
    );
  }
  if (thrown instanceof Anthropic.APIError) return explainStatus(thrown, model);
  if (thrown instanceof Anthropic.AnthropicError) {
    return failure(
      "unavailable",
      "The model's answer broke off, also when asked again. Run it again.",
      thrown,
    );
  }
  return failure("bug", thrown instanceof Error ? thrown.message : String(thrown), thrown);
}

/** A stream that began and broke: dropped, overloaded half-way, or carrying what is not JSON. Worth one more try. */
export function isBrokenStream(thrown: unknown): boolean {
  if (thrown instanceof Anthropic.APIConnectionError || thrown instanceof Anthropic.APIUserAbortError)
    return false;
  if (thrown instanceof Anthropic.APIError) {
    return thrown.status === undefined && thrown.type !== "invalid_request_error";
  }
  return thrown instanceof Anthropic.AnthropicError;
}

function explainStatus(error: InstanceType<typeof Anthropic.APIError>, model: string): AppError {
  const said = redact(error.apiMessage ?? "").slice(0, MAX_QUOTED);
  const quoted = said === "" ? "" : ` It said: ${said}`;
  const status = error.status ?? statusOf(error.type);
  if (status === 401) {
    return failure(
      "unauthenticated",
      "The model API refused the key (401). Set a valid ANTHROPIC_API_KEY.",
      error,
    );
  }
  if (status === 402 || /credit balance/i.test(said)) {
    return failure(
      "denied",
      "The model account is out of credit. Top it up, or set another ANTHROPIC_API_KEY.",
      error,
    );
  }
  if (status === 403) {
    return failure(
      "denied",
      `The key may not use the model ${model} (403). Allow it, or configure another.${quoted}`,
      error,
    );
  }
  if (status === 404) {
    return failure(
      "not_configured",
      `The model API knows no model ${model} (404). Configure another.`,
      error,
    );
  }
  if (status === 413 || /too long|too large|context (?:window|length)/i.test(said)) {
    return contextFull(model, error);
  }
  if (status === 429) {
    return failure(
      "rate_limited",
      "The model API's rate limit is reached (429). Run it again later, or raise the account's limit.",
      error,
      retryAfterMs(error.headers),
    );
  }
  if (status === 529) {
    return failure(
      "unavailable",
      "The model API is overloaded (529). Run it again in a few minutes.",
      error,
      retryAfterMs(error.headers),
    );
  }
  if (status !== undefined && status >= 500) {
    return failure("unavailable", `The model API failed (${status}). Run it again in a few minutes.`, error);
  }
  return failure(
    "invalid_input",
    `The model API did not accept the request (${status ?? error.type ?? "no status"}).${quoted}`,
    error,
  );
}

/** What was collected no longer fits into the model's context window. */
export function contextFull(model: string, cause?: unknown): AppError {
  return failure(
    "invalid_input",
    `The evidence grew larger than the model ${model} can read at once. Ask about a narrower time or service.`,
    cause,
  );
}

/** Some endpoints, and some models while they think, take no tool_choice that names a tool. */
export function refusesForcedTool(thrown: unknown): boolean {
  return thrown instanceof Anthropic.BadRequestError && /tool_choice/i.test(thrown.apiMessage ?? "");
}

/** Errors inside a stream carry a type only. */
function statusOf(type: string | null): number | undefined {
  if (type === "overloaded_error") return 529;
  if (type === "rate_limit_error") return 429;
  return type === "api_error" || type === "timeout_error" ? 500 : undefined;
}

function retryAfterMs(headers: Headers | undefined): number | undefined {
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function failure(kind: ErrorKind, message: string, cause: unknown, retryAfterMs?: number): AppError {
  return new AppError(kind, message, { cause, retryAfterMs });
}
