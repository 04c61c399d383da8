import type { Window } from "./selectors.ts";

/** Beyond this many average intervals without a sample, a series is taken to begin or end inside the window. */
const EXTRAPOLATION_LIMIT = 1.1;

/**
 * `rate`, `increase` and `delta`: the change between the first and the last sample, stretched to the whole
 * window as far as the samples' spacing allows. Counters add back what resets took, and are never
 * stretched to before they were zero.
 */
export function extrapolated(window: Window, kind: "rate" | "increase" | "delta"): number | undefined {
  const { times, values, startMs, endMs } = window;
  const [first, last] = [values[0], values.at(-1)];
  const [firstMs, lastMs] = [times[0], times.at(-1)];
  if (values.length < 2 || first === undefined || last === undefined) return undefined;
  if (firstMs === undefined || lastMs === undefined) return undefined;
  const isCounter = kind !== "delta";
  const change = last - first + (isCounter ? lostToResets(values) : 0);

  const sampled = (lastMs - firstMs) / 1000;
  const spacing = sampled / (values.length - 1);
  let beforeFirst = (firstMs - startMs) / 1000;
  const afterLast = (endMs - lastMs) / 1000;
  if (isCounter && change > 0 && first >= 0) {
    beforeFirst = Math.min(beforeFirst, sampled * (first / change));
  }
  const stretch = (gap: number) => (gap < spacing * EXTRAPOLATION_LIMIT ? gap : spacing / 2);
  const covered = sampled + stretch(beforeFirst) + stretch(afterLast);
  const seconds = kind === "rate" ? (endMs - startMs) / 1000 : 1;
  return change * (covered / sampled / seconds);
}

/** `irate` and `idelta`: only the last two samples count. */
export function instantaneous({ times, values }: Window, kind: "irate" | "idelta"): number | undefined {
  const [previous, last] = values.slice(-2);
  const [previousMs, lastMs] = times.slice(-2);
  if (previous === undefined || last === undefined) return undefined;
  if (previousMs === undefined || lastMs === undefined) return undefined;
  if (kind === "idelta") return last - previous;
  return (last < previous ? last : last - previous) / ((lastMs - previousMs) / 1000);
}

/** How often a counter fell. */
export function resets(values: readonly number[]): number {
  return values.reduce((count, value, i) => count + (value < (values[i - 1] ?? value) ? 1 : 0), 0);
}

function lostToResets(values: readonly number[]): number {
  let lost = 0;
  let previous = 0;
  for (const value of values) {
    if (value < previous) lost += previous;
    previous = value;
  }
  return lost;
}
