import { AppError } from "@oncall/core";
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from "cockatiel";
import { type Bulkhead, bulkhead } from "./bulkhead.ts";
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
/** A probe of a host that is well again is over in this time; those beside it wait as long, and no longer. */
const PROBE_WAIT_MS = 500;

/** Circuit breaker and concurrency limit for each host of each system. */
export function hostPolicies(options: HostOptions): (request: HttpRequest) => Bulkhead {
  const policies = new Map<string, Bulkhead>();
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

function hostPolicy(system: string, host: string, options: HostOptions): Bulkhead {
  const limited = bulkhead(options.concurrency, MAX_WAITING);
  const breaker = circuitBreaker(
    handleWhenResult(failed).orWhen(
      // A probe whose caller left has shown nothing: the circuit stays open.
      (error) => brokeDown(error) || (breaker.state === CircuitState.HalfOpen && error instanceof Stopped),
    ),
    { breaker: new ConsecutiveBreaker(options.breakAfter), halfOpenAfter: options.breakMs },
  );
  breaker.onBreak(() => options.logger?.warn({ system, host }, "backend circuit opened"));
  breaker.onReset(() => options.logger?.info({ system, host }, "backend circuit closed"));

  /** Until the probe under way is over, or has taken too long for a host that is well. */
  function probed(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => over(), PROBE_WAIT_MS);
      const changed = breaker.onStateChange(() => over());
      const over = () => {
        clearTimeout(timer);
        changed.dispose();
        resolve();
      };
    });
  }

  return async (signal, run) => {
    if (breaker.state === CircuitState.HalfOpen) await probed();
    // One probe at a time: the others neither pile up behind it nor reach the host.
    if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return limited(signal, () => breaker.execute(() => run(), signal));
  };
}

function failed(result: unknown): boolean {
  return (result as HttpResponse).status >= 500;
}

/** A caller that went away says nothing about the host; neither does an answer that we refused to read on. */
function brokeDown(error: Error): boolean {
  if (error instanceof AppError) return false;
  return !(error instanceof Stopped) || error.timedOut;
}
