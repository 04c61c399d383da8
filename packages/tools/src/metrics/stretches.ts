import { addMinutes, minutesBetween, type TimeWindow } from "@oncall/core";

export interface Stretches {
  readonly now: TimeWindow;
  /** A quiet stretch before. */
  readonly before: TimeWindow;
}

const NOW_MINUTES = 10;
const MIN_NOW_MINUTES = 2;
const MAX_NOW_MINUTES = 60;
const BEFORE_MINUTES = 60;
const ALIGNED_MS = 10_000;
/** Alerts fire late: so long before the onset that is given, things may have been bad already. */
export const LATE_MINUTES = 10;

/**
 * What to compare: since the onset (at most the last hour of it) with the hour that ended ten minutes before it.
 * Without an onset the last ten minutes with the hour that ended an hour ago.
 */
export function stretches(now: Date, onset: Date | undefined): Stretches {
  const to = now.toISOString();
  const age = onset === undefined ? null : minutesBetween(onset, now);
  if (onset === undefined || age === null || age < 0) {
    return {
      now: { from: addMinutes(now, -NOW_MINUTES), to },
      before: { from: addMinutes(now, -2 * BEFORE_MINUTES), to: addMinutes(now, -BEFORE_MINUTES) },
    };
  }
  const nowMinutes = Math.min(MAX_NOW_MINUTES, Math.max(MIN_NOW_MINUTES, age));
  return {
    now: { from: addMinutes(now, -nowMinutes), to },
    before: {
      from: addMinutes(onset, -LATE_MINUTES - BEFORE_MINUTES),
      to: addMinutes(onset, -LATE_MINUTES),
    },
  };
}

/** Back to whole ten seconds: calls that follow each other ask the same, and the backend's cache answers. */
export function aligned(now: Date): Date {
  return new Date(Math.floor(now.getTime() / ALIGNED_MS) * ALIGNED_MS);
}
