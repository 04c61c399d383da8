import type { Analyzer } from "../analyzer.ts";
import { percent } from "../wording.ts";
import { ofPods } from "./pod-time.ts";
import { isSuffering } from "./suffering.ts";

// From a quarter of its periods on, a container that serves requests is noticeably slower.
const NOTABLE = 0.25;

/** Containers held back at their CPU limit while requests suffer. A little throttling is what a limit does. */
export const cpuThrottled: Analyzer = {
  codes: ["k8s.cpu_throttled"],
  needs: ["get_pod_status", "get_service_health"],
  analyze: (evidence) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const held = data.pods.flatMap(({ containers }) =>
        containers.filter(({ cpu }) => (cpu?.throttled ?? 0) >= NOTABLE),
      );
      const worst = held.sort((a, b) => (b.cpu?.throttled ?? 0) - (a.cpu?.throttled ?? 0))[0];
      if (worst === undefined || !isSuffering(evidence, subject)) return [];
      const limit = worst.cpu?.limit ?? null;
      const at = limit === null ? "" : ` at its limit of ${limit} cores`;
      return [
        {
          code: "k8s.cpu_throttled",
          subject,
          severity: "warning",
          confidence: 0.9,
          since: null,
          summary: `Container ${worst.name} of ${ofPods(held.length, data.totals.pods)} is held back in ${percent(worst.cpu?.throttled ?? 0)} of its CPU periods${at}`,
          evidence: [id],
          facts: { pods: held.length, ...(limit === null ? {} : { limit }) },
        },
      ];
    }),
};
