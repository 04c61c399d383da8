import type { Effect, Scenario, Signal } from "../data/types.ts";
import type { Random } from "./random.ts";
import { SCRAPE_MS, type Timeline } from "./timeline.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Usual {
  readonly base: number;
  /** Random movement, as a share of the value. */
  readonly noise: number;
  /** Movement with the hour of the day, as a share of the value. */
  readonly daily?: number;
  readonly max?: number;
}

export type Track = (timeMs: number) => number;

/** Quantities over time: what is usual, moved by the scenario's effects. */
export interface Signals {
  track(on: string, signal: Signal, usual: Usual): Track;
}

export function createSignals(scenario: Scenario, timeline: Timeline, random: Random): Signals {
  return {
    track(on, signal, usual) {
      const effects = scenario.effects.filter((effect) => effect.on === on && effect.signal === signal);
      const key = `${on} ${signal}`;
      return memoized((timeMs) => {
        const minutes = timeline.minutesSinceOnset(timeMs);
        const usualValue = usual.base * (1 + (usual.daily ?? 0) * wave(timeMs));
        const moved = effects.reduce(
          (value, effect) => value + (effect.value - value) * progress(effect, minutes),
          usualValue,
        );
        const shaken = moved * (1 + usual.noise * (2 * random.unit(key, timeMs / SCRAPE_MS) - 1));
        return Math.max(0, Math.min(shaken, usual.max ?? Number.POSITIVE_INFINITY));
      });
    },
  };
}

/** How much of an effect is there, 0 to 1, `minutes` after the onset. */
export function progress(effect: Effect, minutes: number): number {
  const elapsed = minutes - effect.from;
  if (elapsed < 0 || minutes >= (effect.until ?? Number.POSITIVE_INFINITY)) return 0;
  const over = effect.over ?? 1;
  switch (effect.shape) {
    case "step":
      return 1;
    case "ramp":
      return Math.min(1, elapsed / over);
    case "saturate":
      return 1 - Math.exp((-3 * elapsed) / over);
    case "leak":
      return (elapsed % over) / over;
  }
}

/** Lowest at 03:00 UTC, highest at 15:00. */
function wave(timeMs: number): number {
  return -Math.cos((2 * Math.PI * (timeMs - 3 * 3_600_000)) / DAY_MS);
}

/** The track, remembered: many series read it at the same scrapes. */
export function memoized(track: Track): Track {
  const known = new Map<number, number>();
  return (timeMs) => {
    // Scrapes counted from 1970: small integers are by far the fastest keys.
    const scrape = timeMs / SCRAPE_MS;
    const found = known.get(scrape);
    if (found !== undefined) return found;
    const value = track(timeMs);
    if (known.size >= 20_000) known.clear();
    known.set(scrape, value);
    return value;
  };
}
