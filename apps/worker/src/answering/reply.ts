import { knownNames, type Lookup, lookUp, nameOf, routeQuestion, serviceOf } from "@oncall/agent";
import { indexServices } from "@oncall/catalog";
import { NO_MODEL } from "../investigating/diagnosis.ts";
import type { Asked, Reply, ReplyDeps } from "./asked.ts";
import { byInvestigation } from "./by-investigation.ts";
import { byModel, lookedBefore } from "./by-model.ts";

const WITHOUT_A_MODEL = `${NO_MODEL}. Without one, two kinds of questions are answered: what can be looked up (“who owns order-service?”, “what depends on it?”, “who is on call for it?”, “recent deploys of order-service”, “status of ord-1234”, “list services of team commerce”), and what is wrong with a service or an id (“diagnose order-service”).`;

/** The answer to one question, on the way that the rules choose for it. */
export async function reply(asked: Asked, deps: ReplyDeps): Promise<Reply> {
  const index = indexServices(await deps.catalog.all());
  const route = routeQuestion(asked.turn.question, knownNames(index), asked.conversation.subject);
  if (route.kind === "lookup") return byLookup(asked, route.lookup, deps);

  const { subject } = route;
  const { model } = deps;
  if (model === undefined) {
    if (route.kind === "diagnosis" || subject !== null) return byInvestigation(asked, subject, deps);
    return {
      text: WITHOUT_A_MODEL,
      facts: { ...nothingSpent, route: "question", evidence: [] },
      about: null,
    };
  }
  const before = await lookedBefore(asked, deps);
  if (route.kind === "question")
    return byModel(asked, { subject, role: "small", before }, { ...deps, model });
  // Trouble that was looked into before is talked about; a command, or another service, is looked into.
  const known =
    before !== null && (subject === null || serviceOf(subject) === before.investigation.firstLook.service);
  return known && !route.commanded
    ? byModel(asked, { subject, role: "lead", before }, { ...deps, model })
    : byInvestigation(asked, subject, deps);
}

const nothingSpent = { tokens_used: 0, cost_usd: 0, model: null, incident: null };

async function byLookup(asked: Asked, lookup: Lookup, { registry }: ReplyDeps): Promise<Reply> {
  const { conversation, signal } = asked;
  const { text, evidence } = await lookUp(lookup, (tool, input) =>
    registry.call(tool, input, { investigationId: conversation.id, signal }),
  );
  signal.throwIfAborted();
  const said = evidence.length === 0 ? text : `${text}\n\nNo model was asked: this was looked up.`;
  return {
    text: said,
    facts: { ...nothingSpent, route: "lookup", evidence },
    about: { incidentId: null, subject: "subject" in lookup ? nameOf(lookup.subject) : null },
  };
}
