import { minutesBetween } from "@oncall/core";
import type { Analyzer } from "../analyzer.ts";
import { count, earliest, quoted } from "../wording.ts";

const MANY = 5;
const LASTING_MINUTES = 2;
const STILL_MINUTES = 10;

/** Probes that fail for minutes and still do. A few failures while a pod starts are normal. */
export const probeFailing: Analyzer = {
  codes: ["k8s.probe_failing"],
  needs: ["get_pod_status"],
  analyze: (evidence, context) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const failing = data.events.filter(
        (event) =>
          event.reason === "Unhealthy" &&
          event.count >= MANY &&
          event.last_seen !== null &&
          minutesBetween(event.last_seen, context.now) <= STILL_MINUTES &&
          (event.first_seen === null ||
            minutesBetween(event.first_seen, event.last_seen) >= LASTING_MINUTES) &&
          // The pod is ready again, or gone: it was a start, not a fault.
          data.pods.some(
            (pod) => event.object.includes(pod.name) && (!pod.ready || /liveness/i.test(event.message)),
          ),
      );
      const first = failing[0];
      if (first === undefined) return [];
      const times = failing.reduce((sum, event) => sum + event.count, 0);
      return [
        {
          code: "k8s.probe_failing",
          subject,
          severity: data.workload.available === 0 ? "critical" : "warning",
          confidence: 0.85,
          since: earliest(failing.map((event) => event.first_seen)),
          summary: `Probes failed ${count(times, "time")} on ${count(failing.length, "pod")}: ${quoted(first.message)}`,
          evidence: [id],
          facts: { times },
        },
      ];
    }),
};
