export { type CheckedSubmission, checkCitations, citationProblem } from "./citations.ts";
export { type DiagnoseOutcome, diagnose } from "./diagnose.ts";
export { resolvePointer } from "./json-pointer.ts";
export { createModel, type ModelClient, type ModelOptions } from "./model.ts";
export { explainModelError } from "./model-errors.ts";
export { type Case, SYSTEM_PROMPT } from "./prompt.ts";
export { type DiagnoseDeps, type DiagnoseLimits, defaultLimits, type Step } from "./run.ts";
