import type { Sample } from "./facts.ts";

/** What holds over the last points holds now; one point may be a blip. */
const TAIL = 3;
/** So many times the lowest level before is a jump. */
const JUMP = 3;

export function first(samples: readonly Sample[]): number | undefined {
  return samples[0]?.[1];
}

export function last(samples: readonly Sample[]): number | undefined {
  return samples.at(-1)?.[1];
}

export function most(samples: readonly Sample[]): number {
  return Math.max(...samples.map(([, value]) => value));
}

export function least(samples: readonly Sample[]): number {
  return Math.min(...samples.map(([, value]) => value));
}

export interface Stretch {
  /** When it began, in milliseconds since the epoch. */
  readonly since: number;
  /** Whether it began within what was measured, and not before. */
  readonly began: boolean;
}

/** The stretch in which a condition holds without a break up to now; undefined when it does not hold now. */
export function holding(samples: readonly Sample[], is: (value: number) => boolean): Stretch | undefined {
  const tail = samples.slice(-TAIL);
  if (tail.length === 0 || !tail.every(([, value]) => is(value))) return undefined;
  let from = samples.length - 1;
  while (from > 0 && is(samples[from - 1]?.[1] ?? Number.NaN)) from -= 1;
  return { since: samples[from]?.[0] ?? 0, began: from > 0 };
}

/** A level several times that of the beginning which lasts to now; undefined when there is none. */
export function jump(samples: readonly Sample[]): (Stretch & { from: number; to: number }) | undefined {
  const from = first(samples);
  const to = last(samples);
  if (from === undefined || to === undefined) return undefined;
  const stretch = holding(samples, (value) => value >= JUMP * Math.max(from, 1e-9));
  return stretch?.began ? { ...stretch, from, to } : undefined;
}
