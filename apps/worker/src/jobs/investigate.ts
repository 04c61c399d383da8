import {
  type AgentDeps,
  budgetReached,
  catalogContext,
  diagnose,
  type ModelClient,
  type Step,
} from "@oncall/agent";
import type { SlackBackend } from "@oncall/backends";
import type { Catalog } from "@oncall/catalog";
import type { Clock } from "@oncall/core";
import type {
  EvidenceStore,
  FirstLook,
  Incident,
  IncidentStore,
  InvestigateRequest,
  Investigation,
  PostOwner,
  PostStore,
  RunSubject,
  SlackPlace,
} from "@oncall/incidents";
import {
  amend,
  type Delivery,
  deliverOnce,
  type Rendered,
  renderDiagnosis,
  renderFirstLook,
  renderNoDiagnosis,
  renderRepeat,
  renderResolved,
} from "@oncall/integrations";
import type { Logger } from "@oncall/platform";
import type { Registry } from "@oncall/tools";
import { type FirstLookInTime, firstLookInTime } from "@oncall/triage";
import type { ModelWatch } from "../model-watch.ts";

export interface InvestigateDeps {
  readonly catalog: Catalog;
  readonly incidents: IncidentStore;
  readonly evidence: EvidenceStore;
  readonly posts: PostStore;
  readonly registry: Registry;
  /** Absent when Slack is not configured: then nothing is posted and the result stands in the database. */
  readonly slack: SlackBackend | undefined;
  /** Absent when no API key is configured: then the first look says so and stands alone. */
  readonly model: ModelClient | undefined;
  /** Says when the model stops working, and when it works again. */
  readonly modelWatch: Pick<ModelWatch, "tell"> | undefined;
  /** Its stores, prices and bounds. */
  readonly agent: Pick<
    AgentDeps,
    "steps" | "ledger" | "effort" | "prices" | "budgets" | "limits" | "specialists"
  >;
  readonly firstLookBudgetMs: number;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each step of the model's as it happens; must not throw. */
  readonly onStep?: (step: Step) => void;
}

/** One run of the job; every step that is finished is stored, so a run after a crash goes on where the last one ended. */
export interface InvestigateRun {
  readonly inboxId: string;
  readonly request: InvestigateRequest;
  readonly signal: AbortSignal;
}

export const NO_MODEL = "No model was consulted: ANTHROPIC_API_KEY is not set";

/** An alert or question → first look → diagnosis, each posted once into the thread where it was raised. */
export async function investigate(run: InvestigateRun, deps: InvestigateDeps): Promise<void> {
  const { request } = run;
  if (request.trigger === "alert" && request.alert.status === "resolved")
    return resolveIncident(run, request, deps);

  const begun =
    request.trigger === "alert"
      ? await deps.incidents.beginAlert({ inboxId: run.inboxId, alert: request.alert, place: request.place })
      : await deps.incidents.beginQuestion({
          inboxId: run.inboxId,
          question: [request.target, request.question].filter(Boolean).join(" "),
          service: await serviceOf(request.target, deps.catalog),
          place: request.place,
          askedAt: request.askedAt,
        });
  const { incident } = begun;
  if (begun.state === "repeat") {
    const notice = renderRepeat(incident.title, incident.createdAt, where(incident, deps));
    await say(run, deps, { alertId: begun.alertId }, "repeat", request.place, notice);
    return;
  }
  await carryOut(run, begun.investigation, incident, deps);
}

/** First look, diagnosis and their posts, from the first step that is not done yet. */
export async function carryOut(
  run: InvestigateRun,
  investigation: Investigation,
  incident: Incident,
  deps: InvestigateDeps,
): Promise<void> {
  if (investigation.status !== "running") return;
  const { looked, late } = await lookFirst(run, investigation, incident, deps);
  const noModel = await whyNoModel(looked, deps);
  const thread = await postFirstLook(run, looked, noModel, incident, deps);
  const appending = appendLate(run, looked, late, noModel, incident, deps);
  if (noModel === null) await diagnoseAndPost(run, looked, incident, thread, deps);
  // The first look has said so.
  else await deps.incidents.skipDiagnosis(looked.id, noModel);
  await deps.modelWatch?.tell(thread);
  await appending;
  await deps.incidents.finish(looked.id, "done");
}

