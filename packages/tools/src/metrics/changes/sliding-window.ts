import { quantile } from "../statistics.ts";

/** The finite ones of the last values, kept in order so that their quantiles cost no sorting. */
export interface SlidingWindow {
  /** Values that are no finite number take a place, and count nothing. */
  push(value: number): void;
  /** Of finite values. */
  readonly size: number;
  /** The value below which a share of them lies; NaN for none. */
  quantile(share: number): number;
}

export function slidingWindow(length: number): SlidingWindow {
  const last: number[] = [];
  const sorted = new Float64Array(length + 1);
  let next = 0;
  let size = 0;
  /** Where a value stands or would stand. */
  const placeOf = (value: number): number => {
    let [low, high] = [0, size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    get size() {
      return size;
    },
    push(value) {
      const old = last[next];
      last[next] = value;
      next = (next + 1) % length;
      if (old !== undefined && Number.isFinite(old)) {
        const at = placeOf(old);
        sorted.copyWithin(at, at + 1, size--);
      }
      if (!Number.isFinite(value)) return;
      const at = placeOf(value);
      sorted.copyWithin(at + 1, at, size++);
      sorted[at] = value;
    },
    quantile: (share) => quantile(sorted.subarray(0, size), share),
  };
}
