import { condition } from "./containers.ts";
import type { Check } from "./finding.ts";
import { dig, list, strings, text, time } from "./raw.ts";
import { pointer } from "./resource.ts";
import { pairs, quote } from "./words.ts";

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

/** Network policies that apply to nothing, which is mostly a label misspelt. */
export const networkPolicy: Check = {
  kinds: ["NetworkPolicy"],
  check(object, cluster) {
    const labels = strings(object.raw, "spec", "podSelector", "matchLabels");
    const byExpression = list(object.raw, "spec", "podSelector", "matchExpressions").length > 0;
    if (labels.size === 0 || byExpression || !cluster.lists("Pod", object.namespace)) return [];
    if (cluster.podsWith(object.namespace, labels).length > 0) return [];
    const summary = `NetworkPolicy ${object.name} applies to no pod: none carries ${pairs(labels)}.`;
    return [
      {
        code: "k8s.network_policy",
        severity: "info",
        confidence: 0.5,
        at: object,
        summary,
        evidence: [pointer(object, "spec", "podSelector")],
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
