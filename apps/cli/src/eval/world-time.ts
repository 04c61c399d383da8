import type { Clock } from "@oncall/core";

const MONDAY = Date.UTC(2026, 2, 9);
const WEEK_MINUTES = 7 * 24 * 60;

/**
 * The moment a seed's world stands at, somewhere in a week: history is a function of seed and time, so with
 * the time held still the same seed shows the same world, to the last line.
 */
export function worldClock(seed: number): Clock {
  const minute = (((seed * 4_999 + 870) % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
  const at = MONDAY + minute * 60_000;
  return () => new Date(at);
}
