import type { ButtonRequest, InvestigateRequest } from "@oncall/incidents";
import { renderEvidence } from "@oncall/integrations";
import type { Inbox } from "@oncall/platform";
import type { InvestigateDeps } from "../investigating/deps.ts";
import { carryOut } from "./investigate.ts";

export interface PressButtonDeps extends InvestigateDeps {
  readonly inbox: Inbox;
}

/** One press of a button under an answer. */
export async function pressButton(
  run: { readonly inboxId: string; readonly request: ButtonRequest; readonly signal: AbortSignal },
  deps: PressButtonDeps,
): Promise<void> {
  const { action, investigationId, user, place } = run.request;
  const whisper = async (
    text: string,
    blocks?: ReturnType<typeof renderEvidence>["blocks"],
  ): Promise<void> => {
    await deps.slack?.whisper({ ...place, user, text, ...(blocks ? { blocks } : {}) }, run.signal);
  };
  switch (action) {
    case "helpful":
    case "not_helpful":
      await deps.incidents.giveFeedback(investigationId, user, action === "helpful");
      await whisper("Noted, thank you.");
      return;
    case "show_evidence": {
      const { text, blocks } = renderEvidence(await deps.evidence.list(investigationId));
      await whisper(text, blocks);
      return;
    }
    case "run_again": {
      const request = await originalRequest(investigationId, deps);
      const begun = request && (await deps.incidents.beginAgain(investigationId, run.inboxId));
      if (!begun) return whisper("This investigation is not known any more; ask again with /diagnose.");
      const again = { inboxId: run.inboxId, request: { ...request, place }, signal: run.signal };
      await carryOut(again, begun.investigation, begun.incident, deps);
    }
  }
}

/** An investigation may itself have been run again; the alert or question stands at the beginning of the chain. */
const MAX_CHAIN = 20;

async function originalRequest(
  investigationId: string,
  { incidents, inbox }: PressButtonDeps,
): Promise<InvestigateRequest | null> {
  let id = investigationId;
  for (let step = 0; step < MAX_CHAIN; step++) {
    const inboxId = await incidents.askedBy(id);
    if (inboxId === null) return null;
    const row = await inbox.get(inboxId);
    if (row.kind === "investigate") return row.payload as InvestigateRequest;
    id = (row.payload as ButtonRequest).investigationId;
  }
  return null;
}
