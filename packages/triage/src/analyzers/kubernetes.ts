import { type FindingCode, findingCodes } from "@oncall/core";
import type { Analyzer } from "../analyzer.ts";
import { isSuffering } from "./suffering.ts";

/** Shortages that do no harm while requests are well: then they are what a limit is for. */
const SHORTAGES: ReadonlySet<FindingCode> = new Set([
  "k8s.autoscaler_limit",
  "k8s.cpu_throttled",
  "k8s.hpa_metrics",
]);

/** What the checks of Kubernetes objects found around a service's pods, as `get_pod_status` publishes it. */
export const kubernetes: Analyzer = {
  codes: Object.keys(findingCodes) as FindingCode[],
  needs: ["get_pod_status", "get_service_health"],
  analyze: (evidence) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) =>
      data.findings.map(({ code, severity, confidence, since, summary, container, subject: object }) => ({
        code,
        subject,
        severity: SHORTAGES.has(code) && !isSuffering(evidence, subject) ? ("info" as const) : severity,
        confidence,
        since,
        summary,
        evidence: [id],
        facts: { object: `${object.kind} ${object.name}`, ...(container === null ? {} : { container }) },
      })),
    ),
};
