import type { LogLine } from "@oncall/backends";
import { isBenign } from "./known/benign.ts";
import type { KnownFailure } from "./known/known-failure.ts";
import { failureIn } from "./known.ts";
import { masked } from "./template.ts";

/** Statements that are remembered; further ones are looked at each time. */
const MAX_REMEMBERED = 10_000;
const MAX_LINE = 1_000;

/**
 * The same as `failureIn`, for many lines: those of one statement are looked at once. Status codes and counts of
 * zero make statements of their own.
 */
export function rememberFailures(): (text: string) => KnownFailure | null {
  const remembered = new Map<string, KnownFailure | null>();
  return (text) => {
    if (text.length > MAX_LINE || text.includes("\n")) return failureIn(text);
    const key = `${countsNone(text)} ${masked(text)}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const failure = failureIn(text);
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, failure);
    return failure;
  };
}

/** An event's failure. A level that says all is well makes none of words, but for what is only ever reported so. */
export function failureOf(
  event: LogLine,
  failureAt: (text: string) => KnownFailure | null,
): KnownFailure | null {
  const failure = failureAt(textOf(event));
  const isWell = event.level === "info" || event.level === "debug";
  return isWell && failure?.anyLevel !== true ? null : failure;
}

export function textOf({ message, stack }: LogLine): string {
  return stack === undefined ? message : `${message}\n${stack}`;
}

/** Whether a line says that there are none of something, which its template does not. */
export function countsNone(line: string): boolean {
  return /\b0\b/.test(line) && isBenign(line.slice(0, MAX_LINE));
}
