import type { LogLine } from "@oncall/backends";

const MAX_STACK = 16_000;
/** Lines of one trace are written at once. */
const SAME_EVENT_MS = 2_000;

/** A line that goes on with the one before: a frame, a cause, a note of more frames, a traceback's code. */
const CONTINUES =
  /^(?:\s+\S|Caused by: |Suppressed: |\.{3} \d+ more|goroutine \d+ \[|created by |#\d+\s|Traceback \(most|--- End of |\[signal )/;
/** After these the end of a trace stands at the margin. */
const TRACEBACK = /Traceback \(most recent call last\)/;
const PYTHON_END = /^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Timeout)\b/;

/**
 * Log lines as events, oldest first: where a shipper sent every line of a stack trace on its own, they are one
 * event again, whose `stack` holds them.
 */
export function toEvents(lines: readonly LogLine[]): LogLine[] {
  const ordered = lines
    .map((line, i) => ({ line, i, at: Date.parse(line.at) || 0 }))
    // Newest first is how they come: of the same millisecond, the later in the list was written first.
    .sort((a, b) => a.at - b.at || b.i - a.i);
  const events: { line: LogLine; at: number; stack: string[] }[] = [];
  const lastOfPod = new Map<string, (typeof events)[number]>();
  for (const { line, at } of ordered) {
    const pod = line.pod ?? "";
    const open = lastOfPod.get(pod);
    if (open !== undefined && at - open.at <= SAME_EVENT_MS && continues(line.message, open)) {
      open.stack.push(line.message);
      continue;
    }
    const event = { line, at, stack: [] };
    events.push(event);
    lastOfPod.set(pod, event);
  }
  return events.map(({ line, stack }) =>
    stack.length === 0
      ? line
      : { ...line, stack: [line.stack ?? line.message, ...stack].join("\n").slice(0, MAX_STACK) },
  );
}

function continues(message: string, open: { line: LogLine; stack: readonly string[] }): boolean {
  if (CONTINUES.test(message)) return true;
  const inTraceback = TRACEBACK.test(open.line.message) || open.stack.some((line) => TRACEBACK.test(line));
  return inTraceback && PYTHON_END.test(message);
}
