import { clock, minutesBetween } from "@oncall/core";

/** ` since 03:12 UTC`, or nothing when the time is not known: for the end of a sentence. */
export function sinceWords(at: string | null, now: string): string {
  return at === null ? "" : ` since ${clock(at, now)}`;
}

/** `0.1 %`, `22 %`. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(ratio < 0.1 ? 2 : 3))} %`;
}

/** `85 ms`, `1.2 s`. */
export function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${Number(value.toPrecision(3))} s`;
}

/** How far apart two times are: `4 minutes`, `3.2 hours`, `2 days`. */
export function span(earlier: string, later: string): string {
  const minutes = Math.abs(minutesBetween(earlier, later));
  if (minutes < 90) return count(Math.round(minutes), "minute");
  if (minutes < 36 * 60) return `${Number((minutes / 60).toFixed(1))} hours`;
  return count(Math.round(minutes / 1440), "day");
}

/** `1 pod`, `3 pods`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Someone else's text made fit for a sentence: one line, no control characters or half characters, at most `max` long. */
export function quoted(text: string, max = 160): string {
  const line = text
    .slice(0, max * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, " ")
    .trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/\p{Cs}$/u, "")}…`;
}

/** `a, b and 3 more`. */
export function listed(items: readonly string[], max = 4): string {
  const shown = items.slice(0, max);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2
    ? shown.join("")
    : `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1] ?? ""}`;
}

/** The earliest of times that may be missing; null when all are. */
export function earliest(times: Iterable<string | null | undefined>): string | null {
  let first: string | null = null;
  for (const time of times) {
    if (time != null && (first === null || Date.parse(time) < Date.parse(first))) first = time;
  }
  return first;
}

/** A title inside a sentence; names such as AWS keep their capitals. */
export function lowered(title: string): string {
  return title.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
}
