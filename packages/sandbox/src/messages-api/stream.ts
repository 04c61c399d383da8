import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Turn } from "./script.ts";
import type { StreamEvent } from "./stream-events.ts";

/** Writes an answer as server-sent events, broken where the turn says so. */
export async function stream(raw: ServerResponse, events: readonly StreamEvent[], turn: Turn): Promise<void> {
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "request-id": "req_scripted",
  });
  raw.flushHeaders();
  for (const event of played(events, turn)) {
    if (turn.dripMs !== undefined) await pause(turn.dripMs);
    if (raw.destroyed) return;
    raw.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  if (turn.stallAfter !== undefined) return;
  if (turn.disconnectAfter === undefined) raw.end();
  // What was written goes out first; then the socket closes without the end that chunked encoding needs.
  else raw.write("", () => setImmediate(() => raw.socket?.destroy()));
}

function played(events: readonly StreamEvent[], turn: Turn): readonly StreamEvent[] {
  if (turn.streamError === undefined) return events.slice(0, turn.disconnectAfter ?? turn.stallAfter);
  const error = { type: turn.streamError, message: turn.message ?? "Scripted failure" };
  return [...events.slice(0, 4), { type: "error", error, request_id: "req_scripted" }];
}
