import { Agent, type Dispatcher } from "undici";
import { readJson, readText } from "./body.ts";
import { answerCache } from "./cache.ts";
import { withDeadline } from "./deadline.ts";
import { exchange } from "./exchange.ts";
import { exchangeError } from "./failures.ts";
import { hostPolicies } from "./host-policy.ts";
import { retryPolicy } from "./retry.ts";
import type { AgentConnect, Http, HttpRequest, HttpResponse, Logger } from "./types.ts";

export interface HttpOptions {
  /** Whole exchange, retries included; 10 s. */
  readonly timeoutMs?: number;
  /** Largest body; 16 MiB. */
  readonly maxBytes?: number;
  /** Further attempts after the first; 2. */
  readonly retries?: number;
  /** Upper bound of the first backoff, doubled each time; 200 ms. */
  readonly baseDelayMs?: number;
  /** Requests under way at once per host; 8. */
  readonly concurrencyPerHost?: number;
  /** Failures in a row that open a host's circuit; 5. */
  readonly breakAfter?: number;
  /** How long an open circuit waits before it probes; 10 s. */
  readonly breakMs?: number;
  readonly logger?: Logger | undefined;
}

const defaults = {
  timeoutMs: 10_000,
  maxBytes: 16 * 1024 * 1024,
  retries: 2,
  baseDelayMs: 200,
  concurrencyPerHost: 8,
  breakAfter: 5,
  breakMs: 10_000,
};

/** Keep-alive pools, total timeout, retry, circuit breaker and concurrency limit per host, size bound, cache. */
export function createHttp(options: HttpOptions = {}): Http {
  const settings = { ...defaults, ...options };
  const { logger } = settings;
  const policyOf = hostPolicies({ ...settings, concurrency: settings.concurrencyPerHost, logger });
  const cached = answerCache();
  const agents: Agent[] = [];
  const agent = (connect?: AgentConnect): Dispatcher => {
    const made = new Agent({
      connections: settings.concurrencyPerHost,
      ...(connect === undefined ? {} : { connect }),
    });
    agents.push(made);
    return made;
  };
  const shared = agent();

  /** One exchange with its retries; each attempt asks the host's circuit and waits for its turn anew. */
  async function send(request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<HttpResponse> {
    const retry = retryPolicy({
      ...settings,
      idempotent: request.idempotent ?? (request.method ?? "GET") === "GET",
      endsAt: performance.now() + timeoutMs,
    });
    retry.onRetry(({ attempt, delay }) =>
      logger?.debug(
        { system: request.system, host: request.url.host, attempt, delayMs: Math.round(delay) },
        "backend request retried",
      ),
    );
    const policy = policyOf(request);
    const attempt = () =>
      exchange(request, request.dispatcher ?? shared, request.maxBytes ?? settings.maxBytes, signal);
    return retry.execute(() => policy.execute(attempt, signal), signal);
  }

  async function request(asked: HttpRequest): Promise<HttpResponse> {
    const { cacheMs = 0, timeoutMs = settings.timeoutMs } = asked;
    try {
      return await withDeadline(asked.signal, timeoutMs, (signal) => {
        if (cacheMs === 0) return send(asked, timeoutMs, signal);
        // Shared by callers that may leave one by one, hence under a deadline of its own.
        return cached(asked, cacheMs, () =>
          withDeadline(new AbortController().signal, timeoutMs, (own) => send(asked, timeoutMs, own)),
        );
      });
    } catch (error) {
      throw exchangeError(asked, error, timeoutMs);
    }
  }

  return {
    request,
    agent,
    requestText: async (asked) => readText(asked, await request(asked)),
    requestJson: async (asked, shape) => readJson(asked, await request(asked), shape),
    close: async () => {
      await Promise.all(agents.splice(0).map((each) => each.destroy()));
    },
  };
}
