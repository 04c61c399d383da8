import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { AnalysisContext } from "../analyzer.ts";
import type { EvidenceSet } from "../evidence.ts";
import { earliest, quoted } from "../wording.ts";
import { ageMinutes, ofPods } from "./pod-time.ts";

interface WaitingRule {
  readonly code: FindingCode;
  /** The waiting reasons, as the kubelet writes them. */
  readonly reasons: RegExp;
  /** Younger pods are given time: the first pull or the first mount may fail and succeed seconds later. */
  readonly graceMinutes: number;
  readonly says: string;
}

/** One finding per service whose containers wait for the same kind of reason longer than is normal. */
export function findWaiting(evidence: EvidenceSet, context: AnalysisContext, rule: WaitingRule): Finding[] {
  return evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }): Finding[] => {
    const waiting = data.pods.flatMap((pod) => {
      const container = pod.containers.find(({ state }) => rule.reasons.test(state));
      const age = ageMinutes(pod, context);
      return container === undefined || (age !== null && age < rule.graceMinutes) ? [] : [{ pod, container }];
    });
    const first = waiting[0];
    if (first === undefined) return [];
    const { container } = first;
    const why = first.pod.reason === null ? "" : `: ${quoted(first.pod.reason)}`;
    return [
      {
        code: rule.code,
        subject,
        severity: "critical",
        confidence: 0.95,
        since: earliest(waiting.map(({ pod }) => pod.created_at)),
        summary: `Container ${container.name} of ${ofPods(waiting.length, data.totals.pods)} cannot start, ${rule.says}${container.image === null ? "" : ` (${quoted(container.image, 120)})`}${why}`,
        evidence: [id],
        facts: {
          pods: waiting.length,
          container: container.name,
          reason: container.state.replace("waiting:", ""),
          ...(container.image === null ? {} : { image: container.image }),
        },
      },
    ];
  });
}
