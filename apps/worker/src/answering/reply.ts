import { knownNames, lookUp, type Route, routeQuestion, type Subject } from "@oncall/agent";
import { indexServices } from "@oncall/catalog";
import type { Conversation, ConversationStore, Investigation, Turn, TurnFacts } from "@oncall/incidents";
import { renderDiagnosis, renderFirstLook, renderNoDiagnosis, toMarkdown } from "@oncall/integrations";
import type { Registry } from "@oncall/tools";
import { carryOut, type InvestigateDeps, NO_MODEL } from "../jobs/investigate.ts";
import type { Story } from "./story.ts";

export interface Reply {
  readonly text: string;
  readonly facts: Omit<TurnFacts, "tools_called">;
  /** What the conversation is about from now on; null: as before. */
  readonly about: { readonly incidentId: string | null; readonly subject: string | null } | null;
}

export interface ReplyDeps extends InvestigateDeps {
  readonly conversations: ConversationStore;
}

/** What a reply is made from. `deps.registry` tells the story of its calls. */
export interface Asked {
  readonly inboxId: string;
  readonly turn: Turn;
  readonly conversation: Conversation;
  readonly story: Story;
  readonly signal: AbortSignal;
}

/** The answer to one question, by the way that the rules choose for it. */
export async function reply(asked: Asked, deps: ReplyDeps): Promise<Reply> {
  const index = indexServices(await deps.catalog.all());
  const route = routeQuestion(asked.turn.question, knownNames(index), asked.conversation.subject);
  return route.kind === "lookup" ? byLookup(asked, route, deps) : byInvestigation(asked, route, deps);
}

const unpaid = { tokens_used: 0, cost_usd: 0, model: null };

async function byLookup(
  { conversation, story, signal }: Asked,
  { lookup }: Extract<Route, { kind: "lookup" }>,
  { registry }: { readonly registry: Registry },
): Promise<Reply> {
  const { text, evidence } = await lookUp(lookup, (tool, input) =>
    registry.call(tool, input, { investigationId: conversation.id, signal }),
  );
  signal.throwIfAborted();
  const said = evidence.length === 0 ? text : `${text}\n\nNo model was asked: this was looked up.`;
  story.text(said);
  return {
    text: said,
    facts: { ...unpaid, route: "lookup", evidence, incident: null },
    about: { incidentId: null, subject: "subject" in lookup ? nameOf(lookup.subject) : null },
  };
}

function nameOf(subject: Subject): string {
  return subject.kind === "resource" ? subject.id : subject.name;
}

const WITHOUT_A_MODEL = `${NO_MODEL}. Without one, two kinds of questions are answered: what can be looked up (“who owns order-service?”, “what depends on it?”, “who is on call for it?”, “recent deploys of order-service”, “status of ord-1234”, “list services of team commerce”), and what is wrong with a service or an id (“diagnose order-service”).`;

/** First look, then the strong model where there is one. */
async function byInvestigation(
  asked: Asked,
  { kind, subject }: Exclude<Route, { kind: "lookup" }>,
  deps: ReplyDeps,
): Promise<Reply> {
  if (kind === "question" && subject === null && !deps.model) {
    asked.story.text(WITHOUT_A_MODEL);
    return {
      text: WITHOUT_A_MODEL,
      facts: { ...unpaid, route: "question", evidence: [], incident: null },
      about: null,
    };
  }
  const { inboxId, turn, signal } = asked;
  const { incident, investigation } = await deps.incidents.beginQuestion({
    inboxId,
    question: turn.question,
    service: subject === null ? null : subject.kind === "resource" ? subject.service : subject.name,
    place: null,
    askedAt: turn.createdAt,
  });
  const request = {
    trigger: "question",
    target: subject === null ? null : nameOf(subject),
    question: turn.question,
    askedBy: turn.askedBy,
    place: null,
    askedAt: turn.createdAt,
  } as const;
  await carryOut({ inboxId, request, signal }, investigation, incident, deps);
  const done = (await deps.incidents.investigations(incident.id)).find(({ id }) => id === investigation.id);
  if (!done?.firstLook) throw new Error(`Investigation ${investigation.id} ended without a first look.`);
  const text = report(done, incident.id, deps);
  asked.story.text(text);
  const { usage, costUsd } = await deps.agent.ledger.ofInvestigation(investigation.id);
  return {
    text,
    facts: {
      tokens_used: usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
      cost_usd: usage.calls === 0 ? 0 : costUsd,
      model: done.diagnosis?.model ?? null,
      route: "diagnosis",
      evidence: [...new Set(text.match(/\bev_[a-z0-9]{12}\b/g))],
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
  const modelNote = model ? `Asked further was ${model.model}` : NO_MODEL;
  const look = done.firstLook && renderFirstLook(done.firstLook, { ...context, modelNote });
  const further = done.diagnosis
    ? renderDiagnosis(done.diagnosis, context)
    : done.diagnosisSkipped !== null && model
      ? renderNoDiagnosis(done.diagnosisSkipped, context)
      : null;
  return [further, look]
    .filter((part) => part !== null)
    .map(toMarkdown)
    .join("\n\n---\n\n");
}
