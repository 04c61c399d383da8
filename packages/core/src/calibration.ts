/** What was said with which confidence, 0..1, and whether it was right. */
export interface Stated {
  readonly confidence: number;
  readonly right: boolean;
}

export interface Bin {
  /** Confidences from here up to a tenth more; the last bin includes 1. */
  readonly from: number;
  readonly count: number;
  /** Means over the bin. */
  readonly confidence: number;
  readonly right: number;
}

export const CALIBRATION_BINS = 10;

/** How often what was said with a confidence was right, in ten bins of one width; bins without any are left out. */
export function calibrationBins(stated: readonly Stated[]): Bin[] {
  return Array.from({ length: CALIBRATION_BINS }, (_, i) => {
    // A hair is added so that 0.3, which is a little less in binary, falls into its own bin.
    const inBin = stated.filter(
      ({ confidence }) =>
        Math.min(CALIBRATION_BINS - 1, Math.floor(confidence * CALIBRATION_BINS + 1e-9)) === i,
    );
    return {
      from: i / CALIBRATION_BINS,
      count: inBin.length,
      confidence: mean(inBin.map(({ confidence }) => confidence)),
      right: mean(inBin.map(({ right }) => Number(right))),
    };
  }).filter(({ count }) => count > 0);
}

/** The expected calibration error: how far confidence and share right lie apart, each bin by its size; null of nothing. */
export function calibrationError(bins: readonly Bin[]): number | null {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return bins.reduce(
    (sum, { count, confidence, right }) => sum + (count / total) * Math.abs(right - confidence),
    0,
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
