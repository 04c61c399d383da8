import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "@oncall/core";
import type { TurnMetadata, TurnStep } from "@oncall/incidents";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { refused } from "../remote.ts";
import type { Assistant } from "./assistant.ts";

/** What the API says in the end (POST /query). */
export interface Answer {
  readonly response: string;
  readonly session_id: string;
  readonly query_id: string;
  readonly status: "done" | "failed" | "cancelled";
  readonly metadata: TurnMetadata;
}

export interface Asking {
  readonly message: string;
  readonly sessionId: string | undefined;
  readonly onStep: (step: TurnStep) => void;
  /** Aborting cancels the run; what it says of that is the answer. */
  readonly signal: AbortSignal;
}

/** A stream that breaks is taken up again where it left off, this often in a row. */
const MAX_BREAKS = 5;
const PAUSE_MS = 1_000;
/** A cancelled run that does not answer by then is left to itself. */
const CANCEL_TIMEOUT_MS = 15_000;

/** Asks, and tells of every step as it happens. */
export async function ask(asking: Asking, assistant: Assistant): Promise<Answer> {
  const { message, sessionId, onStep, signal } = asking;
  const { url, token } = assistant;
  const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
  const give = new AbortController();
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(new URL(path, url), {
      ...init,
      headers: { ...headers, ...init.headers },
      signal: give.signal,
    }).catch((cause: unknown) => {
      throw new AppError("unavailable", `${url} does not answer: check that it runs.`, { cause });
    });
    if (!response.ok) throw refused(await response.json().catch(() => null));
    return response;
  };

  let response = await request("/query", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message, ...(sessionId === undefined ? {} : { session_id: sessionId }) }),
  });
  const place = response.headers.get("location") ?? "";
  const cancel = (): void => {
    request(place, { method: "DELETE" }).catch(() => give.abort());
    setTimeout(() => give.abort(), CANCEL_TIMEOUT_MS).unref();
  };
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    let last = "0";
    for (let breaks = 0; ; breaks++) {
      try {
        for await (const { event, id, data } of eventsOf(response)) {
          breaks = 0;
          last = id ?? last;
          if (event === "step") onStep(JSON.parse(data) as TurnStep);
          if (event === "done" || event === "error") return JSON.parse(data) as Answer;
        }
      } catch (cause) {
        if (give.signal.aborted)
          throw new AppError("unavailable", "The run did not say that it stopped.", { cause });
      }
      if (breaks >= MAX_BREAKS)
        throw new AppError(
          "unavailable",
          `The stream of ${url}${place} broke off. Its answer will stand there.`,
        );
      await pause(PAUSE_MS);
      response = await request(`${place}/events`, { headers: { "last-event-id": last } });
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function eventsOf(response: Response) {
  if (response.body === null) throw new AppError("unavailable", "The answer has no body.");
  return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
}
