import type { FirstLook, Incident, Investigation, SlackPlace } from "@oncall/incidents";
import { amend, type Rendered, renderFirstLook } from "@oncall/integrations";
import { type FirstLookInTime, firstLookInTime } from "@oncall/triage";
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
