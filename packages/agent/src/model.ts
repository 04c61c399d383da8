import { setTimeout as pause } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import type { MessageStream } from "@anthropic-ai/sdk/lib/MessageStream";
import { isBrokenStream, ModelError } from "./model-errors.ts";
import type { ModelGuard } from "./model-guard.ts";
import { patientFetch } from "./patient-fetch.ts";

const PUBLIC_API = "https://api.anthropic.com";
const MAX_RESTARTS = 2;
const RESTART_PAUSE_MS = 250;

export interface ModelOptions {
  readonly apiKey: string;
  /** Any endpoint that speaks the Messages API; default Anthropic's own. */
  readonly baseUrl?: string | undefined;
  /** Model id, such as `claude-opus-5-5`. */
  readonly model: string;
  /** Until the answer begins; how long it may stream is the investigation's wall time. Default 60 s. */
  readonly timeoutMs?: number | undefined;
  /** Silence inside a stream, pings included, after which it counts as broken. Default 45 s. */
  readonly idleMs?: number | undefined;
  /** Of what failed before the answer began: connection, 408, 409, 429, 5xx; honours a `retry-after` up to 30 s. Default 2. */
  readonly maxRetries?: number | undefined;
  /** The circuit breaker of the endpoint; without one every call is made. */
  readonly guard?: ModelGuard | undefined;
}

/** A model at an endpoint: built once, passed in. */
export interface ModelClient {
  readonly api: Anthropic;
  readonly model: string;
  readonly guard?: ModelGuard | undefined;
}

/** Whose health a client shares: the host, with its port where that is not the usual one. */
export function modelEndpoint(baseUrl: string | undefined): string {
  return new URL(baseUrl ?? PUBLIC_API).host;
}

export function createModel({
  apiKey,
  baseUrl,
  model,
  timeoutMs = 60_000,
  idleMs = 45_000,
  maxRetries = 2,
  guard,
}: ModelOptions): ModelClient {
  // The SDK would read key, token and address from the environment itself, and log to the console.
  const api = new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseUrl ?? PUBLIC_API,
    // The API takes the key as a bearer token since version 2026-10-21; many gateways know only the older header.
    defaultHeaders: baseUrl === undefined ? {} : { "x-api-key": apiKey },
    timeout: timeoutMs,
    maxRetries,
    fetch: patientFetch({ idleMs }),
    logLevel: "off",
    openTelemetry: false,
  });
  return { api, model, guard };
}

export type ModelRequest = Omit<Anthropic.MessageCreateParamsStreaming, "model" | "stream">;

/** Hears an answer while it streams. A stream that is asked for again is heard from its beginning. */
export interface Listener {
  readonly onText?: (delta: string) => void;
  /** The input of a tool call, as far as it has come. */
  readonly onInput?: (tool: string, input: unknown) => void;
  /** What the answer has used when it begins: all of the request, and hardly any output yet. */
  readonly onUsage?: (usage: Anthropic.Usage) => void;
}

/**
 * One answer, streamed to its end. A stream that breaks half-way is asked for again, at most twice: nothing
 * in it has been acted on. Throws the SDK's errors, and AppErrors.
 */
export async function ask(
  client: ModelClient,
  request: ModelRequest,
  signal: AbortSignal,
  listener: Listener = {},
): Promise<Anthropic.Message> {
  const answer = () => streamed(client, request, signal, listener);
  return client.guard ? client.guard.run(client.model, answer) : answer();
}

async function streamed(
  client: ModelClient,
  request: ModelRequest,
  signal: AbortSignal,
  listener: Listener,
): Promise<Anthropic.Message> {
  for (let restarts = 0; ; restarts++) {
    const stream = client.api.messages.stream({ ...request, model: client.model }, { signal });
    let begun = false;
    stream.on("connect", () => {
      begun = true;
    });
    try {
      listen(stream, listener);
      return await stream.finalMessage();
    } catch (thrown) {
      if (!begun && timedOut(signal)) throw new ModelError("timed_out", { model: client.model }, thrown);
      if (restarts >= MAX_RESTARTS || signal.aborted || !isBrokenStream(thrown)) throw thrown;
      // An abort meanwhile shows in the next attempt.
      await pause(RESTART_PAUSE_MS * 2 ** restarts, undefined, { signal }).catch(() => undefined);
    }
  }
}

function listen(stream: MessageStream, { onText, onInput, onUsage }: Listener): void {
  if (onText) stream.on("text", onText);
  let tool = "";
  stream.on("streamEvent", (event) => {
    if (event.type === "message_start") onUsage?.(event.message.usage);
    if (event.type === "content_block_start" && event.content_block.type === "tool_use")
      tool = event.content_block.name;
  });
  if (onInput) stream.on("inputJson", (_, input) => onInput(tool, input));
}

/** A deadline has passed; a person or a shutdown that stops a run leaves another reason. */
function timedOut(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
}
