import type { TemplateDatabase } from "../demo/company.ts";
import type { Recording } from "./recording.ts";
import type { Case, EvalRun } from "./run.ts";

/** Who answers for the model in a run. */
export type ModelChoice = "none" | "configured" | "scripted";

/** What a slot's process is told to do next. */
export interface SlotJob extends Case {
  readonly database: TemplateDatabase;
  readonly model: ModelChoice;
  readonly record: boolean;
}

/** What it answers, one answer a job. */
export type SlotAnswer =
  | { readonly run: EvalRun; readonly recording: Recording | null }
  | { readonly failed: string };
