import type { Incident, PostOwner, SlackPlace } from "@oncall/incidents";
import { type Delivery, deliverOnce, type Rendered } from "@oncall/integrations";
import type { InvestigateDeps, InvestigateRun } from "./deps.ts";

/** Says something once; where nobody listens (no Slack, no place) nothing is said. */
export async function say(
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

export function where(
  incident: Incident,
  deps: InvestigateDeps,
): { incidentId: string; incidentUrl: string } {
  return { incidentId: incident.id, incidentUrl: `${deps.publicUrl}/api/incidents/${incident.id}` };
}
