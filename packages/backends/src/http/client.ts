import { Agent, type Dispatcher } from "undici";
import { readJson, readText } from "./body.ts";
import { answerCache } from "./cache.ts";
import { withDeadline } from "./deadline.ts";
import { exchange } from "./exchange.ts";
import { exchangeError } from "./failures.ts";
import { hostPolicies } from "./host-policy.ts";
import { retryPolicy } from "./retry.ts";
import type { AgentConnect, Http, HttpRequest, HttpResponse, Logger, RequestFacts } from "./types.ts";

export interface HttpOptions {
  /** Connections that outlive this client: it does not close them. Its own unless given. */
  readonly pool?: Dispatcher | undefined;
  /** Whole exchange, retries included; 10 s. */
  readonly timeoutMs?: number;
  /** Largest body; 16 MiB. */
  readonly maxBytes?: number;
  /** Further attempts after the first; 2. */
  readonly retries?: number;
  /** Upper bound of the first backoff, doubled each time; 200 ms. */
  readonly baseDelayMs?: number;
  /** Requests under way at once per host; 32: a look into four services asks so many in one breath, and servers queue what is too much. */
  readonly concurrencyPerHost?: number;
  /** Failures in a row that open a host's circuit; 5. */
  readonly breakAfter?: number;
  /** How long an open circuit waits before it probes; 10 s. */
  readonly breakMs?: number;
  readonly logger?: Logger | undefined;
  /** Called once for each attempt, and once for each answer that was there already; for metrics. Must not throw. */
  readonly onRequest?: ((facts: RequestFacts) => void) | undefined;
}

const defaults = {
  timeoutMs: 10_000,
  maxBytes: 16 * 1024 * 1024,
  retries: 2,
  baseDelayMs: 200,
  concurrencyPerHost: 32,
  breakAfter: 5,
  breakMs: 10_000,
};

/**
 * How long an idle connection is kept where the server does not say: the next alert finds it open. Prometheus, the
 * Kubernetes API and proxies keep theirs for a minute or more; one that was closed meanwhile is opened again.
 */
const KEEP_ALIVE_MS = 45_000;

/** Connections to any host, as many as are asked for: two systems behind one gateway would take each other's. */
export function createPool(connect?: AgentConnect): Agent {
  return new Agent({ keepAliveTimeout: KEEP_ALIVE_MS, ...(connect === undefined ? {} : { connect }) });
}

/** Keep-alive pools, total timeout, retry, circuit breaker and concurrency limit per host, size bound, cache. */
export function createHttp(options: HttpOptions = {}): Http {
  const settings = { ...defaults, ...options };
  const { logger } = settings;
  const policyOf = hostPolicies({ ...settings, concurrency: settings.concurrencyPerHost, logger });
  const cached = answerCache();
  const agents = new Set<Agent>();
  const agent = (connect?: AgentConnect): Dispatcher => {
    for (const old of agents) if (old.destroyed) agents.delete(old);
    const made = createPool(connect);
    agents.add(made);
    return made;
  };
  const shared = options.pool ?? agent();

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
    const once = () =>
      exchange(request, request.dispatcher ?? shared, request.maxBytes ?? settings.maxBytes, signal);
    let attempt = 0;
    return retry.execute(() => {
      attempt++;
      return told(request, timeoutMs, { attempt, cached: false }, policy(signal, once));
    }, signal);
  }

  /** The same promise; how it ended goes to `onRequest`. */
  async function told(
    request: HttpRequest,
    timeoutMs: number,
    how: Pick<RequestFacts, "attempt" | "cached">,
    answer: Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const startedAt = performance.now();
    const tell = (outcome: Pick<RequestFacts, "status" | "errorKind">) =>
      settings.onRequest?.({
        backend: request.system,
        host: request.url.host,
        method: request.method ?? "GET",
        durationMs: performance.now() - startedAt,
        ...how,
        ...outcome,
      });
    try {
      const response = await answer;
      tell({ status: response.status });
      return response;
    } catch (error) {
      tell({ errorKind: exchangeError(request, error, timeoutMs).kind });
      throw error;
    }
  }

  async function request(asked: HttpRequest): Promise<HttpResponse> {
    const { cacheMs = 0, timeoutMs = settings.timeoutMs } = asked;
    try {
      return await withDeadline(asked.signal, timeoutMs, (signal) => {
        if (cacheMs === 0) return send(asked, timeoutMs, signal);
        // Shared by callers that may leave one by one, hence under a deadline of its own.
        const { answer, hit } = cached(asked, cacheMs, signal, (own) =>
          withDeadline(own, timeoutMs, (bounded) => send(asked, timeoutMs, bounded)),
        );
        return hit ? told(asked, timeoutMs, { attempt: 0, cached: true }, answer) : answer;
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
      await Promise.all([...agents].map((each) => each.destroy()));
    },
  };
}
