import type { RuntimeMetrics, RuntimeSignal } from "../../outputs/index.ts";
import type { Found } from "./measure.ts";
import type { Unit } from "./signal.ts";

type Pressure = RuntimeMetrics["pressures"][number];

/** Growth over so many hours, as a share of the level before, that makes a leak. */
const LEAK = 0.5;
const LEAK_HOURS = 3;
/** How near, in hours, and how full a limit must be to be worth a word. */
const NEAR_HOURS = 6;
const HALF_FULL = 0.5;

/** What of a signal is a pressure, in words with its figures: too much now, the limit touched, or on the way there. */
export function pressuresOf({ signal, runtime, row, since }: Found): Pressure[] {
  const { notable } = signal;
  const subject = `${runtime.name} ${signal.name}`;
  const as = (severity: Pressure["severity"], summary: string): Pressure => ({
    signal: subject,
    severity,
    summary: `${capital(subject)}: ${summary}`,
    since,
  });
  const level = notable?.of === "limit" ? row.share_of_limit : row.now;
  if (notable !== undefined && level !== null && level >= notable.warning) {
    const severity = level >= notable.critical ? "critical" : "warning";
    return [as(severity, `${figure(row)}${beforeWords(row)}; ${notable.means}`)];
  }
  const { limit, peak } = row;
  if (
    notable?.of === "limit" &&
    row.unit === "bytes" &&
    limit !== null &&
    peak !== null &&
    peak >= notable.critical * limit
  ) {
    return [as("warning", `${figure(row)}, and reached ${amount(peak, row.unit)}; ${notable.means}`)];
  }
  if (row.limit_at !== null && (row.share_of_limit ?? 0) >= HALF_FULL && hoursToLimit(row) <= NEAR_HOURS) {
    return [
      as(
        "warning",
        `${figure(row)} and rising; at this pace it is full at ${row.limit_at.slice(11, 16)} UTC`,
      ),
    ];
  }
  if (
    signal.mayLeak === true &&
    row.trend === "rising" &&
    row.before !== null &&
    (row.per_hour ?? 0) * LEAK_HOURS >= LEAK * row.before
  ) {
    return [
      as(
        "warning",
        `${figure(row)}${beforeWords(row)}, and rising by ${amount(row.per_hour ?? 0, row.unit)} an hour; a leak, unless traffic grew alike`,
      ),
    ];
  }
  return [];
}

function hoursToLimit({ limit, now, per_hour }: RuntimeSignal): number {
  return limit === null || now === null || per_hour === null
    ? Number.POSITIVE_INFINITY
    : (limit - now) / per_hour;
}

function figure({ now, limit, share_of_limit, unit }: RuntimeSignal): string {
  if (now === null) return "not known";
  if (limit === null || share_of_limit === null) return amount(now, unit);
  return `${amount(now, unit)} of ${amount(limit, unit)} (${Math.round(share_of_limit * 100)} %)`;
}

function beforeWords({ before, unit }: RuntimeSignal): string {
  return before === null ? "" : `, ${amount(before, unit)} before`;
}

/** With its unit, for people. */
export function amount(value: number, unit: Unit | string): string {
  const short = Number(value.toPrecision(3));
  switch (unit) {
    case "bytes":
      return Math.abs(value) >= 2 ** 30
        ? `${Number((value / 2 ** 30).toPrecision(3))} GiB`
        : `${Number((value / 2 ** 20).toPrecision(3))} MiB`;
    case "ratio":
      return `${Number((value * 100).toPrecision(2))} %`;
    case "seconds":
      return value >= 1 ? `${short} s` : `${Number((value * 1_000).toPrecision(3))} ms`;
    case "count":
      return String(short);
    default:
      return `${short} ${unit}`;
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
