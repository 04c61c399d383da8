import type { Analyzer } from "../analyzer.ts";
import { quoted } from "../wording.ts";

/** A rollout that passed its progress deadline. One under way is normal. */
export const rolloutStuck: Analyzer = {
  codes: ["k8s.rollout_stuck"],
  needs: ["get_pod_status"],
  analyze: (evidence) =>
    evidence
      .of("get_pod_status")
      .filter(({ data }) => data.workload.rollout === "stuck")
      .map(({ data, subject, evidence: id }) => {
        const { workload } = data;
        const note = workload.rollout_note === null ? "" : `: ${quoted(workload.rollout_note)}`;
        return {
          code: "k8s.rollout_stuck",
          subject,
          severity: workload.available === 0 ? "critical" : "warning",
          confidence: 0.95,
          since: workload.rollout_started_at,
          summary: `The rollout of ${workload.name} does not finish, ${workload.updated} of ${workload.desired} pods updated${note}`,
          evidence: [id],
          facts: { updated: workload.updated, desired: workload.desired },
        };
      }),
};
