import type { EvidenceSet } from "../evidence.ts";

/** Whether a service's own requests fail, are slow or stopped: what makes a shortage more than a figure. */
export function isSuffering(evidence: EvidenceSet, service: string): boolean {
  return evidence
    .of("get_service_health")
    .some(({ subject, data }) => subject === service && data.verdict !== "healthy");
}
