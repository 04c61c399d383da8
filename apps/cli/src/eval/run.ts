import type { Diagnosis, Evidence, FirstLook, ModelUsage } from "@oncall/incidents";
import type { Truth } from "@oncall/sandbox";

/** Which scenario, in which of its variations. */
export interface Case {
  readonly scenario: string;
  readonly seed: number;
}

/** One scenario gone through the product: what was true, what was said, what it took. */
export interface EvalRun extends Case {
  readonly title: string;
  readonly truth: Truth;
  /** Null when the product saw no reason to look, as for an alert that has resolved already. */
  readonly firstLook: FirstLook | null;
  /** The first look as a person reads it. */
  readonly text: string;
  /** From the event sent to the post accepted, milliseconds; null in a replay, where nothing is asked. */
  readonly firstLookMs: number | null;
  readonly diagnosis: Diagnosis | null;
  /** Why there is no diagnosis although one was asked for. */
  readonly diagnosisSkipped: string | null;
  /** What the model's calls took, those of a failed diagnosis too; null when no model was asked. */
  readonly spent: { readonly usage: ModelUsage; readonly costUsd: number | null } | null;
  readonly evidence: readonly Pick<Evidence, "id" | "tool" | "summary" | "state" | "durationMs">[];
}

/** A run that ended without an answer. */
export interface FailedRun extends Case {
  readonly title: string;
  readonly truth: Truth;
  readonly failed: string;
}
