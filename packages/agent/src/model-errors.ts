import Anthropic from "@anthropic-ai/sdk";
import { AppError, type ErrorKind, redact } from "@oncall/core";
import { retryAfterMs } from "./retry-after.ts";

const MAX_QUOTED = 300;

interface Rule {
  readonly kind: ErrorKind;
  /**
   * What it says of the model's health: `at_once` when nobody can be served until a person acts, `counts` when it
   * may pass, `none` when the endpoint works and this one request does not.
   */
  readonly breaker: "at_once" | "counts" | "none";
  /** What is wrong and what to do, for the person who reads the thread. */
  readonly says: (about: About) => string;
}

interface About {
  readonly model: string;
  /** HTTP status, or the error's type where a stream carried it. */
  readonly code: string;
  /** The endpoint's own words, ready to follow a sentence; empty when it gave none. */
  readonly quote: string;
}

/** Every way in which a model call fails. Retries come before: see model.ts. */
const rules = {
  stopped: {
    kind: "unavailable",
    breaker: "none",
    says: () => "The investigation was stopped before the model had answered.",
  },
  timed_out: {
    kind: "unavailable",
    breaker: "counts",
    says: () => "The model API did not answer in time. Run it again in a few minutes.",
  },
  unreachable: {
    kind: "unavailable",
    breaker: "counts",
    says: () => "The model API cannot be reached. Check ANTHROPIC_BASE_URL and the network from the worker.",
  },
  broken_stream: {
    kind: "unavailable",
    breaker: "counts",
    says: () => "The model's answer broke off, also when asked again. Run it again.",
  },
  invalid_key: {
    kind: "unauthenticated",
    breaker: "at_once",
    says: () => "The model API refused the key (401). Set a valid ANTHROPIC_API_KEY.",
  },
  no_credit: {
    kind: "denied",
    breaker: "at_once",
    says: ({ quote }) =>
      `The model account is out of credit or at its spend limit. Top it up, raise the limit, or set another ANTHROPIC_API_KEY.${quote}`,
  },
  forbidden: {
    kind: "denied",
    breaker: "counts",
    says: ({ model, quote }) =>
      `The key may not use the model ${model} (403). Allow it, or configure another.${quote}`,
  },
  unknown_model: {
    kind: "not_configured",
    breaker: "counts",
    says: ({ model }) => `The model API knows no model ${model} (404). Configure another.`,
  },
  context_overflow: {
    kind: "invalid_input",
    breaker: "none",
    says: ({ model }) =>
      `The evidence grew larger than the model ${model} can read at once. Ask about a narrower time or service.`,
  },
  rejected: {
    kind: "invalid_input",
    breaker: "none",
    says: ({ code, quote }) => `The model API did not accept the request (${code}).${quote}`,
  },
  rate_limited: {
    kind: "rate_limited",
    breaker: "counts",
    says: () =>
      "The model API's rate limit is reached (429). Run it again later, or raise the account's limit.",
  },
  overloaded: {
    kind: "unavailable",
    breaker: "counts",
    says: () => "The model API is overloaded (529). Run it again in a few minutes.",
  },
  api_failed: {
    kind: "unavailable",
    breaker: "counts",
    says: ({ code }) => `The model API failed (${code}). Run it again in a few minutes.`,
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type ModelFailure = keyof typeof rules;

/** A failed model call: an AppError that knows which row of the table it is. */
export class ModelError extends AppError {
  readonly failure: ModelFailure;
  readonly breaker: Rule["breaker"];

  constructor(failure: ModelFailure, about: Partial<About> & { model: string }, cause?: unknown) {
    const { kind, breaker, says } = rules[failure];
    const wait = cause instanceof Anthropic.APIError ? retryAfterMs(cause.headers) : undefined;
    super(kind, says({ code: "no status", quote: "", ...about }), { cause, retryAfterMs: wait });
    this.failure = failure;
    this.breaker = breaker;
  }
}

/** Whatever a model call threw, as the table has it; what is not the model's failure is a bug and keeps its cause. */
export function explainModelError(thrown: unknown, model: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const failure = failureOf(thrown);
  if (failure === null)
    return new AppError("bug", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  const error = thrown instanceof Anthropic.APIError ? thrown : undefined;
  const said = redact(error?.apiMessage ?? "").slice(0, MAX_QUOTED);
  const code = String(error?.status ?? error?.type ?? "no status");
  return new ModelError(failure, { model, code, quote: said === "" ? "" : ` It said: ${said}` }, thrown);
}

/** The conversation no longer fits into the model's window: worth compacting and asking again. */
export function isContextOverflow(thrown: unknown): boolean {
  return (thrown instanceof ModelError ? thrown.failure : failureOf(thrown)) === "context_overflow";
}

/** As `isContextOverflow`, for an answer that stopped there: `model_context_window_exceeded`. */
export function contextFull(model: string): ModelError {
  return new ModelError("context_overflow", { model });
}

/** A stream that began and broke: dropped, silent, overloaded half-way, or carrying what is not JSON. Worth one more try. */
export function isBrokenStream(thrown: unknown): boolean {
  if (thrown instanceof Anthropic.APIConnectionError || thrown instanceof Anthropic.APIUserAbortError)
    return false;
  if (thrown instanceof Anthropic.APIError) {
    return thrown.status === undefined && thrown.type !== "invalid_request_error";
  }
  return thrown instanceof Anthropic.AnthropicError;
}

/** Error shapes: https://docs.claude.com/en/api/errors. Gateways keep the statuses and put it in their own words. */
function failureOf(thrown: unknown): ModelFailure | null {
  if (thrown instanceof Anthropic.APIUserAbortError) return "stopped";
  if (thrown instanceof Anthropic.APIConnectionTimeoutError) return "timed_out";
  if (thrown instanceof Anthropic.APIConnectionError) return "unreachable";
  if (thrown instanceof Anthropic.APIError) {
    const { type, errorCode, apiMessage } = thrown;
    return failureOfAnswer(
      thrown.status ?? statusOfType[type ?? ""],
      errorCode ?? type ?? "",
      apiMessage ?? "",
    );
  }
  return thrown instanceof Anthropic.AnthropicError ? "broken_stream" : null;
}

const OUT_OF_CREDIT =
  /billing|spend_limit|credit balance|spend limit|usage limits|budget has been exceeded|insufficient (?:credit|quota|balance)/i;
const TOO_LONG = /too long|too large|context (?:window|length|limit)|maximum context/i;

function failureOfAnswer(status: number | undefined, code: string, message: string): ModelFailure {
  if (status === 401) return "invalid_key";
  if (status === 402 || OUT_OF_CREDIT.test(`${code} ${message}`)) return "no_credit";
  if (status === 403) return "forbidden";
  if (status === 404) return "unknown_model";
  if (status === 413 || TOO_LONG.test(message)) return "context_overflow";
  if (status === 429) return "rate_limited";
  if (status === 408 || status === 504) return "timed_out";
  if (status === 529) return "overloaded";
  return status !== undefined && status >= 500 ? "api_failed" : "rejected";
}

/** Errors inside a stream carry a type only. */
const statusOfType: Readonly<Record<string, number>> = {
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  rate_limit_error: 429,
  timeout_error: 504,
  api_error: 500,
  overloaded_error: 529,
};
