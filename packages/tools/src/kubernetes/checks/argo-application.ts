import type { Check } from "./finding.ts";
import { text, time } from "./raw.ts";
import { pointer } from "./resource.ts";
import { quote } from "./words.ts";

const FAILED = new Set(["Failed", "Error"]);

/** Applications of Argo CD whose last sync failed: what Git wants is not what runs. Health is judged elsewhere. */
export const argoApplication: Check = {
  kinds: ["Application"],
  check(object) {
    const { raw, name } = object;
    const operation = ["status", "operationState"] as const;
    const phase = text(raw, ...operation, "phase");
    if (!FAILED.has(phase)) return [];
    const sync = text(raw, "status", "sync", "status");
    const health = text(raw, "status", "health", "status");
    return [
      {
        code: "k8s.sync_failed",
        severity: "critical",
        confidence: 0.85,
        at: object,
        since: time(raw, ...operation, "finishedAt"),
        summary:
          `The last sync of Argo CD application ${name} failed (${phase}): ${quote(text(raw, ...operation, "message"))}` +
          ` It is ${sync || "of unknown sync state"}${health === "" ? "" : `, its health is ${health}`}.`,
        evidence: [pointer(object, ...operation)],
      },
    ];
  },
};
