import type { FindingCode } from "@oncall/core";
import { isBenign } from "./known/benign.ts";
import { knownFailures } from "./known/index.ts";
import type { KnownFailure } from "./known/known-failure.ts";

const MAX_TEXT = 4_000;

/**
 * The failure that a log event (message, and stack trace where there is one) is known to show; null when none. The
 * first 4,000 characters are looked at. A line that says it is well (a retry that succeeded, "0 errors") shows none.
 */
export function failureIn(text: string): KnownFailure | null {
  const start = text.slice(0, MAX_TEXT);
  const end = start.indexOf("\n");
  if (isBenign(end < 0 ? start : start.slice(0, end))) return null;
  return knownFailures.find((failure) => shows(failure, start)) ?? null;
}

/** The finding code of that failure. */
export function knownFailure(text: string): FindingCode | null {
  return failureIn(text)?.code ?? null;
}

function shows({ patterns, and }: KnownFailure, text: string): boolean {
  return patterns.some((pattern) => pattern.test(text)) && (and?.test(text) ?? true);
}
