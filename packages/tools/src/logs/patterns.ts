import { setImmediate as nextTurn } from "node:timers/promises";
import type { LogLine } from "@oncall/backends";
import type { LogPatternRow } from "../outputs/index.ts";
import { toEvents } from "./events.ts";
import type { KnownFailure } from "./known/known-failure.ts";
import { failureIn } from "./known.ts";
import { mergeTemplates } from "./merge-templates.ts";
import { countsNone, failureOf, textOf } from "./remember-failures.ts";
import { rootException } from "./root-exception.ts";
import { MAX_TEMPLATE, masked } from "./template.ts";
import { traceLanguage } from "./trace-language.ts";

export interface PatternInput {
  readonly lines: readonly LogLine[];
  readonly linesBefore: readonly LogLine[];
  /** How long the stretches are that the lines cover, in minutes: rates are counts by these. Equal when left out. */
  readonly minutes?: { readonly now: number; readonly before: number };
  /** Until when things were quiet, ISO 8601: what was first seen earlier is not new. */
  readonly quietUntil: string;
  /** The name of one of the service's own patterns; null when none fits. */
  readonly nameOf: (text: string) => string | null;
}

const MAX_EXAMPLE = 400;
const SURGE = 3;
/** Further statements of a stretch are counted as one. */
const MAX_GROUPS = 5_000;
const OTHERS = "(other lines)";

/** Log lines grouped into patterns, the most telling first: new, surging, by level, by count. */
export function patternsOf(input: PatternInput): LogPatternRow[] {
  const work = grouping(input);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The same in many short turns, so that whatever else goes on meanwhile is not held up by thousands of lines. */
export async function patternsInTurns(input: PatternInput): Promise<LogPatternRow[]> {
  const work = grouping(input);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

/** Gives way after every few hundred lines. */
function* grouping(input: PatternInput): Generator<void, LogPatternRow[]> {
  const { quietUntil, nameOf, minutes = { now: 1, before: 1 } } = input;
  const [now, before] = merged(yield* groups(input.lines), yield* groups(input.linesBefore));
  const rated = [...now].map(([key, group]) => {
    const { template, first, last, count } = group;
    const seenBefore = before.get(key)?.count ?? 0;
    const text = textOf(last);
    const rates = { now: count / minutes.now, before: seenBefore / minutes.before };
    const row: LogPatternRow = {
      template: template.slice(0, MAX_TEMPLATE),
      level: last.level,
      count,
      before: seenBefore,
      first_seen: first.at,
      last_seen: last.at,
      is_new: seenBefore === 0 && first.at >= quietUntil && template !== OTHERS,
      example: last.message.slice(0, MAX_EXAMPLE),
      root_exception: rootException(last.stack ?? last.message),
      known_as: group.failure?.code ?? nameOf(text),
      ...(input.minutes === undefined
        ? {}
        : { per_minute: { now: rounded(rates.now), before: rounded(rates.before) } }),
      ...languageOf(last),
    };
    return { row, surging: rates.now >= SURGE * Math.max(rates.before, 1 / minutes.before) };
  });
  return rated.sort(byWeight).map(({ row }) => row);
}

interface Group {
  readonly template: string;
  /** What is never merged: level, known failure, type of the root exception. */
  readonly kind: string;
  readonly failure: KnownFailure | null;
  readonly first: LogLine;
  last: LogLine;
  count: number;
}

const LINES_A_TURN = 250;

function* groups(lines: readonly LogLine[]): Generator<void, Map<string, Group>> {
  const found = new Map<string, Group>();
  const add = (key: string, group: Pick<Group, "template" | "kind" | "failure">, event: LogLine): void => {
    found.set(key, { ...group, first: event, last: event, count: 1 });
  };
  // One failure throws the same trace again and again.
  const thrownIn = remembered((stack) => rootException(stack)?.split(":", 1)[0] ?? "");
  // Word for word the same line comes again and again too.
  const templateIn = remembered(masked);
  const noneIn = remembered((message) => String(countsNone(message)));
  let read = 0;
  for (const event of toEvents(lines)) {
    if (++read % LINES_A_TURN === 0) yield;
    const template = templateIn(event.message);
    const thrown = event.stack === undefined ? "" : thrownIn(event.stack);
    const key = `${event.level} ${thrown} ${noneIn(event.message)} ${template}`;
    const others = `${event.level} ${OTHERS}`;
    const known = found.get(key) ?? (found.size >= MAX_GROUPS ? found.get(others) : undefined);
    if (known !== undefined) {
      known.last = event;
      known.count += 1;
    } else if (found.size >= MAX_GROUPS) {
      add(others, { template: OTHERS, kind: others, failure: null }, event);
    } else {
      const failure = failureOf(event, failureIn);
      add(key, { template, kind: `${event.level} ${thrown} ${failure?.name ?? ""}`, failure }, event);
    }
  }
  return found;
}

function remembered(of: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const answer = known.get(text) ?? of(text);
    known.set(text, answer);
    return answer;
  };
}

/** Both stretches with the same templates, which words that vary from line to line no longer tell apart. */
function merged(...stretches: readonly Map<string, Group>[]): [Map<string, Group>, Map<string, Group>] {
  const templates = new Map<string, Set<string>>();
  for (const { kind, template } of stretches.flatMap((stretch) => [...stretch.values()])) {
    const ofKind = templates.get(kind) ?? new Set();
    templates.set(kind, ofKind.add(template));
  }
  const common = new Map([...templates].map(([kind, ofKind]) => [kind, mergeTemplates(ofKind)]));
  const [now = new Map(), before = new Map()] = stretches.map((stretch) => {
    const result = new Map<string, Group>();
    for (const group of stretch.values()) {
      const template = common.get(group.kind)?.get(group.template) ?? group.template;
      const key = `${group.kind}\n${template}`;
      const same = result.get(key);
      result.set(key, same === undefined ? { ...group, template } : joined(same, group));
    }
    return result;
  });
  return [now, before];
}

function joined(a: Group, b: Group): Group {
  return {
    ...a,
    first: b.first.at < a.first.at ? b.first : a.first,
    last: b.last.at > a.last.at ? b.last : a.last,
    count: a.count + b.count,
  };
}

const levels = ["fatal", "error", "warn", "unknown", "info", "debug"];

interface Rated {
  readonly row: LogPatternRow;
  readonly surging: boolean;
}

function byWeight({ row: a, surging: aSurges }: Rated, { row: b, surging: bSurges }: Rated): number {
  return (
    Number(b.is_new) - Number(a.is_new) ||
    Number(bSurges) - Number(aSurges) ||
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    b.count - a.count ||
    (a.template < b.template ? -1 : 1)
  );
}

function languageOf({ message, stack }: LogLine): { language?: string } {
  const language = traceLanguage(stack ?? message);
  return language === null ? {} : { language };
}

function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}
