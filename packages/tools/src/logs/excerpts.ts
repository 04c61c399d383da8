import { eventsOfText, type TextEvent } from "./events.ts";
import type { KnownFailure } from "./known/known-failure.ts";
import { levelOf } from "./level.ts";
import { failureOf, rememberFailures } from "./remember-failures.ts";
import { rootException } from "./root-exception.ts";
import { templateOf } from "./template.ts";
import { traceLanguage } from "./trace-language.ts";

export interface Excerpt {
  readonly at: string | null;
  /** Lines left out before this one. */
  readonly skipped: number;
  readonly text: string;
}

export interface Excerpts {
  readonly excerpts: Excerpt[];
  readonly failures: { readonly failure: KnownFailure; readonly count: number }[];
  /** The root exceptions of the stack traces, the last first. */
  readonly rootExceptions: string[];
  /** Lines that no excerpt holds. */
  readonly skipped: number;
}

interface Line {
  readonly at: string | null;
  readonly text: string;
}

/** Events kept around one that tells something, and at the end. */
const EVENTS_BEFORE = 2;
const EVENTS_AFTER = 1;
const EVENTS_AT_END = 8;
const MAX_EVENT = 3_000;
const MAX_ROOT_EXCEPTIONS = 5;

interface Read extends TextEvent {
  readonly failure: KnownFailure | null;
  readonly telling: boolean;
  readonly template: string;
}

/**
 * What a container's output tells: the lines around errors and the end, stack traces in one piece, within
 * `maxCharacters`. Of a statement that repeats the first and the last are kept.
 */
export function excerptsOf(lines: readonly Line[], maxCharacters: number): Excerpts {
  const events = eventsOfText(lines.map(({ text }) => text)).map(reader());
  const kept = new Set<number>();
  let room = maxCharacters;
  for (const i of byImportance(events)) {
    const event = events[i];
    if (event === undefined || kept.has(i)) continue;
    const size = Math.min(event.text.length, MAX_EVENT);
    if (size > room) continue;
    room -= size;
    kept.add(i);
  }
  const excerpts: Excerpt[] = [];
  let next = 0;
  for (const i of [...kept].sort((a, b) => a - b)) {
    const event = events[i];
    if (event === undefined) continue;
    excerpts.push({
      at: lines[event.from]?.at ?? null,
      skipped: event.from - next,
      text: shortened(event.text),
    });
    next = event.to + 1;
  }
  const between = excerpts.reduce((sum, { skipped }) => sum + skipped, 0);
  return {
    excerpts,
    failures: failuresOf(events),
    rootExceptions: rootExceptionsOf(events),
    skipped: between + Math.max(0, lines.length - next),
  };
}

function reader(): (event: TextEvent) => Read {
  const failureAt = rememberFailures();
  return (event) => {
    const { from, to, text } = event;
    const level = levelOf(text);
    const failure = failureOf({ at: "", level, message: text }, failureAt);
    const telling =
      failure !== null ||
      level === "error" ||
      level === "fatal" ||
      (to > from && traceLanguage(text) !== null);
    return { ...event, failure, telling, template: templateOf(text) };
  };
}

/** Indices of events: what tells something, newest first, each statement's last and first; the end; then what stands around. */
function byImportance(events: readonly Read[]): number[] {
  const last = new Map<string, number>();
  const first = new Map<string, number>();
  events.forEach(({ telling, template }, i) => {
    if (!telling) return;
    last.set(template, i);
    if (!first.has(template)) first.set(template, i);
  });
  const telling = [...[...last.values()].reverse(), ...first.values()];
  const end = events.slice(-EVENTS_AT_END).map((_, i) => events.length - 1 - i);
  const around = telling.flatMap((i) => [
    ...Array.from({ length: EVENTS_BEFORE }, (_, n) => i - 1 - n),
    ...Array.from({ length: EVENTS_AFTER }, (_, n) => i + 1 + n),
  ]);
  // A few of the last lines before everything: how it ended is never left out.
  return [...end.slice(0, 2), ...telling, ...end, ...around.filter((i) => i >= 0 && i < events.length)];
}

/** A long trace keeps its head and its end, where languages name the cause. */
function shortened(text: string): string {
  if (text.length <= MAX_EVENT) return text;
  const half = Math.floor(MAX_EVENT / 2) - 20;
  const lines = text.slice(half, -half).split("\n").length;
  return `${text.slice(0, half)}\n… ${lines} lines of this event left out …\n${text.slice(-half)}`;
}

function failuresOf(events: readonly Read[]): Excerpts["failures"] {
  const counts = new Map<KnownFailure, number>();
  for (const { failure } of events) if (failure !== null) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts].map(([failure, count]) => ({ failure, count })).sort((a, b) => b.count - a.count);
}

function rootExceptionsOf(events: readonly Read[]): string[] {
  const found = new Set<string>();
  for (let i = events.length - 1; i >= 0 && found.size < MAX_ROOT_EXCEPTIONS; i--) {
    const event = events[i];
    const root = event === undefined || !event.telling ? null : rootException(event.text);
    if (root !== null) found.add(root);
  }
  return [...found];
}
