import type { FirstLook } from "@oncall/incidents";
import type { Truth } from "@oncall/sandbox";
import type { EvalRun } from "./run.ts";

export const truth: Truth = {
  service: "order-service",
  code: "db.pool_exhausted",
  roots: [{ service: "order-service", code: "db.pool_exhausted" }],
  must_mention: ["pool"],
  must_not_claim: [],
  severity: "critical",
  healthy: false,
};

type Cause = FirstLook["causes"][number];

/** A run that states these causes; none is an abstention. */
export function run(change: Partial<EvalRun> = {}, causes: readonly Partial<Cause>[] = [{}]): EvalRun {
  const window = { from: "2026-03-09T13:30:00.000Z", to: "2026-03-09T14:30:00.000Z" };
  return {
    scenario: "acme-01",
    seed: 7,
    title: "Checkout errors",
    truth,
    firstLook: {
      service: "order-service",
      resolution: "its name",
      candidates: [],
      window,
      onset: null,
      verdict: causes.length > 0 ? "cause_found" : "symptoms_only",
      headline: "The pool is exhausted",
      causes: causes.map((cause) => ({
        service: "order-service",
        code: "db.pool_exhausted",
        confidence: 0.9,
        summary: "The pool is exhausted",
        since: null,
        evidence: ["ev_1"],
        why: [],
        ...cause,
      })),
      symptoms: [],
      healthy: [],
      unchecked: [],
      owner: null,
      blastRadius: [],
      nextSteps: [],
      resource: null,
      tookMs: 400,
    },
    text: "The pool is exhausted",
    firstLookMs: 500,
    diagnosis: null,
    diagnosisSkipped: null,
    spent: null,
    evidence: [{ id: "ev_1", tool: "query_logs", summary: "12 lines", state: "ok", durationMs: 20 }],
    ...change,
  };
}
