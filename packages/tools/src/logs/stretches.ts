import type { LogPage, LogQuery, LogsBackend } from "@oncall/backends";
import { addMinutes, minutesBetween, type TimeWindow } from "@oncall/core";
import { LATE_MINUTES } from "../metrics/stretches.ts";

/** As long as the window, and over before things went bad: alerts come late, so a while before the onset. */
export function stretchBefore(window: TimeWindow, onset: Date | undefined): TimeWindow {
  const quiet = onset === undefined ? window.from : addMinutes(onset, -LATE_MINUTES);
  const to = onset === undefined || quiet > window.to ? window.from : quiet;
  return { from: addMinutes(to, -minutesBetween(window.from, window.to)), to };
}

/** The same question about both stretches at once. */
export async function searchBoth(
  logs: LogsBackend,
  query: LogQuery,
  before: TimeWindow,
  signal: AbortSignal,
): Promise<[LogPage, LogPage]> {
  return await Promise.all([logs.search(query, signal), logs.search({ ...query, window: before }, signal)]);
}

/** How much of the window the lines that were read cover, in minutes: they are the newest, so it is its end. */
export function minutesRead({ total, lines }: LogPage, window: TimeWindow): number {
  const oldest = lines.at(-1)?.at;
  const from = total > lines.length && oldest !== undefined ? oldest : window.from;
  return Math.max(1 / 60, minutesBetween(from, window.to));
}
