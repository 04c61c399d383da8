import { answer, historyOf, nameOf, type Subject, serviceOf } from "@oncall/agent";
import { inertMarkdown } from "@oncall/core";
import type { Incident, Investigation } from "@oncall/incidents";
import { type Asked, evidenceIn, type Reply, type ReplyDeps, tokensOf } from "./asked.ts";

/** What an incident of the conversation is known by. */
export interface Before {
  readonly incident: Incident;
  readonly investigation: Investigation & { readonly firstLook: NonNullable<Investigation["firstLook"]> };
}

/** Services that a question about none of them is told of. */
const MAX_LISTED = 100;

/** The latest investigation of the conversation's incident; null when it has none. */
export async function lookedBefore(
  { conversation }: Asked,
  { incidents }: Pick<ReplyDeps, "incidents">,
): Promise<Before | null> {
  if (conversation.incidentId === null) return null;
  const [incident, investigations] = await Promise.all([
    incidents.get(conversation.incidentId),
    incidents.investigations(conversation.incidentId),
  ]);
  const latest = investigations.findLast(({ firstLook }) => firstLook !== null);
  if (!incident || !latest?.firstLook) return null;
  return { incident, investigation: { ...latest, firstLook: latest.firstLook } };
}

/**
 * The model with the tools, the conversation so far, and what the incident's first look found. Its failure is an answer
 * too: what went wrong, and what stands without it.
 */
export async function byModel(
  asked: Asked,
  { subject, role, before }: { subject: Subject | null; role: "lead" | "small"; before: Before | null },
  deps: ReplyDeps & { readonly model: NonNullable<ReplyDeps["model"]> },
): Promise<Reply> {
  const { turn, conversation, signal } = asked;
  const client = (role === "small" && deps.smallModel) || deps.model;
  const service = subject ? await deps.catalog.find(serviceOf(subject)) : null;
  const scope = before?.investigation.id ?? conversation.id;
  const began = performance.now();
  const outcome = await answer(
    {
      text: turn.question,
      history: await saidBefore(asked, before, deps),
      firstLook: before?.investigation.firstLook ?? null,
      catalogContext: service ?? (await listing(deps)),
      incident: before?.incident ?? null,
    },
    {
      ...deps.agent,
      model: client,
      role,
      registry: deps.registry,
      evidence: deps.evidence,
      evidenceScope: scope,
      run: {
        id: turn.id,
        investigationId: before?.investigation.id ?? null,
        service: service?.name ?? null,
        team: service?.team ?? null,
      },
      onset: onsetOf(before),
      now: deps.clock(),
      elapsed: () => performance.now() - began,
      signal,
      logger: deps.logger,
      ...(deps.onStep && { onStep: deps.onStep }),
    },
  );
  // A shutdown or a cancellation is no failure of the model's.
  signal.throwIfAborted();
  await deps.modelWatch?.tell(conversation.place);
  const text = outcome.state === "done" ? cited(outcome) : withoutIt(outcome.reason, subject, before);
  return {
    text,
    facts: {
      tokens_used: tokensOf(outcome.usage),
      cost_usd: outcome.costUsd,
      model: outcome.usage.calls === 0 ? null : client.model,
      route: "question",
      evidence: evidenceIn(text),
      incident: before?.incident.id ?? null,
    },
    about: subject === null ? null : { incidentId: null, subject: nameOf(subject) },
  };
}

/** The conversation so far; in a thread it begins with the diagnosis that was posted there. */
async function saidBefore({ turn, conversation }: Asked, before: Before | null, deps: ReplyDeps) {
  const turns = await deps.conversations.turns(conversation.id);
  const history = historyOf(turns.filter(({ id }) => id !== turn.id));
  const diagnosis = conversation.place && before?.investigation.diagnosis;
  if (!diagnosis) return history;
  const { headline, root_causes, actions } = diagnosis;
  const posted = `The diagnosis that was posted here: ${JSON.stringify({ headline, root_causes, actions })}`;
  return [{ role: "assistant", text: posted } as const, ...history];
}

/** The answer with the evidence it rests on; what code could not confirm is named as such. */
function cited({
  response,
  citations,
}: Pick<Extract<Awaited<ReturnType<typeof answer>>, { state: "done" }>, "response" | "citations">): string {
  // Whoever reads it must not load or follow what a text from outside may have put into the model's mouth.
  const inert = inertMarkdown(response);
  const named = new Set(evidenceIn(inert));
  const more = [
    ...new Set(citations.filter(({ verified }) => verified).map(({ evidence }) => evidence)),
  ].filter((id) => !named.has(id));
  const failed = citations.filter(({ verified }) => !verified).length;
  const notes = [
    more.length === 0 ? "" : `Evidence: ${more.join(", ")}`,
    failed === 0
      ? ""
      : `${failed} of ${citations.length} citations could not be confirmed in what was recorded; treat what rests on them as unverified`,
  ].filter((note) => note !== "");
  return [inert, notes.join(". ")].filter((part) => part !== "").join("\n\n");
}

function withoutIt(reason: string, subject: Subject | null, before: Before | null): string {
  const stands =
    before === null
      ? subject === null
        ? "What can be looked up is answered without it, as “who owns order-service?”."
        : `Without it, ask “diagnose ${nameOf(subject)}” for the first look, or what can be looked up.`
      : `The first look stands: ${before.investigation.firstLook.headline}.`;
  return `The model did not answer: ${reason} ${stands}`;
}

async function listing({ catalog }: Pick<ReplyDeps, "catalog">): Promise<object> {
  const all = await catalog.all();
  const services = all
    .slice(0, MAX_LISTED)
    .map(({ name, team, description }) => ({ name, team, description }));
  return all.length > services.length ? { services, left_out: all.length - services.length } : { services };
}

function onsetOf(before: Before | null): Date | undefined {
  const onset = before?.investigation.firstLook.onset ?? null;
  return onset === null ? undefined : new Date(onset);
}
