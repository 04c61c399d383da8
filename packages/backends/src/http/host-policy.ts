import { AppError } from "@oncall/core";
import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  type IPolicy,
  wrap,
} from "cockatiel";
import { Stopped } from "./deadline.ts";
import type { HttpRequest, HttpResponse, Logger } from "./types.ts";

export interface HostOptions {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Failures in a row that open the circuit. */
  readonly breakAfter: number;
  /** How long an open circuit waits before one request probes. */
  readonly breakMs: number;
  readonly logger: Logger | undefined;
}

const MAX_WAITING = 256;
// Hosts come from configuration and from service.yaml; an old one merely starts afresh.
const MAX_HOSTS = 500;

/** Circuit breaker and concurrency limit for each host of each system. */
export function hostPolicies(options: HostOptions): (request: HttpRequest) => IPolicy {
  const policies = new Map<string, IPolicy>();
  return (request) => {
    const key = `${request.system} ${request.url.origin}`;
    const known = policies.get(key);
    if (known !== undefined) return known;
    for (const oldest of policies.keys()) {
      if (policies.size < MAX_HOSTS) break;
      policies.delete(oldest);
    }
    const policy = hostPolicy(request.system, request.url.host, options);
    policies.set(key, policy);
    return policy;
  };
}

function hostPolicy(system: string, host: string, options: HostOptions): IPolicy {
  const breaker = circuitBreaker(handleWhenResult(failed).orWhen(brokeDown), {
    breaker: new ConsecutiveBreaker(options.breakAfter),
    halfOpenAfter: options.breakMs,
  });
  breaker.onBreak(() => options.logger?.warn({ system, host }, "backend circuit opened"));
  breaker.onReset(() => options.logger?.info({ system, host }, "backend circuit closed"));
  return wrap(bulkhead(options.concurrency, MAX_WAITING), breaker);
}

function failed(result: unknown): boolean {
  return (result as HttpResponse).status >= 500;
}

/** A caller that went away says nothing about the host; neither does an answer that we refused to read on. */
function brokeDown(error: Error): boolean {
  if (error instanceof AppError) return false;
  return !(error instanceof Stopped) || error.timedOut;
}
