import { SCRAPE_MS } from "./timeline.ts";

export type Track = (timeMs: number) => number;

const FIRST_SIZE = 2048;
/** About two weeks of scrapes; later ones are computed each time. */
const MAX_SIZE = 80_000;

/** Remembers a function of the time at the scrapes after `originMs`: many series read it at the same ones. */
export function remembered(originMs: number, track: Track): Track {
  let values = new Float64Array(0);
  return (timeMs) => {
    const index = (timeMs - originMs) / SCRAPE_MS;
    if (index < 0 || index >= MAX_SIZE || !Number.isInteger(index)) return track(timeMs);
    if (index >= values.length) values = grown(values, index, Number.NaN);
    const known = values[index] ?? Number.NaN;
    if (!Number.isNaN(known)) return known;
    const value = track(timeMs);
    values[index] = value;
    return value;
  };
}

/** The running sum of `increase` (per scrape) since `startMs`; `restarts` sets it back to zero. */
export function summed(
  startMs: number,
  increase: Track,
  restarts: ((timeMs: number) => boolean) | null,
): Track {
  let sums = new Float64Array(0);
  let done = 0;
  return (timeMs) => {
    const wanted = Math.max(0, Math.round((timeMs - startMs) / SCRAPE_MS));
    if (wanted >= sums.length) sums = grown(sums, wanted, 0);
    for (; done < wanted; done++) {
      const at = startMs + (done + 1) * SCRAPE_MS;
      sums[done + 1] = (restarts?.(at) ? 0 : (sums[done] ?? 0)) + increase(at);
    }
    return sums[wanted] ?? 0;
  };
}

function grown(values: Float64Array<ArrayBuffer>, index: number, fill: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(FIRST_SIZE, values.length * 2, index + 1)).fill(fill);
  larger.set(values);
  return larger;
}
