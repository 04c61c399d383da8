import { readFileSync } from "node:fs";
import { AppError } from "@oncall/core";
import { parse } from "yaml";
import type { Template } from "./template.ts";

/**
 * What the scripted model says. Turns that end well are played by how many assistant turns a request carries,
 * so a conversation that starts over hears the same; a turn that fails (the second group) is played once, to
 * the first request that reaches it, and the next request moves on, unless it fails `always`.
 */
export interface Script {
  readonly name: string;
  readonly turns: readonly Turn[];
  /** Other turns for requests that offer the tool of this name: an agent with another goal. */
  readonly instead?: Readonly<Record<string, readonly Turn[]>>;
}

export interface Turn {
  /** Blocks as the API returns them, without ids: {thinking}, {redacted_thinking}, {text}, {tool_use, input}; or an $each of them. */
  readonly content?: readonly Template[];
  /** Waits before it answers; `"never"` leaves the client waiting. */
  readonly holdUntil?: Promise<unknown> | "never";
  /** Milliseconds between the events of the stream: a model that thinks while it writes. */
  readonly dripMs?: number;

  /** An HTTP error instead of an answer. */
  readonly error?: number;
  /** The API's words for it. */
  readonly message?: string;
  /** `error.details.error_code`, the stable name of the cause. */
  readonly errorCode?: string;
  /** `retry-after`, seconds. */
  readonly retryAfter?: number;
  /** `retry-after` as an HTTP date this many seconds ahead. */
  readonly retryAtSeconds?: number;
  /** An error that is not the API's JSON, as a proxy in between would answer it. */
  readonly rawBody?: string;
  /** Closes the connection without an answer. */
  readonly hangUp?: boolean;
  /** Closes the connection after so many events. */
  readonly disconnectAfter?: number;
  /** Falls silent after so many events and keeps the connection open. */
  readonly stallAfter?: number;
  /** Sends an `error` event of this type after the first block. */
  readonly streamError?: string;
  /** Tool inputs arrive as what is not JSON. */
  readonly malformedToolInput?: boolean;
  readonly stopReason?: "refusal" | "max_tokens" | "model_context_window_exceeded" | "pause_turn";
  /** A failure that stays: it is played to every request that reaches it, not once. */
  readonly always?: boolean;
}

const failures = [
  "error",
  "hangUp",
  "disconnectAfter",
  "stallAfter",
  "streamError",
  "malformedToolInput",
  "stopReason",
] as const satisfies readonly (keyof Turn)[];

/** A turn that fails does not move the conversation on. */
export function isFailure(turn: Turn): boolean {
  return failures.some((field) => turn[field] !== undefined && turn[field] !== false);
}

/** From src and from dist the same file: the build copies no YAML. */
const builtIn = new URL("../../src/messages-api/", import.meta.url);

/** A built-in script by name (`echo-first-look`), or a YAML or JSON file by path. */
export function loadScript(nameOrPath: string): Script {
  const file = /^[a-z0-9-]+$/.test(nameOrPath) ? new URL(`${nameOrPath}.yaml`, builtIn) : nameOrPath;
  let document: unknown;
  try {
    document = parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new AppError(
      "invalid_input",
      `The script ${nameOrPath} cannot be read: name a YAML file of turns.`,
      { cause },
    );
  }
  const { turns, instead } = (document ?? {}) as { turns?: unknown; instead?: Script["instead"] };
  if (!Array.isArray(turns) || turns.length === 0) {
    throw new AppError(
      "invalid_input",
      `The script ${nameOrPath} has no turns: it needs a list under "turns".`,
    );
  }
  return { name: nameOrPath, turns, ...(instead && { instead }) };
}
