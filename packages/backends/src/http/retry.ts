import { DelegateBackoff, handleWhenResult, type RetryPolicy, retry } from "cockatiel";
import { errorCode, retryAfterMs } from "./failures.ts";
import type { HttpResponse } from "./types.ts";

interface RetryOptions {
  readonly retries: number;
  readonly baseDelayMs: number;
  readonly idempotent: boolean;
  /** When the whole exchange ends, on `performance.now()`'s scale. */
  readonly endsAt: number;
}

const MAX_DELAY_MS = 5_000;
const transientStatus: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const neverConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const brokeOff: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"]);

/**
 * Tries again what may pass by itself: exponential backoff with full jitter, or the delay that the other side
 * asks for. A delay that does not fit into the time left is not waited for: the answer is given back as it is.
 * Timeouts are not tried again, for the time is over then.
 */
export function retryPolicy(options: RetryOptions): RetryPolicy {
  const worthwhile = (result: unknown) => {
    const response = result as HttpResponse;
    const transient = options.idempotent ? transientStatus.has(response.status) : response.status === 429;
    return transient && performance.now() + (retryAfterMs(response) ?? 0) < options.endsAt;
  };
  const reconnectable = (error: Error) => {
    const code = errorCode(error) ?? "";
    return neverConnected.has(code) || (options.idempotent && brokeOff.has(code));
  };
  return retry(handleWhenResult(worthwhile).orWhen(reconnectable), {
    maxAttempts: options.retries,
    backoff: new DelegateBackoff(({ attempt, result }) => {
      const asked = "value" in result ? retryAfterMs(result.value as HttpResponse) : undefined;
      const jitter = Math.random() * Math.min(MAX_DELAY_MS, options.baseDelayMs * 2 ** (attempt - 1));
      // Beyond the asked time too, or all who were told the same would come back at the same moment.
      return (asked ?? 0) + jitter;
    }),
  });
}