/** Calls that miss the first look's budget may go on for so long. */
const LATE_MS = 15_000;

type LookedAt = Investigation & { readonly firstLook: NonNullable<Investigation["firstLook"]> };

async function lookFirst(
  run: InvestigateRun,
  investigation: Investigation,
  incident: Incident,
  deps: InvestigateDeps,
): Promise<{ looked: LookedAt; late: FirstLookInTime["late"] | null }> {
  // What was late for a run that died is not asked again: the diagnosis, or a person, can.
  if (investigation.firstLook)
    return { looked: { ...investigation, firstLook: investigation.firstLook }, late: null };
  const started = performance.now();
  const { request } = run;
  const { said: look, late } = await firstLookInTime(
    {
      alert: request.trigger === "alert" ? request.alert : null,
      question: request.trigger === "question" ? request.question : null,
      target: request.trigger === "question" ? request.target : null,
      // An incident opened by a question began when somebody asked, which says nothing of the fault.
      startedAt: incident.fingerprint.startsWith("question:") ? null : incident.startedAt,
    },
    {
      catalog: deps.catalog,
      call: (tool, input, options) =>
        deps.registry.call(tool, input, {
          investigationId: investigation.id,
          signal: run.signal,
          ...options,
        }),
      now: deps.clock(),
      budgetMs: deps.firstLookBudgetMs,
      lateMs: LATE_MS,
      signal: run.signal,
      elapsed: () => performance.now() - started,
    },
  );
  deps.onStep?.({
    kind: "note",
    text: `First look, after ${(look.tookMs / 1000).toFixed(1)} s: ${look.headline}`,
  });
  const saved = await deps.incidents.saveFirstLook(investigation.id, look);
  return { looked: { ...investigation, firstLook: saved }, late };
}

/** Once the answers that were late are in: where they matter, the posted first look says so in place. */
async function appendLate(
  run: InvestigateRun,
  looked: LookedAt,
  late: FirstLookInTime["late"] | null,
  noModel: string | null,
  incident: Incident,
  deps: InvestigateDeps,
): Promise<void> {
  try {
    const appended = await late;
    if (!appended) return;
    await deps.incidents.saveAppended(looked.id, appended);
    const message = messageOf(appended.look, looked, noModel, incident, deps, appended.changes);
    if (deps.slack) {
      const { slack, posts } = deps;
      await amend({ slack, posts }, looked.id, "first_look", message, run.signal);
    }
    deps.logger.info({ investigation: looked.id, changes: appended.changes }, "late answers appended");
  } catch (err) {
    // The first look stands as it was posted; a shutdown ends here too.
    deps.logger.warn({ investigation: looked.id, err }, "late answers could not be appended");
  }
}

function messageOf(
  look: FirstLook,
  { id }: LookedAt,
  noModel: string | null,
  incident: Incident,
  deps: InvestigateDeps,
  added: readonly string[] = [],
): Rendered {
  return renderFirstLook(look, {
    ...where(incident, deps),
    investigationId: id,
    modelNote: noModel ?? `A diagnosis by ${deps.model?.model} follows in this thread`,
    added,
  });
}

/** Posts the first look and answers the thread in which the rest of the conversation belongs. */
async function postFirstLook(
  run: InvestigateRun,
  looked: LookedAt,
  noModel: string | null,
  incident: Incident,
  deps: InvestigateDeps,
): Promise<SlackPlace | null> {
  const { place } = run.request;
  const message = messageOf(looked.firstLook, looked, noModel, incident, deps);
  const posted = await say(run, deps, { investigationId: looked.id }, "first_look", place, message);
  deps.logger.info(
    {
      incident: incident.id,
      investigation: looked.id,
      verdict: looked.firstLook.verdict,
      tookMs: looked.firstLook.tookMs,
    },
    "first look posted",
  );
  if (!place) return null;
  const threadTs = place.threadTs ?? posted?.ts;
  return threadTs === undefined ? null : { channel: place.channel, threadTs };
}

