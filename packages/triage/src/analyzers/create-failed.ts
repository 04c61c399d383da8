import { type FindingCode, minutesBetween } from "@oncall/core";
import type { Analyzer } from "../analyzer.ts";
import { count, quoted, sinceWords } from "../wording.ts";

const MANY = 3;
const STILL_MINUTES = 15;

// Why the API server takes no pod of this workload, by its own words; the first that fits.
const reasons: readonly (readonly [FindingCode, RegExp])[] = [
  ["k8s.quota", /exceeded quota|failed quota/i],
  ["k8s.limit_range", /(maximum|minimum) (memory|cpu|ephemeral-storage|storage) usage per|limit ?range/i],
  ["k8s.pod_security", /violates podsecurity/i],
  ["k8s.service_account", /serviceaccount "?\S+"? not found|error looking up service account/i],
  ["k8s.admission_webhook", /failed calling webhook/i],
  ["k8s.admission_denied", /admission webhook \S+ denied|denied the request|is forbidden/i],
  ["k8s.create_failed", /./],
];

/** A workload that stays short of pods because none may be created. A refusal that is over, or with all pods there, is normal. */
export const createFailed: Analyzer = {
  codes: reasons.map(([code]) => code),
  needs: ["get_pod_status"],
  analyze: (evidence, { now }) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const { workload } = data;
      if (workload.ready >= workload.desired) return [];
      const refused = data.events.find(
        ({ reason, count: times, last_seen }) =>
          reason === "FailedCreate" &&
          times >= MANY &&
          last_seen !== null &&
          minutesBetween(last_seen, now) <= STILL_MINUTES,
      );
      const code = reasons.find(([, words]) => refused !== undefined && words.test(refused.message))?.[0];
      if (refused === undefined || code === undefined) return [];
      return [
        {
          code,
          subject,
          severity: workload.available === 0 ? "critical" : "warning",
          confidence: 0.95,
          since: refused.first_seen,
          summary: `${workload.ready} of ${count(workload.desired, "pod")} of ${workload.name} there, more may not be created${sinceWords(refused.first_seen, now)}: ${quoted(refused.message, 240)}`,
          evidence: [id],
          facts: { times: refused.count, ready: workload.ready, desired: workload.desired },
        },
      ];
    }),
};
