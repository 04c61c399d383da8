/** How much faster than the scores the odds grow. */
const SHARPNESS = 3;
/** What stands for all that left no sign: an origin outside of what was looked at. */
const UNSEEN = 3;

/**
 * What scores of rivals are worth as probabilities, each 0..1, together below 1: the share of the cube of each in the sum
 * of all cubes. Only how many times larger one is than another counts, so it serves points of any number of signals.
 *
 * Both constants were fitted once for the services of all labelled recordings together (Sock Shop, PetShop, Nezha, TVDiag:
 * 464 rankings): calibration error .05 with exponents 3 and 3.5, .08 with 2.5 and 4. Powers of two to the scores
 * themselves, with any divisor, reach .14; odds of the first against the second alone .07, and cannot speak of the others.
 */
export function confidencesOf(scores: readonly number[]): number[] {
  const odds = scores.map((score) => Math.max(0, score) ** SHARPNESS);
  const all = odds.reduce((sum, each) => sum + each, UNSEEN ** SHARPNESS);
  return odds.map((each) => each / all);
}
