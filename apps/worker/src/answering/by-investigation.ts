import { nameOf, type Subject, serviceOf } from "@oncall/agent";
import type { Investigation } from "@oncall/incidents";
import { renderDiagnosis, renderFirstLook, renderNoDiagnosis, toMarkdown } from "@oncall/integrations";
import { NO_MODEL } from "../investigating/diagnosis.ts";
import { carryOut } from "../jobs/investigate.ts";
import { type Asked, evidenceIn, type Reply, type ReplyDeps, tokensOf } from "./asked.ts";

/**
 * First look, then the strong model where there is one. In Slack both are posted into the thread as they are done, as
 * those of an alert are.
 */
export async function byInvestigation(
  asked: Asked,
  subject: Subject | null,
  deps: ReplyDeps,
): Promise<Reply> {
  const { inboxId, turn, signal } = asked;
  const { place } = asked.conversation;
  const { incident, investigation } = await deps.incidents.beginQuestion({
    inboxId,
    question: turn.question,
    service: subject && serviceOf(subject),
    place,
    askedAt: turn.createdAt,
  });
  const request = {
    trigger: "question",
    target: subject && nameOf(subject),
    question: turn.question,
    askedBy: turn.askedBy,
    place,
    askedAt: turn.createdAt,
  } as const;
  await carryOut({ inboxId, request, signal }, investigation, incident, deps);
  const done = (await deps.incidents.investigations(incident.id)).find(({ id }) => id === investigation.id);
  if (!done?.firstLook) throw new Error(`Investigation ${investigation.id} ended without a first look.`);
  const text = report(done, incident.id, deps);
  const { usage, costUsd } = await deps.agent.ledger.ofInvestigation(investigation.id);
  return {
    text,
    facts: {
      tokens_used: tokensOf(usage),
      cost_usd: usage.calls === 0 ? 0 : costUsd,
      model: done.diagnosis?.model ?? null,
      route: "diagnosis",
      evidence: evidenceIn(text),
      incident: incident.id,
    },
    about: { incidentId: incident.id, subject: done.firstLook.service },
  };
}

/** The investigation as one text: the diagnosis first where there is one, then the first look it began with. */
function report(done: Investigation, incidentId: string, { publicUrl, model }: ReplyDeps): string {
  const context = {
    incidentId,
    investigationId: done.id,
    incidentUrl: `${publicUrl}/api/incidents/${incidentId}`,
  };
  const skipped = done.diagnosisSkipped;
  const notAsked = skipped?.startsWith("No model was") ? skipped : null;
  const modelNote = model ? (notAsked ?? `Asked further was ${model.model}`) : NO_MODEL;
  const look = done.firstLook && renderFirstLook(done.firstLook, { ...context, modelNote });
  const further = done.diagnosis
    ? renderDiagnosis(done.diagnosis, context)
    : skipped !== null && notAsked === null
      ? renderNoDiagnosis(skipped, context)
      : null;
  return [further, look]
    .filter((part) => part !== null)
    .map(toMarkdown)
    .join("\n\n---\n\n");
}
