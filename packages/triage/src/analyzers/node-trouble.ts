import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { Analyzer } from "../analyzer.ts";
import { count, earliest, listed, quoted } from "../wording.ts";

const kinds: readonly (readonly [FindingCode, RegExp])[] = [
  ["k8s.node_not_ready", /^(NotReady|NetworkUnavailable)\b/],
  ["k8s.node_pressure", /^(Memory|Disk|PID)Pressure\b/],
];

/** Nodes under the pods that are not ready or run short. Cordons and taints are what maintenance looks like. */
export const nodeTrouble: Analyzer = {
  codes: ["k8s.node_not_ready", "k8s.node_pressure"],
  needs: ["get_pod_status"],
  analyze: (evidence) =>
    evidence.of("get_pod_status").flatMap(({ data, subject, evidence: id }) => {
      const { checked, troubled } = data.nodes ?? { checked: 0, troubled: [] };
      return kinds.flatMap(([code, kind]): Finding[] => {
        const nodes = troubled.flatMap(({ name, problems }) => {
          const problem = problems.find((one) => kind.test(one));
          return problem === undefined ? [] : [{ name, problem }];
        });
        const first = nodes[0];
        if (first === undefined) return [];
        return [
          {
            code,
            subject,
            severity: data.totals.ready < data.totals.pods ? "critical" : "warning",
            confidence: 0.9,
            since: earliest(nodes.map(({ problem }) => sinceOf(problem))),
            summary: `${listed(nodes.map(({ name }) => name))}, of ${count(checked, "node")} under ${subject}: ${quoted(first.problem)}`,
            evidence: [id],
            facts: { nodes: nodes.length, checked },
          },
        ];
      });
    }),
};

/** The time in `DiskPressure since 2026-03-12T21:14:00Z: …`. */
function sinceOf(problem: string): string | null {
  return /^\w+ since (\S+Z): /.exec(problem)?.[1] ?? null;
}
