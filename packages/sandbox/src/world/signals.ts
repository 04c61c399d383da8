import type { Effect, Scenario, Signal } from "../data/scenario.ts";
import { remembered, type Track } from "./grid.ts";
import type { Random } from "./random.ts";
import { SCRAPE_MS, type Timeline } from "./timeline.ts";

export type { Track } from "./grid.ts";

const DAY_MS = 24 * 60 * 60_000;

export interface Usual {
  readonly base: number;
  /** Random movement, as a share of the value. */
  readonly noise: number;
  /** Movement with the hour of the day, as a share of the value. */
  readonly daily?: number;
  readonly max?: number;
}

/** Quantities over time: what is usual, moved by the scenario's effects. */
export interface Signals {
  /** `newest`: as the pods of the newest release see it. */
  track(on: string, signal: Signal, usual: Usual, newest?: boolean): Track;
}

export function createSignals(scenario: Scenario, timeline: Timeline, random: Random): Signals {
  return {
    track(on, signal, usual, newest = false) {
      const effects = scenario.effects.filter(
        (effect) => effect.on === on && effect.signal === signal && (newest || effect.pods === undefined),
      );
      const first = Math.min(...effects.map((effect) => effect.from));
      const { base, noise, daily = 0, max = Number.POSITIVE_INFINITY } = usual;
      const shake = random.stream(`${on} ${signal}`);
      if (effects.length === 0 && noise === 0 && daily === 0) return () => base;
      return remembered(timeline.originMs, (timeMs) => {
        let value = daily === 0 ? base : base * (1 + daily * wave(timeMs, DAY_MS));
        let loose = 0;
        const minutes = timeline.minutesSinceOnset(timeMs);
        if (minutes >= first) {
          for (const effect of effects) {
            if (effect.shape === "noise") loose += effect.value * progress(effect, minutes);
            else value = moved(value, effect, minutes, timeMs);
          }
        }
        const shaken = value * (1 + (noise + loose) * (2 * shake(timeMs / SCRAPE_MS) - 1));
        return Math.max(0, Math.min(shaken, max));
      });
    },
  };
}

function moved(value: number, effect: Effect, minutes: number, timeMs: number): number {
  const part = progress(effect, minutes);
  if (part === 0) return value;
  if (effect.shape !== "wave") return value + (effect.value - value) * part;
  return value * (1 + effect.value * wave(timeMs, (effect.over ?? 60) * 60_000));
}

/** How much of an effect is there, 0 to 1, `minutes` after the onset. */
export function progress(effect: Effect, minutes: number): number {
  const elapsed = minutes - effect.from;
  if (elapsed < 0 || minutes >= (effect.until ?? Number.POSITIVE_INFINITY)) return 0;
  const over = effect.over ?? 1;
  switch (effect.shape) {
    case "step":
    case "noise":
    case "wave":
      return 1;
    case "ramp":
      return Math.min(1, elapsed / over);
    case "saturate":
      return 1 - Math.exp((-3 * elapsed) / over);
    case "leak":
      return (elapsed % over) / over;
  }
}

/** -1 to 1; over a day lowest at 03:00 UTC and highest at 15:00. */
function wave(timeMs: number, periodMs: number): number {
  return -Math.cos((2 * Math.PI * (timeMs - 3 * 3_600_000)) / periodMs);
}
