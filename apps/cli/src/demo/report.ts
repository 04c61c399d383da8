import type { Answers } from "./answers.ts";
import type { Company } from "./company.ts";

/** The JSON of `demo --json` (SPEC §16). */
export function demoReport({ sandbox }: Company, { thread, incident, firstLookMs }: Answers): object {
  const investigation = incident.investigations[0];
  const look = investigation?.firstLook;
  return {
    scenario: sandbox.scenario.name,
    incident: incident.incident.id,
    first_look: {
      ms: firstLookMs,
      verdict: look?.verdict,
      headline: look?.headline,
      causes: (look?.causes ?? []).map(({ service, code, confidence, summary, evidence }) => ({
        service,
        code,
        confidence,
        summary,
        evidence,
      })),
      unchecked: look?.unchecked ?? [],
    },
    diagnosis: investigation?.diagnosis ?? null,
    evidence: Object.fromEntries(
      (investigation?.evidence ?? []).map(({ id, tool, summary }) => [id, { tool, summary }]),
    ),
    thread: thread.map(({ ts, text }) => ({ ts, text })),
  };
}
