import { MAX_BITS } from "@oncall/tools";

/** One huge count must not outvote everything: 16 bits are worth 16 points, from there on each counts ever less. */
export function compress(bits: number): number {
  return MAX_BITS * Math.log2(1 + bits / MAX_BITS);
}
