import type { Finding } from "@oncall/incidents";
import type { Analyzer } from "../analyzer.ts";
import { quoted, sinceWords } from "../wording.ts";

/** Dependencies that are down or degraded, by their own metrics, status page or AWS. Unknown is not unhealthy. */
export const dependencyState: Analyzer = {
  codes: ["dependency.down", "dependency.degraded"],
  needs: ["check_dependency_health"],
  analyze: (evidence, { now }) =>
    evidence.of("check_dependency_health").flatMap(({ data, evidence: id }) =>
      data.dependencies
        .filter((row) => row.state === "down" || row.state === "degraded")
        .map((row): Finding => {
          const down = row.state === "down";
          const fact = row.facts[0] === undefined ? "" : `: ${quoted(row.facts[0])}`;
          return {
            code: down ? "dependency.down" : "dependency.degraded",
            subject: row.name,
            severity: down && row.critical ? "critical" : "warning",
            confidence: 0.9,
            since: row.since,
            summary: `${row.name} (${row.type}) is ${row.state}${sinceWords(row.since, now)}${fact}`,
            evidence: [id],
            facts: { type: row.type, critical: row.critical, how: row.how },
          };
        }),
    ),
};
