/** Every failure the product speaks of is one of these kinds; the table below is the only mapping. */
export type ErrorKind =
  | "invalid_input"
  | "unauthenticated"
  | "denied"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "unavailable"
  | "not_configured"
  | "bug";

interface ErrorRule {
  readonly status: number;
  readonly title: string;
  /** Whether a job that failed so is worth running again. */
  readonly retryable: boolean;
}

export const errorRules: Readonly<Record<ErrorKind, ErrorRule>> = {
  invalid_input: { status: 400, title: "Invalid input", retryable: false },
  unauthenticated: { status: 401, title: "Not authenticated", retryable: false },
  denied: { status: 403, title: "Denied", retryable: false },
  not_found: { status: 404, title: "Not found", retryable: false },
  conflict: { status: 409, title: "Conflict", retryable: false },
  rate_limited: { status: 429, title: "Rate limited", retryable: true },
  unavailable: { status: 503, title: "Unavailable", retryable: true },
  not_configured: { status: 503, title: "Not configured", retryable: false },
  bug: { status: 500, title: "Internal error", retryable: false },
};

interface AppErrorOptions {
  readonly cause?: unknown;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** HTTP status where the kind's own is not exact enough (413, 415). */
  readonly status?: number | undefined;
}

/** The one error class. `message` is product text: what failed and what to do, for the person at 3 a.m. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly kind: ErrorKind;
  readonly retryAfterMs: number | undefined;
  readonly status: number;

  constructor(kind: ErrorKind, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status ?? errorRules[kind].status;
  }
}

/** Whatever was thrown, as an AppError; anything unknown is a bug and keeps its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("bug", message, { cause: thrown });
}

/** RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly kind: ErrorKind;
}

/** The answer a caller gets. A bug's own message stays inside: only `errorId`, which the log carries too, goes out. */
export function toProblem(error: AppError, errorId?: string): Problem {
  const hidden = error.kind === "bug";
  return {
    type: `urn:oncall:error:${error.kind}`,
    title: errorRules[error.kind].title,
    status: error.status,
    detail: hidden
      ? `Something went wrong on our side (error ${errorId ?? "unknown"}); it is in the log.`
      : error.message,
    kind: error.kind,
  };
}
