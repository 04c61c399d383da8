import type { Diagnosis } from "@oncall/incidents";
import { checkSubmission, type Findings } from "./check-submission.ts";
import type { Goal } from "./goal.ts";
import { type LoopOutcome, runLoop } from "./loop.ts";
import { type Case, DIAGNOSIS_PROMPT, openCase } from "./prompt.ts";
import type { AgentDeps } from "./run.ts";
import { submissionChecker, submitTool } from "./submission.ts";

export type DiagnoseOutcome =
  | { readonly state: "done"; readonly diagnosis: Diagnosis }
  | Extract<LoopOutcome<Findings>, { state: "failed" }>;

/** From what the first look found to a diagnosis whose every citation code has checked. Never throws, as the loop. */
export async function diagnose(subject: Case, deps: AgentDeps): Promise<DiagnoseOutcome> {
  const outcome = await runLoop(diagnosing(subject, deps.now), deps);
  if (outcome.state === "failed") return outcome;
  const { value, usage, costUsd, tookMs } = outcome;
  return { state: "done", diagnosis: { ...value, model: deps.model.model, usage, costUsd, tookMs } };
}

function diagnosing(subject: Case, now: Date): Goal<Findings> {
  return {
    product: "diagnosis",
    system: DIAGNOSIS_PROMPT,
    finish: submitTool,
    // The first look has found the service; its owner stands in the catalog's entry.
    without: ["find_resource_owner", "list_services"],
    open: (index) => openCase(subject, index, now),
    async judge(input, read) {
      const problems = submissionChecker.problems(input);
      if (problems.length > 0) return { fits: false, problems };
      return {
        fits: true,
        ...(await checkSubmission(submissionChecker.parse(input, submitTool.name), read)),
      };
    },
  };
}
