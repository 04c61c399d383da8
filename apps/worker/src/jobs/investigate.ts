import type { Catalog } from "@oncall/catalog";
import type { Incident, InvestigateRequest, Investigation } from "@oncall/incidents";
import { renderRepeat, renderResolved } from "@oncall/integrations";
import type { InvestigateDeps, InvestigateRun } from "../investigating/deps.ts";
import { diagnoseAndPost, whyNoModel } from "../investigating/diagnosis.ts";
import { appendLate, lookFirst, postFirstLook } from "../investigating/first-look.ts";
import { say, where } from "../investigating/say.ts";

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
  // After a shutdown the next run takes up what was still awaited.
  run.signal.throwIfAborted();
  await deps.incidents.finish(looked.id, "done");
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

async function serviceOf(target: string | null, catalog: Catalog): Promise<string | null> {
  if (target === null) return null;
  const service = await catalog.find(target);
  return service?.name ?? (await catalog.ownerOf(target))?.service.name ?? null;
}
