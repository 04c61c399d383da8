/** From here on a change is more likely than not. */
export const SURE = 0.5;

const LEAST = 0.1;
const MOST = 0.95;
/** Bits that take away half of the doubt, and those that lasting at the new level is worth. */
const HALF_BITS = 5;
const LASTING_BITS = 3;

/**
 * How likely a change is more than its series' usual life, by how surprising it is and whether it lasted. The constants
 * follow the share of changes that people had labelled, on two sets of operational series.
 */
export function confidenceOf(bits: number, isLasting: boolean): number {
  const evidence = bits + (isLasting ? LASTING_BITS : 0);
  return MOST - (MOST - LEAST) * 2 ** (-evidence / HALF_BITS);
}
