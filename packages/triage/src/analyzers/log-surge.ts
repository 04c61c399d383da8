import { clock } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { Analyzer } from "../analyzer.ts";
import { isError } from "../onset.ts";
import { count, quoted } from "../wording.ts";
import { isLogCode, isSurging } from "./log-patterns.ts";

const LEAST_LINES = 5;
const AT_MOST = 3;

/** Errors without a known name that are new or surging since the onset: the three most frequent of a service. */
export const logSurge: Analyzer = {
  codes: ["log.error_surge"],
  needs: ["query_logs"],
  analyze: (evidence, { now }) =>
    evidence.of("query_logs").flatMap(({ data, subject, evidence: id }) =>
      data.patterns
        .filter((row) => !isLogCode(row.known_as))
        .filter((row) => isError(row.level) && row.count >= LEAST_LINES && isSurging(row))
        .sort((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1))
        .slice(0, AT_MOST)
        .map((row): Finding => {
          const name = row.known_as === null ? "" : `${quoted(row.known_as, 60)}: `;
          return {
            code: "log.error_surge",
            subject,
            severity: "warning",
            confidence: row.is_new ? 0.85 : 0.7,
            since: row.is_new ? row.first_seen : null,
            summary: `${name}${count(row.count, "line")} of "${quoted(row.root_exception ?? row.example)}"${row.is_new ? ` since ${clock(row.first_seen, now)}` : ""}, ${row.before} before`,
            evidence: [id],
            facts: { lines: row.count, before: row.before },
          };
        }),
    ),
};
