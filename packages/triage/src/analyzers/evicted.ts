import type { Analyzer } from "../analyzer.ts";
import { earliest, quoted } from "../wording.ts";
import { isRecent, ofPods } from "./pod-time.ts";

/** Pods that the kubelet put out in this incident. What is left of older ones stays in the list for days and says nothing. */
export const evicted: Analyzer = {
  codes: ["k8s.evicted"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const events = data.events.filter(
        ({ reason, last_seen }) => reason === "Evicted" && last_seen !== null && isRecent(last_seen, context),
      );
      const pods = data.pods.filter(({ name }) => events.some(({ object }) => object.endsWith(name)));
      const first = events[0];
      if (first === undefined) return [];
      return [
        {
          code: "k8s.evicted",
          subject,
          severity: data.workload.available === 0 ? "critical" : "warning",
          confidence: 0.9,
          since: earliest(events.map(({ first_seen }) => first_seen)),
          summary: `${ofPods(Math.max(pods.length, events.length), data.totals.pods)} evicted: ${quoted(first.message)}`,
          evidence: [id],
          facts: { pods: events.length },
        },
      ];
    }),
};