/** Why no model is asked, in words; null when one is, or was. */
async function whyNoModel(looked: LookedAt, deps: InvestigateDeps): Promise<string | null> {
  if (!deps.model) return NO_MODEL;
  if (looked.diagnosis || (await deps.agent.steps.list(looked.id)).length > 0) return null;
  const down = await deps.model.guard?.standing();
  if (down) return `This first look stands alone. ${down}`;
  const spent = await budgetReached(subjectOf(looked), deps.agent);
  return spent === null ? null : `No model was consulted: ${spent}`;
}

/** An investigation is one run, so a job that runs again finds its steps. */
function subjectOf({ id, firstLook }: LookedAt): RunSubject {
  return { id, investigationId: id, service: firstLook.service, team: firstLook.owner?.team ?? null };
}

async function diagnoseAndPost(
  run: InvestigateRun,
  looked: LookedAt,
  incident: Incident,
  thread: SlackPlace | null,
  deps: InvestigateDeps,
): Promise<void> {
  if (!deps.model) return;
  const owner = { investigationId: looked.id };
  let diagnosis = looked.diagnosis;
  let failed = looked.diagnosisSkipped;
  if (!diagnosis && failed === null) {
    const started = performance.now();
    const { request } = run;
    const outcome = await diagnose(
      {
        incident,
        alert: request.trigger === "alert" ? request.alert : null,
        question: request.trigger === "question" ? request.question : null,
        firstLook: looked.firstLook,
        catalogContext: catalogContext(
          looked.firstLook.service === null ? null : await deps.catalog.find(looked.firstLook.service),
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
        onset: looked.firstLook.onset === null ? undefined : new Date(looked.firstLook.onset),
        now: deps.clock(),
        elapsed: () => performance.now() - started,
        signal: run.signal,
        logger: deps.logger,
        ...(deps.onStep && { onStep: deps.onStep }),
      },
    );
    // A shutdown is no verdict: the job is given back and the next worker asks again.
    run.signal.throwIfAborted();
    if (outcome.state === "done")
      diagnosis = await deps.incidents.saveDiagnosis(looked.id, outcome.diagnosis);
    else {
      failed = outcome.reason;
      await deps.incidents.skipDiagnosis(looked.id, failed);
    }
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
}

async function resolveIncident(
  run: InvestigateRun,
  request: Extract<InvestigateRequest, { trigger: "alert" }>,
  deps: InvestigateDeps,
): Promise<void> {
  const resolved = await deps.incidents.resolve({
    inboxId: run.inboxId,
    alert: request.alert,
    place: request.place,
  });
  if (!resolved) return;
  const { incident, alertId } = resolved;
  const notice = renderResolved(
    incident.title,
    incident.startedAt,
    incident.resolvedAt ?? request.alert.receivedAt,
    where(incident, deps),
  );
  // Said where the incident was discussed, not under the message that ended it.
  await say(run, deps, { alertId }, "resolved", incident.place ?? request.place, notice);
}

/** Says something once; where nobody listens (no Slack, no place) nothing is said. */
async function say(
  run: InvestigateRun,
  { slack, posts }: InvestigateDeps,
  owner: PostOwner,
  kind: Delivery["kind"],
  place: SlackPlace | null,
  message: Rendered,
): Promise<{ ts: string } | null> {
  if (!slack || !place) return null;
  return deliverOnce(
    { slack, posts },
    owner,
    { kind, channel: place.channel, threadTs: place.threadTs, ...message },
    run.signal,
  );
}

async function serviceOf(target: string | null, catalog: Catalog): Promise<string | null> {
  if (target === null) return null;
  const service = await catalog.find(target);
  return service?.name ?? (await catalog.ownerOf(target))?.service.name ?? null;
}

function where(incident: Incident, deps: InvestigateDeps): { incidentId: string; incidentUrl: string } {
  return { incidentId: incident.id, incidentUrl: `${deps.publicUrl}/api/incidents/${incident.id}` };
}
