import { AppError } from "./errors.ts";

/** A half-open interval of world time, both ends as ISO 8601 in UTC. */
export interface TimeWindow {
  readonly from: string;
  readonly to: string;
}

/** Where the domain's "now" comes from; signatures, timeouts and backoff never use it (SPEC §3). */
export type Clock = () => Date;

export const wallClock: Clock = () => new Date();

const MINUTE_MS = 60_000;

export function minutesBetween(earlier: string | Date, later: string | Date): number {
  return (new Date(later).getTime() - new Date(earlier).getTime()) / MINUTE_MS;
}

export function addMinutes(at: string | Date, minutes: number): string {
  return new Date(new Date(at).getTime() + minutes * MINUTE_MS).toISOString();
}

/** The longest window a tool reads, in minutes (7 days). */
export const MAX_WINDOW_MINUTES = 7 * 24 * 60;

/**
 * The window a caller asked for, the last `defaultMinutes` up to `now` where it did not.
 * Throws invalid_input when the ends are swapped, lie in the future or are further apart than 7 days.
 */
export function resolveWindow(
  asked: { from?: string | undefined; to?: string | undefined },
  now: Date,
  defaultMinutes = 60,
): TimeWindow {
  const to = asked.to === undefined ? now : new Date(asked.to);
  const from =
    asked.from === undefined ? new Date(to.getTime() - defaultMinutes * MINUTE_MS) : new Date(asked.from);
  const minutes = minutesBetween(from, to);
  if (Number.isNaN(minutes))
    throw new AppError("invalid_input", "from and to must be ISO 8601 times, such as 2026-01-31T03:00:00Z.");
  if (minutes <= 0)
    throw new AppError(
      "invalid_input",
      `from (${from.toISOString()}) must lie before to (${to.toISOString()}).`,
    );
  // Clocks differ by seconds between machines; a minute of future is no mistake.
  if (to.getTime() > now.getTime() + MINUTE_MS) {
    throw new AppError(
      "invalid_input",
      `to (${to.toISOString()}) lies in the future; now is ${now.toISOString()}.`,
    );
  }
  if (minutes > MAX_WINDOW_MINUTES) {
    throw new AppError(
      "invalid_input",
      `The window is ${Math.round(minutes)} minutes; at most ${MAX_WINDOW_MINUTES} (7 days) can be read at once.`,
    );
  }
  return { from: from.toISOString(), to: to.toISOString() };
}

/** `03:12 UTC`, with the day in front when it is not the day of `now`; both ISO 8601. */
export function clock(at: string, now: string): string {
  const time = `${at.slice(11, 16)} UTC`;
  return at.slice(0, 10) === now.slice(0, 10) ? time : `${at.slice(0, 10)} ${time}`;
}
