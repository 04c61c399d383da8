import type { Random } from "../world/random.ts";
import type { Effect, Scenario, Signal } from "./scenario.ts";

/** Signals that say what is configured or whether something answers: no number that could as well be another. */
const FIXED: ReadonlySet<Signal> = new Set(["up", "pool_max", "max_connections", "consumers"]);

/**
 * The same story with other numbers: the onset moves by up to 20 % (4 minutes at most), magnitudes and log rates by
 * up to 20 %. What is true stays true. Seed 1 tells the story as it is written.
 */
export function vary(scenario: Scenario, seed: number, random: Random): Scenario {
  if (seed === 1) return scenario;
  const factor = (key: string): number => 0.8 + 0.4 * random.unit(`vary ${key}`);
  const shift = scenario.onset_minutes_ago * (factor("onset") - 1);
  return {
    ...scenario,
    onset_minutes_ago: scenario.onset_minutes_ago + Math.max(-4, Math.min(4, shift)),
    effects: scenario.effects.map((effect) => ({ ...effect, value: varied(effect, factor(effect.on)) })),
    logs: scenario.logs.map((log) => ({
      ...log,
      per_minute: log.per_minute * factor(`logs ${log.service}`),
    })),
    alerts: scenario.alerts.map((alert) =>
      typeof alert.value === "number" && alert.value < 50
        ? { ...alert, value: Math.round(alert.value * factor(alert.on) * 10) / 10 }
        : alert,
    ),
  };
}

/** A share near 1 keeps its meaning (a disk that is full is not to become one that is nearly full). */
function varied({ signal, value }: Effect, factor: number): number {
  if (FIXED.has(signal)) return value;
  if (signal.endsWith("_ratio") && value > 0.5 && value <= 1) return 1 - (1 - value) * factor;
  return value * factor;
}
