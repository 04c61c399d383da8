import type { Analyzer } from "../analyzer.ts";
import { earliest, quoted } from "../wording.ts";
import { ageMinutes, ofPods } from "./pod-time.ts";

// An autoscaler needs a few minutes to bring a node.
const GRACE_MINUTES = 5;

/** Pods that no node takes, for longer than an autoscaler needs. */
export const unschedulable: Analyzer = {
  codes: ["k8s.unschedulable"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const pending = data.pods.filter(
        (pod) =>
          pod.phase === "Pending" &&
          pod.node === null &&
          (ageMinutes(pod, context) ?? GRACE_MINUTES) >= GRACE_MINUTES &&
          (/unschedul|insufficient|nodes are available|taint|affinity/i.test(pod.reason ?? "") ||
            data.events.some(
              (event) => event.reason === "FailedScheduling" && event.object.includes(pod.name),
            )),
      );
      if (pending.length === 0) return [];
      const why =
        pending.find((pod) => pod.reason !== null)?.reason ??
        data.events.find((event) => event.reason === "FailedScheduling")?.message;
      const nothingRuns = data.workload.available === 0;
      return [
        {
          code: "k8s.unschedulable",
          subject,
          severity: nothingRuns ? "critical" : "warning",
          confidence: 0.95,
          since: earliest(pending.map((pod) => pod.created_at)),
          summary: `${ofPods(pending.length, data.totals.pods)} cannot be scheduled${why === undefined ? "" : `: ${quoted(why)}`}`,
          evidence: [id],
          facts: { pods: pending.length },
        },
      ];
    }),
};
