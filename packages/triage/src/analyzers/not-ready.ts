import type { Analyzer } from "../analyzer.ts";
import { earliest, quoted } from "../wording.ts";
import { ageMinutes, isBroken, ofPods } from "./pod-time.ts";

const START_MINUTES = 5;

/** Running pods that do not get ready and show no reason of their own. Young pods, above all of a rollout, are normal. */
export const notReady: Analyzer = {
  codes: ["k8s.not_ready"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const stuck = data.pods.filter(
        (pod) =>
          !pod.ready &&
          !["Succeeded", "Failed", "Pending"].includes(pod.phase) &&
          !isBroken(pod) &&
          (ageMinutes(pod, context) ?? START_MINUTES) >= START_MINUTES &&
          // A pod on its way out is not ready and should not be.
          !/terminating|deleting/i.test(pod.reason ?? ""),
      );
      if (stuck.length === 0) return [];
      const why = stuck.find((pod) => pod.reason !== null)?.reason;
      return [
        {
          code: "k8s.not_ready",
          subject,
          severity: data.workload.available === 0 ? "critical" : "warning",
          confidence: 0.8,
          // A pod's age is no onset unless it never got ready, which its restarts and revision cannot tell.
          since: earliest(
            data.events.filter((event) => event.reason === "Unhealthy").map((event) => event.first_seen),
          ),
          summary: `${ofPods(stuck.length, data.totals.pods)} not ready for more than ${START_MINUTES} minutes${why == null ? "" : `: ${quoted(why)}`}`,
          evidence: [id],
          facts: { pods: stuck.length },
        },
      ];
    }),
};
