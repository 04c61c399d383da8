import { condition } from "./containers.ts";
import type { Check } from "./finding.ts";
import { dig, strings, text, time } from "./raw.ts";
import { pointer } from "./resource.ts";
import { quote } from "./words.ts";

/** Extension APIs the aggregation layer cannot reach: whatever lists "everything" fails with them. */
export const apiService: Check = {
  kinds: ["APIService"],
  check(object) {
    const available = condition(object, "Available");
    if (text(available, "status") !== "False") return [];
    const summary = `The API ${object.name} is not available (${text(available, "reason")}): ${quote(text(available, "message"))}`;
    return [
      {
        code: "k8s.api_service",
        severity: "warning",
        confidence: 0.85,
        at: object,
        since: time(available, "lastTransitionTime"),
        summary,
        evidence: [pointer(object, "status", "conditions")],
      },
    ];
  },
};

/** Quotas used up, as a note: a workload that they stop has its own finding. */
export const resourceQuota: Check = {
  kinds: ["ResourceQuota"],
  check(object) {
    const hard = strings(object.raw, "status", "hard");
    const used = strings(object.raw, "status", "used");
    const full = [...hard].filter(([key, value]) => value !== "0" && used.get(key) === value);
    if (full.length === 0 || dig(object.raw, "status") === undefined) return [];
    const summary = `ResourceQuota ${object.name} is used up: ${full.map(([key, value]) => `${key} ${value} of ${value}`).join(", ")}.`;
    return [
      {
        code: "k8s.quota",
        severity: "info",
        confidence: 0.5,
        at: object,
        summary,
        evidence: [pointer(object, "status", "used")],
      },
    ];
  },
};
