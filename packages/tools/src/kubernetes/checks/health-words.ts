/**
 * Words in which controllers report. Their conventions differ from operator to operator, the words hardly do: a type,
 * reason or phase is cut into its words, and these tell.
 */
const BAD = new Set([
  "aborted",
  "conflict",
  "corrupt",
  "corrupted",
  "crashed",
  "dangling",
  "deadlock",
  "degraded",
  "denied",
  "err",
  "error",
  "errored",
  "errors",
  "exceeded",
  "fail",
  "failed",
  "failing",
  "fails",
  "failure",
  "failures",
  "fallback",
  "faulted",
  "fatal",
  "invalid",
  "problem",
  "readonly",
  "recoverable",
  "rejected",
  "stalled",
  "terminal",
  "timeout",
  "unavailable",
  "unhealthy",
  "unreachable",
  "unsupported",
]);
const GOOD = new Set([
  "accepted",
  "available",
  "deployed",
  "established",
  "healthy",
  "installed",
  "programmed",
  "ready",
  "reconciled",
  "resolved",
  "structural",
  "succeeded",
  "successful",
  "synced",
  "valid",
  "validated",
]);
const NOT = new Set(["no", "non", "not", "without", "0"]);
/** Somebody wanted it so. */
const STOPPED = /cancel|paus|suspend|stopped|disabled|halted|hibernat/i;

export type Polarity = "good" | "bad" | "unknown";

/** What a condition's type says when it is true: `Ready` good, `Stalled` bad, `Progressing` neither. */
export function polarityOf(type: string): Polarity {
  const words = wordsOf(type);
  let polarity: Polarity = "unknown";
  // The last word that tells is what the type is about: a `ReadyCheckFailed` is no readiness.
  for (const [index, word] of words.entries()) {
    const found = BAD.has(word) ? "bad" : GOOD.has(word) ? "good" : undefined;
    if (found === undefined) continue;
    polarity = NOT.has(words[index - 1] ?? "") ? (found === "bad" ? "good" : "bad") : found;
  }
  return polarity;
}

/** Whether a phase, state or reason says that something went wrong: `FailedValidation`, `TRANSIENT_FAILURE`. */
export function saysFailure(said: string): boolean {
  const words = wordsOf(said);
  return words.some((word, index) => BAD.has(word) && !NOT.has(words[index - 1] ?? ""));
}

export function saysStopped(words: string): boolean {
  return STOPPED.test(words);
}

/** `FailedValidation`, `HEALTH_ERR` and `crash-looped` alike: the words of a name, in small letters. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
