import { AppError, redact } from "@oncall/core";
import { BrokenCircuitError, BulkheadRejectedError } from "cockatiel";
import { Stopped } from "./deadline.ts";
import type { HttpRequest, HttpResponse } from "./types.ts";

/** The error that a status other than 2xx stands for. */
export function statusError(request: HttpRequest, response: HttpResponse): AppError {
  const { system } = request;
  const { status } = response;
  const at = place(request.url);
  const detail = detailOf(request, response);
  const said = detail === undefined ? "." : `: ${detail}`;
  if (status === 401) {
    const credential = request.credential ?? `the ${system} credentials`;
    return new AppError(
      "unauthenticated",
      `${system} refused our credentials (401 at ${at}); check ${credential}${said}`,
    );
  }
  if (status === 403) {
    return new AppError(
      "denied",
      `${system} denied access (403 at ${at}); grant read access to our account${said}`,
    );
  }
  if (status === 404) {
    return new AppError(
      "not_found",
      `${system} knows nothing at ${at} (404); check the name, and that our account may see it${said}`,
    );
  }
  if (status === 409) return new AppError("conflict", `${system} reports a conflict (409 at ${at})${said}`);
  if (status === 429) return rateLimited(request, retryAfterMs(response));
  if (status >= 300 && status < 400) {
    return new AppError(
      "unavailable",
      `${system} redirected (${status}) away from ${at}; check that its URL is the API's own and not a login page.`,
    );
  }
  if (status >= 500 || status === 408 || status === 425) {
    return new AppError("unavailable", `${system} failed (${status} at ${at}); see its own health${said}`);
  }
  return new AppError("invalid_input", `${system} did not accept the request (${status} at ${at})${said}`);
}

export function rateLimited(request: HttpRequest, waitMs: number | undefined): AppError {
  const when = waitMs === undefined ? "try again later" : `try again in ${Math.ceil(waitMs / 1000)} s`;
  return new AppError(
    "rate_limited",
    `${request.system} limits our requests (at ${place(request.url)}); ${when}.`,
    {
      retryAfterMs: waitMs,
    },
  );
}

/** The error for an exchange that brought no complete answer. */
export function exchangeError(request: HttpRequest, error: unknown, timeoutMs: number): AppError {
  if (error instanceof AppError) return error;
  const { system } = request;
  const at = place(request.url);
  const unavailable = (message: string) => new AppError("unavailable", message, { cause: error });
  if (error instanceof Stopped) {
    return unavailable(
      error.timedOut
        ? `${system} did not answer in time (${at}, at most ${timeoutMs / 1000} s); check its load, or ask for less.`
        : `The request to ${system} (${at}) was cancelled before it was answered.`,
    );
  }
  if (error instanceof BrokenCircuitError) {
    return unavailable(
      `${system} failed several times in a row (${at}) and is left alone for some seconds; see its own health.`,
    );
  }
  if (error instanceof BulkheadRejectedError) {
    return unavailable(
      `Too many requests wait for ${system} (${at}); it is slow, or we ask too much at once.`,
    );
  }
  const code = errorCode(error);
  // Secrets read from files often end in a line break, which no header may hold.
  if (code === "UND_ERR_INVALID_ARG")
    return new AppError(
      "not_configured",
      `The request to ${system} could not be sent; check its credentials for line breaks and odd characters.`,
      { cause: error },
    );
  if (code === "ECONNREFUSED")
    return unavailable(
      `${system} refuses connections at ${request.url.host}; check that it runs and that its URL is right.`,
    );
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return unavailable(
      `The host name of ${system} (${request.url.hostname}) does not resolve; check its URL and DNS.`,
    );
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code))
    return unavailable(
      `The TLS connection to ${system} (${request.url.host}) was not accepted: ${code}; check its certificate and CA.`,
    );
  return unavailable(
    `The connection to ${system} (${at}) broke off${code === undefined ? "" : `: ${code}`}; try again, or see its own health.`,
  );
}

/** An answer that arrived whole but is not what the API promises. */
export function notItsProtocol(request: HttpRequest, what: string, cause?: unknown): AppError {
  return new AppError(
    "unavailable",
    `${request.system} answered ${what} at ${place(request.url)}; check that its URL is the API's own.`,
    { cause },
  );
}

/** Delay that a `Retry-After` header asks for, in milliseconds: seconds or an HTTP date. */
export function retryAfterMs(response: HttpResponse): number | undefined {
  const value = response.headers["retry-after"]?.trim();
  if (value === undefined || value === "") return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.round(ms));
}

/** The code that Node or undici gave the error or its cause, such as `ECONNRESET`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return errorCode(error.cause);
}

/** A URL as messages show it: no user, no query, for either may hold a secret. */
export function place(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

const MAX_DETAIL = 300;

/** The sentence in an error body, where the common APIs put it, or the whole of a plain-text one. */
function detailOf(request: HttpRequest, { headers, text }: HttpResponse): string | undefined {
  const plain = headers["content-type"]?.startsWith("text/plain") === true;
  const found = sentenceIn(plain ? text : parsed(text), 0);
  if (found === undefined) return undefined;
  const line = redact(withoutCredentials(request, found)).replace(/\s+/g, " ").trim();
  return line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL)}…` : line;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MIN_SECRET_LENGTH = 4;

/** Some systems quote what they refuse; our own credentials are cut out, whatever they look like. */
export function withoutCredentials(request: HttpRequest, text: string): string {
  return Object.entries(request.headers ?? {})
    .filter(([name]) => /auth|key|token|secret|cookie/i.test(name))
    .flatMap(([, value]) => secretsIn(value))
    .concat(request.url.password)
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

/** The value itself, without its scheme, and the user and password that a Basic one encodes. */
function secretsIn(value: string): string[] {
  const credential = value.replace(/^(Bearer|Basic|ApiKey|AWS4-HMAC-SHA256)\s+/i, "");
  const decoded = Buffer.from(credential, "base64").toString("utf8");
  return [credential, decoded, decoded.slice(decoded.indexOf(":") + 1)];
}

function sentenceIn(body: unknown, depth: number): string | undefined {
  if (typeof body === "string" && body.trim() !== "") return body;
  if (typeof body !== "object" || body === null || depth > 1) return undefined;
  for (const key of ["message", "Message", "reason", "error", "detail"]) {
    const found = sentenceIn(Reflect.get(body, key), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
