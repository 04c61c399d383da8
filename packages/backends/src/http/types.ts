import type { Checker, ErrorKind } from "@oncall/core";
import type { Dispatcher } from "undici";

export interface HttpRequest {
  /** The system as messages name it, such as `Prometheus`. */
  readonly system: string;
  readonly url: URL;
  /** The caller's own deadline or cancellation; retries end with it. */
  readonly signal: AbortSignal;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * Headers made anew for each attempt, such as a signature that holds the time. They are no part of what makes two
   * requests equal; whose they are is.
   */
  readonly signer?: { readonly identity: string; sign(): Promise<Readonly<Record<string, string>>> };
  /** What a person checks when the credentials are refused, such as `GITHUB_TOKEN`. */
  readonly credential?: string;
  /**
   * Whether asking twice does no harm; by default true for GET alone. When false, only what was surely not
   * processed is sent again: an answered 429, or a connection that was never made.
   */
  readonly idempotent?: boolean;
  /** Bounds the whole exchange, retries and body included. */
  readonly timeoutMs?: number;
  /** Largest body that is read. */
  readonly maxBytes?: number;
  /** Equal requests within this time share one answer; 0 (the default) asks every time. */
  readonly cacheMs?: number;
  /** A pool of its own, from `Http.agent`; the shared one otherwise. */
  readonly dispatcher?: Dispatcher;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * The one HTTP client that all backends share. Every method throws AppError: `unavailable` when the other side
 * is down, slow, too large or not speaking its protocol, else the kind that the status stands for.
 */
export interface Http {
  /** The answer, whatever its status. Only an exchange that did not complete throws. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** The body of a 2xx answer. */
  requestText(request: HttpRequest): Promise<string>;
  /** The body of a 2xx answer as JSON that fits `shape`. */
  requestJson<T>(request: HttpRequest, shape: Checker<T>): Promise<T>;
  /** A pool with its own TLS settings or connector, closed together with this client. */
  agent(connect: AgentConnect): Dispatcher;
  close(): Promise<void>;
}

/** How one attempt ended, or that an equal request's answer served. */
export interface RequestFacts {
  /** The system, such as `Prometheus` or `Kubernetes (prod-us-east-1)`. */
  readonly backend: string;
  /** With the port, where the URL has one. */
  readonly host: string;
  readonly method: string;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** Why there was no answer; also when the circuit was open. */
  readonly errorKind?: ErrorKind;
  /** Waiting for a turn included. */
  readonly durationMs: number;
  /** From the cache, or shared with an equal request that was under way. */
  readonly cached: boolean;
  /** 1 for the first, 0 for a cached answer. */
  readonly attempt: number;
}

/** How connections are made: undici's connector, or the TLS options for its own. */
export type AgentConnect = NonNullable<ConstructorParameters<typeof import("undici").Agent>[0]>["connect"];

/** The part of a pino logger that backends use. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
