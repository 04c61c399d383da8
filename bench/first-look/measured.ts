import type { Figure } from "../report.ts";

/** A part of the benchmark's report. */
export interface Measured {
  readonly results: readonly Figure[];
  readonly notes: readonly string[];
}
