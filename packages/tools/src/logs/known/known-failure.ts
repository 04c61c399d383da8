import type { FindingCode } from "@oncall/core";

/** A failure that shows in logs the same way wherever it happens. */
export interface KnownFailure {
  /** Unique in the table. Several failures may share a finding code: a code is what it means for the diagnosis. */
  readonly name: string;
  readonly code: FindingCode;
  readonly severity: "critical" | "warning";
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** What to look at or do first. */
  readonly hint: string;
  /** Any one suffices. Repeats are bounded or end at the line; none stands inside another. */
  readonly patterns: readonly RegExp[];
  /** A second condition on the same text. */
  readonly and?: RegExp;
  /** True for what is reported as mere information and is a failure nevertheless. */
  readonly anyLevel?: true;
}
