import { type FindingCode, findingCodes } from "@oncall/core";
import type { Analyzer } from "../analyzer.ts";
import { isSuffering } from "./suffering.ts";

/** Shortages that do no harm while requests are well: then they are what a limit is for. */
const SHORTAGES: ReadonlySet<FindingCode> = new Set([
  "k8s.autoscaler_limit",
  "k8s.cpu_throttled",
  "k8s.hpa_metrics",
]);

/** Of what is not Kubernetes' own; a container's last words may tell of anything, but that is what logs are for. */
const others: ReadonlySet<FindingCode> = new Set([
  "app.config_invalid",
  "app.config_missing",
  "disk.full",
  "network.dns",
  "tls.certificate",
]);

/** What the checks of Kubernetes objects found around a service's pods, as `get_pod_status` publishes it. */
export const kubernetes: Analyzer = {
  codes: (Object.keys(findingCodes) as FindingCode[]).filter(
    (code) => code.startsWith("k8s.") || others.has(code),
  ),
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
