import type { Finding } from "@oncall/incidents";
import type { Analyzer } from "../analyzer.ts";
import { quoted } from "../wording.ts";
import { isSuffering } from "./suffering.ts";

/** An autoscaler at its maximum, or blind, while requests suffer. At its maximum with all well it does its work. */
export const autoscaler: Analyzer = {
  codes: ["k8s.autoscaler_limit", "k8s.hpa_metrics"],
  needs: ["get_pod_status", "get_service_health"],
  analyze: (evidence) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }): Finding[] => {
      const scaler = data.autoscaler ?? null;
      if (scaler === null) return [];
      const severity = isSuffering(evidence, subject) ? "warning" : "info";
      const { name, max, at_limit, problem, last_scaled_at } = scaler;
      const found: Finding[] = [];
      if (at_limit) {
        found.push({
          code: "k8s.autoscaler_limit",
          subject,
          severity,
          confidence: 0.9,
          since: last_scaled_at,
          summary: `The autoscaler ${name} is at its maximum of ${max ?? "(unknown)"} replicas and may not add any`,
          evidence: [id],
          facts: max === null ? {} : { max },
        });
      }
      if (problem !== null) {
        found.push({
          code: "k8s.hpa_metrics",
          subject,
          severity,
          confidence: 0.8,
          since: null,
          summary: `The autoscaler ${name} cannot scale: ${quoted(problem)}`,
          evidence: [id],
        });
      }
      return found;
    }),
};
