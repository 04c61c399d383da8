import {
  budgetReached,
  catalogContext,
  type DiagnoseOutcome,
  diagnose,
  type ModelClient,
  type Step,
} from "@oncall/agent";
import type { Incident, RunSubject, SlackPlace } from "@oncall/incidents";
import { renderDiagnosis, renderNoDiagnosis } from "@oncall/integrations";
import type { InvestigateDeps, InvestigateRun, LookedAt } from "./deps.ts";
import { showProgress } from "./progress.ts";
import { say, where } from "./say.ts";

export const NO_MODEL = "No model was consulted: ANTHROPIC_API_KEY is not set";

/** Why no model is asked, in words; null when one is, or was. */
export async function whyNoModel(looked: LookedAt, deps: InvestigateDeps): Promise<string | null> {
  if (!deps.model) return NO_MODEL;
  if (looked.diagnosis || (await deps.agent.steps.list(looked.id)).length > 0) return null;
  const down = await deps.model.guard?.standing();
  if (down) return `This first look stands alone. ${down}`;
  const spent = await budgetReached(subjectOf(looked), deps.agent);
  return spent === null ? null : `No model was consulted: ${spent}`;
}

/** The diagnosis, or why there is none, into the thread; what an earlier run of this job finished is not paid for again. */
export async function diagnoseAndPost(
  run: InvestigateRun,
  looked: LookedAt,
  incident: Incident,
  thread: SlackPlace | null,
  deps: InvestigateDeps,
): Promise<void> {
  const { model } = deps;
  if (!model) return;
  const owner = { investigationId: looked.id };
  const progress = showProgress(run, looked, thread, deps);
  let diagnosis = looked.diagnosis;
  let failed = looked.diagnosisSkipped;
  try {
    if (!diagnosis && failed === null) {
      const outcome = await askModel(run, looked, incident, { ...deps, model }, progress.tell);
      // A shutdown is no verdict: the job is given back and the next worker asks again.
      run.signal.throwIfAborted();
      if (outcome.state === "done")
        diagnosis = await deps.incidents.saveDiagnosis(looked.id, outcome.diagnosis);
      else {
        failed = outcome.reason;
        await deps.incidents.skipDiagnosis(looked.id, failed);
      }
    }
  } finally {
    progress.stop();
  }
  if (diagnosis)
    await say(
      run,
      deps,
      owner,
      "diagnosis",
      thread,
      renderDiagnosis(diagnosis, { ...where(incident, deps), investigationId: looked.id }),
    );
  else if (failed !== null)
    await say(run, deps, owner, "no_diagnosis", thread, renderNoDiagnosis(failed, where(incident, deps)));
  await progress.end();
}

async function askModel(
  run: InvestigateRun,
  looked: LookedAt,
  incident: Incident,
  deps: InvestigateDeps & { readonly model: ModelClient },
  tell: (step: Step) => void,
): Promise<DiagnoseOutcome> {
  const started = performance.now();
  const { request } = run;
  const { firstLook } = looked;
  return await diagnose(
    {
      incident,
      alert: request.trigger === "alert" ? request.alert : null,
      question: request.trigger === "question" ? request.question : null,
      firstLook,
      catalogContext: catalogContext(
        firstLook.service === null ? null : await deps.catalog.find(firstLook.service),
      ),
    },
    {
      ...deps.agent,
      model: deps.model,
      role: "lead",
      registry: deps.registry,
      evidence: deps.evidence,
      evidenceScope: looked.id,
      run: subjectOf(looked),
      onset: firstLook.onset === null ? undefined : new Date(firstLook.onset),
      now: deps.clock(),
      elapsed: () => performance.now() - started,
      signal: run.signal,
      logger: deps.logger,
      onStep: (step) => {
        tell(step);
        deps.onStep?.(step);
      },
    },
  );
}

/** An investigation is one run, so a job that runs again finds its steps. */
function subjectOf({ id, firstLook }: LookedAt): RunSubject {
  return { id, investigationId: id, service: firstLook.service, team: firstLook.owner?.team ?? null };
}
