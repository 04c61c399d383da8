import type { LogLine } from "@oncall/backends";
import type { LogPattern } from "@oncall/catalog";
import type { LogScan } from "../outputs/index.ts";
import { toEvents } from "./events.ts";
import type { KnownFailure } from "./known/known-failure.ts";
import type { OwnPatterns } from "./own-patterns.ts";
import { failureOf, rememberFailures, textOf } from "./remember-failures.ts";
import { rootException } from "./root-exception.ts";

export type LogMatch = LogScan["matches"][number];

export interface ScanInput {
  readonly lines: readonly LogLine[];
  readonly linesBefore: readonly LogLine[];
  /** Until when things were quiet, ISO 8601: what was first seen earlier is not new. */
  readonly quietUntil: string;
  readonly own: OwnPatterns;
}

export interface Scan {
  readonly matches: LogMatch[];
  readonly events: number;
  readonly eventsBefore: number;
}

const MAX_EXAMPLE = 300;

/** Every known failure and own pattern that log lines show: how often, since when, and what it means. */
export function scanLines({ lines, linesBefore, quietUntil, own }: ScanInput): Scan {
  const failureIn = rememberFailures();
  const events = toEvents(lines);
  const eventsBefore = toEvents(linesBefore);
  const found = new Map<string, { match: LogMatch; last: LogLine }>();
  const note = (key: string, event: LogLine, what: () => Omit<LogMatch, keyof Counts>): void => {
    const known = found.get(key);
    if (known === undefined) {
      const counts = { count: 1, before: 0, first_seen: event.at, last_seen: event.at, is_new: false };
      found.set(key, { match: { ...what(), ...counts, example: "", root_exception: null }, last: event });
    } else {
      known.match.count += 1;
      known.match.last_seen = event.at;
      known.last = event;
    }
  };
  for (const event of events) {
    const failure = failureOf(event, failureIn);
    if (failure !== null) note(failure.name, event, () => builtIn(failure));
    const pattern = own.find(textOf(event));
    if (pattern !== null) note(`own ${pattern.name}`, event, () => ofService(pattern));
  }
  for (const event of eventsBefore) {
    const failure = failureOf(event, failureIn);
    const pattern = own.find(textOf(event));
    for (const key of [failure?.name, pattern === null ? undefined : `own ${pattern.name}`]) {
      const known = key === undefined ? undefined : found.get(key);
      if (known !== undefined) known.match.before += 1;
    }
  }
  const matches = [...found.values()].map(({ match, last }) => ({
    ...match,
    is_new: match.before === 0 && match.first_seen >= quietUntil,
    example: last.message.slice(0, MAX_EXAMPLE),
    root_exception: rootException(last.stack ?? last.message),
  }));
  return { matches: matches.sort(byWeight), events: events.length, eventsBefore: eventsBefore.length };
}

type Counts = Pick<
  LogMatch,
  "count" | "before" | "first_seen" | "last_seen" | "is_new" | "example" | "root_exception"
>;

function builtIn({ name, code, severity, meaning, hint }: KnownFailure): Omit<LogMatch, keyof Counts> {
  return { name, code, own: false, severity, meaning, hint, runbook_url: null };
}

function ofService({ name, severity, description, runbookUrl }: LogPattern): Omit<LogMatch, keyof Counts> {
  return {
    name,
    code: null,
    own: true,
    severity,
    meaning: description ?? "One of the service's own patterns, described no further.",
    hint: runbookUrl === undefined ? "Ask the owning team." : "Follow the runbook.",
    runbook_url: runbookUrl ?? null,
  };
}

const severities = ["critical", "warning", "info"];

function byWeight(a: LogMatch, b: LogMatch): number {
  return (
    Number(b.is_new) - Number(a.is_new) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.count - a.count ||
    (a.name < b.name ? -1 : 1)
  );
}
