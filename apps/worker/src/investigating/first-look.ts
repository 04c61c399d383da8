import type { FirstLook, Incident, Investigation, SlackPlace } from "@oncall/incidents";
import { amend, type Rendered, renderFirstLook } from "@oncall/integrations";
import { type FirstLookDeps, type FirstLookInTime, firstLookInTime, lookAgain } from "@oncall/triage";
import type { InvestigateDeps, InvestigateRun, LookedAt } from "./deps.ts";
import { say, where } from "./say.ts";

/** Calls that miss the first look's budget may go on for so long. */
const LATE_MS = 15_000;

/** The first look, or the one that an earlier run of this job took; `late` adds what missed its budget. */
export async function lookFirst(
  run: InvestigateRun,
  investigation: Investigation,
  incident: Incident,
  deps: InvestigateDeps,
): Promise<{ looked: LookedAt; late: FirstLookInTime["late"] }> {
  const { firstLook: before } = investigation;
  if (before)
    return {
      looked: { ...investigation, firstLook: before },
      late: investigation.awaitsLate ? lateAgain(before, run, investigation, incident, deps) : null,
    };
  const { said: look, late } = await firstLookInTime(subjectOf(run, incident), {
    ...lookDeps(run, investigation, deps, deps.firstLookBudgetMs),
    lateMs: LATE_MS,
  });
  deps.onStep?.({
    kind: "note",
    text: `First look, after ${(look.tookMs / 1000).toFixed(1)} s: ${look.headline}`,
  });
  const saved = await deps.incidents.saveFirstLook(investigation.id, look, { awaitsLate: late !== null });
  return { looked: { ...investigation, firstLook: saved }, late };
}

/** What an earlier run waited for when it died; what it had saved of it is not asked for again. */
async function lateAgain(
  before: FirstLook,
  run: InvestigateRun,
  investigation: Investigation,
  incident: Incident,
  deps: InvestigateDeps,
): ReturnType<typeof lookAgain> {
  if (investigation.appended) return investigation.appended;
  try {
    return await lookAgain(before, subjectOf(run, incident), lookDeps(run, investigation, deps, LATE_MS));
  } catch (err) {
    deps.logger.warn({ investigation: investigation.id, err }, "late answers could not be asked for again");
    return null;
  }
}

function subjectOf({ request }: InvestigateRun, incident: Incident): Parameters<typeof firstLookInTime>[0] {
  return {
    alert: request.trigger === "alert" ? request.alert : null,
    question: request.trigger === "question" ? request.question : null,
    target: request.trigger === "question" ? request.target : null,
    // An incident opened by a question began when somebody asked, which says nothing of the fault.
    startedAt: incident.fingerprint.startsWith("question:") ? null : incident.startedAt,
  };
}

function lookDeps(
  run: InvestigateRun,
  { id }: Investigation,
  deps: InvestigateDeps,
  budgetMs: number,
): FirstLookDeps {
  const started = performance.now();
  return {
    catalog: deps.catalog,
    call: (tool, input, options) =>
      deps.registry.call(tool, input, { investigationId: id, signal: run.signal, ...options }),
    now: deps.clock(),
    budgetMs,
    signal: run.signal,
    elapsed: () => performance.now() - started,
  };
}

/** Posts the first look and answers the thread in which the rest of the conversation belongs. */
export async function postFirstLook(
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

/** Once the answers that were late are in: where they matter, the posted first look says so in place. */
export async function appendLate(
  run: InvestigateRun,
  looked: LookedAt,
  late: FirstLookInTime["late"],
  noModel: string | null,
  incident: Incident,
  deps: InvestigateDeps,
): Promise<void> {
  if (late === null) return;
  try {
    const appended = await late;
    if (appended) {
      await deps.incidents.saveAppended(looked.id, appended);
      const message = messageOf(appended.look, looked, noModel, incident, deps, appended.changes);
      if (deps.slack) {
        const { slack, posts } = deps;
        await amend({ slack, posts }, looked.id, "first_look", message, run.signal);
      }
      deps.logger.info({ investigation: looked.id, changes: appended.changes }, "late answers appended");
    }
    run.signal.throwIfAborted();
    await deps.incidents.lateIsOver(looked.id);
  } catch (err) {
    // The first look stands as it was posted; after a shutdown the next run asks again.
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
