import type { FastifyRequest } from "fastify";
import { parseDurationMs } from "./duration.ts";
import { PromqlError } from "./promql-error.ts";

/** The parameters of a request: a form body comes before the URL's query, and any of them may repeat. */
export function parametersOf(request: FastifyRequest): URLSearchParams {
  const form = typeof request.body === "string" ? request.body : "";
  const query = request.url.split("?", 2)[1] ?? "";
  return new URLSearchParams(`${form}&${query}`);
}

/** Milliseconds of a timestamp: seconds since the epoch, fractions allowed, or RFC 3339. */
export function timeParameter(parameters: URLSearchParams, name: string, fallbackMs?: number): number {
  const text = parameters.get(name) ?? "";
  if (text === "" && fallbackMs !== undefined) return fallbackMs;
  const ms = parseTime(text);
  if (ms !== undefined) return ms;
  const reason = `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
  const named = fallbackMs === undefined ? reason : `Invalid time value for '${name}': ${reason}`;
  throw invalidParameter(name, named);
}

/** Milliseconds of a duration: seconds, fractions allowed, or `1h30m`. */
export function durationParameter(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  const ms = isNumber(text) ? Number(text) * 1000 : parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw invalidParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
}

export function invalidParameter(name: string, reason: string): PromqlError {
  return new PromqlError("bad_data", `invalid parameter ${JSON.stringify(name)}: ${reason}`);
}

/** Runs `parse` and names the parameter in whatever parse error it throws. */
export function inParameter<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PromqlError && error.errorType === "bad_data")
      throw invalidParameter(name, error.message);
    throw error;
  }
}

function parseTime(text: string): number | undefined {
  if (isNumber(text)) return Math.round(Number(text) * 1000);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}
