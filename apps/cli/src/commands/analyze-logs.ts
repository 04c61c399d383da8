import { readLogText, type TextLogEvent } from "@oncall/tools";

const MAX_LINES = 100_000;
const MAX_SUMMARY = 300;
const MAX_PRINTED = 200;

interface Event {
  readonly code: string | null;
  /** First and last line, counted from 1. */
  readonly lines: readonly [from: number, to: number];
  readonly language?: string;
  readonly exception?: string;
  readonly summary: string;
}

/** What a log tells of trouble: lines for people, repeats counted, and what `--json` prints (SPEC §16). */
export function logsReport(all: readonly string[]): { lines: readonly string[]; answer: unknown } {
  const skipped = Math.max(0, all.length - MAX_LINES);
  const told = readLogText(skipped === 0 ? all : all.slice(skipped)).filter(isTold);
  const events = told.map((event) => eventOf(event, skipped));
  const notes = skipped === 0 ? [] : [`Only the last ${MAX_LINES} of ${all.length} lines were read.`];
  const rows = rowsOf(events);
  return {
    answer: { events, notes },
    lines: [
      ...(rows.length === 0 ? ["No known failure, stack trace or error."] : []),
      ...rows.slice(0, MAX_PRINTED),
      ...(rows.length > MAX_PRINTED ? [`and ${rows.length - MAX_PRINTED} more (--json shows them)`] : []),
      ...notes.map((words) => `note: ${words}`),
    ],
  };
}

function isTold({ failure, exception, language, level }: TextLogEvent): boolean {
  return (
    failure !== null || exception !== null || language !== null || level === "error" || level === "fatal"
  );
}

function eventOf({ from, to, text, failure, language, exception }: TextLogEvent, skipped: number): Event {
  const first = (text.split("\n", 1)[0] ?? "").slice(0, MAX_SUMMARY);
  return {
    code: failure?.code ?? null,
    lines: [from + skipped + 1, to + skipped + 1],
    ...(language === null ? {} : { language }),
    ...(exception === null ? {} : { exception }),
    summary: failure === null ? first : `${failure.meaning} ${first}`,
  };
}

/** One row for what is told in the same words, by its first place. */
function rowsOf(events: readonly Event[]): string[] {
  const rows = new Map<string, { first: Event; count: number; last: number }>();
  for (const event of events) {
    const words = `${event.code ?? "error"}  ${event.exception ?? event.summary}`;
    const row = rows.get(words);
    if (row === undefined) rows.set(words, { first: event, count: 1, last: event.lines[1] });
    else rows.set(words, { ...row, count: row.count + 1, last: event.lines[1] });
  }
  return [...rows].map(([words, { first, count, last }]) => {
    const [from, to] = first.lines;
    const where = from === to ? `${from}` : `${from}-${to}`;
    return `${where}  ${words}${count === 1 ? "" : `  (${count} times, last at line ${last})`}`;
  });
}
