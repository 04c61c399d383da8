import type { LogLine } from "@oncall/backends";
import { continues, type TraceState, traceState } from "./continues.ts";
import { writtenLines } from "./unwrap.ts";

const MAX_STACK = 16_000;
const MAX_EVENT_LINES = 1_000;
/** Empty lines within one event. */
const MAX_GAP = 3;
/** Lines between the head of an unhandled error and its first frame: its message. */
const MAX_ON_TRUST = 20;
/** Lines of one trace are written at once. */
const SAME_EVENT_MS = 2_000;

/**
 * Log lines as events, oldest first: where a shipper sent every line of a stack trace on its own, they are one
 * event again, whose `stack` holds them (at most 16,000 characters).
 */
export function toEvents(lines: readonly LogLine[]): LogLine[] {
  const ordered = lines
    .map((line, i) => ({ line, i, at: Date.parse(line.at) || 0 }))
    // Newest first is how they come: of the same millisecond, the later in the list was written first.
    .sort((a, b) => a.at - b.at || b.i - a.i);
  const events: { line: LogLine; at: number; stack: string[]; joiner: Joiner }[] = [];
  const lastOfPod = new Map<string, (typeof events)[number]>();
  for (const { line, at } of ordered) {
    const pod = line.pod ?? "";
    const open = lastOfPod.get(pod);
    if (open !== undefined && at - open.at <= SAME_EVENT_MS && open.joiner.takes(line.message)) {
      if (line.message.trim() !== "") open.stack.push(line.message);
      continue;
    }
    const event = { line, at, stack: [], joiner: joiner(line.message) };
    events.push(event);
    lastOfPod.set(pod, event);
  }
  return events.map(({ line, stack }) =>
    stack.length === 0
      ? line
      : { ...line, stack: [line.stack ?? line.message, ...stack].join("\n").slice(0, MAX_STACK) },
  );
}

/** What was written at once, with the first and last of its lines, counted from 0. */
export interface TextEvent {
  readonly from: number;
  readonly to: number;
  /** Without what collectors and terminals add to lines. */
  readonly text: string;
}

/**
 * The events of a text that is written line by line, such as a file or a container's output, by their first lines.
 * Where several programs' lines are mixed and named, each one's are put together by themselves.
 */
export function eventsOfText(lines: readonly string[]): TextEvent[] {
  const events: { from: number; to: number; texts: string[] }[] = [];
  const open = new Map<string, { event: (typeof events)[number]; joiner: Joiner }>();
  writtenLines(lines).forEach(({ text, writer }, i) => {
    const isEmpty = text.trim() === "";
    const current = open.get(writer);
    if (current?.joiner.takes(text)) {
      current.event.texts.push(text);
      if (!isEmpty) current.event.to = i;
    } else if (!isEmpty) {
      const event = { from: i, to: i, texts: [text] };
      events.push(event);
      open.set(writer, { event, joiner: joiner(text) });
    }
  });
  return events.map(({ from, to, texts }) => ({
    from,
    to,
    text: texts.join("\n").trimEnd().slice(0, MAX_STACK),
  }));
}

interface Joiner {
  /** Whether the line belongs to the event; when it does, it is taken in. An empty line does, for a while. */
  takes(line: string): boolean;
}

function joiner(first: string): Joiner {
  // A message may itself hold many lines.
  let state = first.split("\n").reduce<TraceState>((before, line) => traceState(line, before), "none");
  let taken = 1;
  let gap = 0;
  let onTrust = 0;
  return {
    takes(line) {
      if (taken >= MAX_EVENT_LINES || gap > MAX_GAP) return false;
      if (line.trim() === "") {
        gap += 1;
        return gap <= MAX_GAP;
      }
      if (!continues(line, state, gap > 0)) return false;
      const isTrusted = (state === "unhandled" || state === "report") && /^\S/.test(line);
      if (isTrusted && ++onTrust > MAX_ON_TRUST) return false;
      taken += 1;
      gap = 0;
      state = traceState(line, state);
      return true;
    },
  };
}
