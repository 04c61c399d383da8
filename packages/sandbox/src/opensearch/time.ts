import { QueryError } from "./query-error.ts";

export interface TimeBounds {
  fromMs: number;
  toMs: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Date math as OpenSearch reads it: ISO 8601, epoch milliseconds, `now-15m`, `now/d`; rounds up for an upper bound. */
export function parseTime(value: unknown, now: number, up: boolean): number {
  if (typeof value === "number") return value;
  const text = String(value);
  if (/^-?\d{9,}$/.test(text)) return Number(text);
  const [anchor = "", math = ""] = text.startsWith("now") ? ["now", text.slice(3)] : text.split("||");
  let at = anchor === "now" ? now : Date.parse(anchor);
  for (const [, operator, count = "1", unit = ""] of math.matchAll(/([+\-/])(\d*)([smhdw])/g)) {
    const unitMs = UNIT_MS[unit] ?? 0;
    if (operator === "/") at = Math.floor(at / unitMs) * unitMs + (up ? unitMs - 1 : 0);
    else at += (operator === "-" ? -1 : 1) * Number(count === "" ? 1 : count) * unitMs;
  }
  if (Number.isNaN(at)) {
    throw new QueryError(
      "parse_exception",
      `failed to parse date field [${text}] with format [strict_date_optional_time||epoch_millis]`,
    );
  }
  return at;
}

/** `30s`, `1m`, `1h`, `1d` in milliseconds. */
export function parseInterval(value: unknown): number {
  const named: Record<string, string> = { second: "1s", minute: "1m", hour: "1h", day: "1d", week: "1w" };
  const text = named[String(value)] ?? String(value);
  const [, count, unit = ""] = /^(\d+)(s|m|h|d|w)$/.exec(text) ?? [];
  const intervalMs = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(intervalMs > 0)) {
    throw new QueryError(
      "illegal_argument_exception",
      `failed to parse interval [${text}]: unit is missing or unrecognized`,
    );
  }
  return intervalMs;
}
