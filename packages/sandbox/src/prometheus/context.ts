import { executionError } from "./promql-error.ts";
import type { Series, SeriesIndex } from "./series.ts";

/**
 * Samples and result points one query may hold. The real server's limit is 50,000,000 and a flag; this one
 * keeps a simulated server under about half a gigabyte.
 */
const MAX_SAMPLES = 20_000_000;

/** Samples of one series, oldest first; `times` in milliseconds, as long as `values`. */
export interface Samples {
  times: number[];
  values: number[];
}

/** What an expression is evaluated in. Every value in it has one entry per entry of `times`. */
export interface EvalContext {
  index: SeriesIndex;
  /** The evaluation steps, ascending, in milliseconds. */
  times: readonly number[];
  /** The ends of the whole query, for `@ start()` and `@ end()`. */
  startMs: number;
  endMs: number;
  reader: SampleReader;
}

/** Reads series for one query: counts what is read, and reads the same stretch of a series only once. */
export class SampleReader {
  readonly #intervalMs: number;
  readonly #nowMs: number;
  readonly #cache = new Map<Series, { fromMs: number; toMs: number; samples: Samples }>();
  #taken = 0;

  /** Nothing after `nowMs` has been scraped yet. */
  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#nowMs = nowMs;
  }

  /** The samples between the two times, both included, and possibly some around them. */
  read(series: Series, fromMs: number, toMs: number): Samples {
    const cached = this.#cache.get(series);
    if (cached && cached.fromMs <= fromMs && cached.toMs >= toMs) return cached.samples;
    const first = Math.ceil(fromMs / this.#intervalMs) * this.#intervalMs;
    const last = Math.min(toMs, this.#nowMs);
    this.take(Math.max(0, (last - first) / this.#intervalMs));
    const samples: Samples = { times: [], values: [] };
    for (let time = first; time <= last; time += this.#intervalMs) {
      const value = series.at(time);
      if (value === undefined) continue;
      samples.times.push(time);
      samples.values.push(value);
    }
    this.#cache.set(series, { fromMs, toMs, samples });
    return samples;
  }

  /** Counts points towards the query's limit. */
  take(points: number): void {
    this.#taken += points;
    if (this.#taken > MAX_SAMPLES) {
      throw executionError("query processing would load too many samples into memory in query execution");
    }
  }
}
