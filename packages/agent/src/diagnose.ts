import type { Diagnosis } from "@oncall/incidents";
import { checkSubmission, type Findings } from "./check-submission.ts";
import type { Goal } from "./goal.ts";
import { type Ended, type LoopOutcome, runLoop } from "./loop.ts";
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
  const { value, tookMs } = outcome;
  return {
    state: "done",
    diagnosis: { ...value, model: deps.model.model, ...(await spendingOf(outcome, deps)), tookMs },
  };
}

/** What the investigation took in all: specialists' calls are in the ledger beside the lead's. */
async function spendingOf(
  { usage, costUsd }: Ended,
  { ledger, run }: AgentDeps,
): Promise<Pick<Ended, "usage" | "costUsd">> {
  if (run.investigationId === null) return { usage, costUsd };
  const all = await ledger.ofInvestigation(run.investigationId);
  return { usage: all.usage, costUsd: all.unpricedCalls > 0 ? null : all.costUsd };
}

function diagnosing(subject: Case, now: Date): Goal<Findings> {
  return {
    product: "diagnosis",
    system: DIAGNOSIS_PROMPT,
    finish: submitTool,
    delegates: true,
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
