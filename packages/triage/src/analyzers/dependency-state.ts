import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { DependencyHealthRow } from "@oncall/tools";
import type { Analyzer } from "../analyzer.ts";
import { quoted, sinceWords } from "../wording.ts";

/** Dependencies that are down or degraded, by their own metrics, status page or AWS. Unknown is not unhealthy. */
export const dependencyState: Analyzer = {
  codes: ["dependency.down", "dependency.degraded", "cache.unavailable", "queue.broker", "queue.lag"],
  needs: ["check_dependency_health"],
  analyze: (evidence, { now }) =>
    evidence.of("check_dependency_health").flatMap(({ data, evidence: id }) =>
      data.dependencies
        .filter((row) => row.state === "down" || row.state === "degraded")
        .map((row): Finding => {
          const down = row.state === "down";
          const fact = row.facts[0] === undefined ? "" : `: ${quoted(row.facts[0])}`;
          return {
            code: codeOf(row),
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

/** What its own metrics say of a cache or a broker is the fault itself; of a database or a service only that it is one. */
function codeOf(row: DependencyHealthRow): FindingCode {
  if (row.state === "degraded") return isBehind(row) ? "queue.lag" : "dependency.degraded";
  if (row.type === "cache") return "cache.unavailable";
  return row.type === "queue" ? "queue.broker" : "dependency.down";
}

/** Degraded for nothing but what waits in it: the queue works, those who should empty it do not keep up. */
function isBehind({ type, facts }: DependencyHealthRow): boolean {
  return type === "queue" && /lag|messages_(ready|visible)|queue_messages/.test(facts[0] ?? "");
}
