import { bitsBeyond, seriesBits } from "../series-bits.ts";
import { slidingWindow } from "./sliding-window.ts";

/** Points that are remembered: a week of five minutes each. */
export const MEMORY_POINTS = 2_016;
/** So surprising that noise alone is never so. */
const BITS = 4;

/**
 * The points that lie far beyond what the last week of the series was like. Unlike a record, an incident that was as
 * large before does not hide the next one.
 */
export function surprises(values: Float64Array, learning: number, fewest: number): number[] {
  const memory = slidingWindow(MEMORY_POINTS);
  const found: number[] = [];
  values.forEach((value, at) => {
    if (at >= learning && Number.isFinite(value) && memory.size >= fewest) {
      const [low, quarter, middle, most, high] = [0.02, 0.25, 0.5, 0.75, 0.98].map(memory.quantile) as [
        number,
        number,
        number,
        number,
        number,
      ];
      // The exact answer sorts the whole memory; the middle half alone is never less surprised.
      const usual = value > middle ? high - middle : middle - low;
      const mayBe = bitsBeyond(Math.abs(value - middle), usual, (most - quarter) / 1.349) >= BITS;
      if (mayBe) {
        const { up, down } = seriesBits(values.subarray(Math.max(0, at - MEMORY_POINTS), at), [value]);
        if (Math.max(up, down) >= BITS) found.push(at);
      }
    }
    memory.push(value);
  });
  return found;
}
