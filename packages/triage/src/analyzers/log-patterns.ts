import { type FindingCode, findingCodes } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { LogPatternRow } from "@oncall/tools";
import type { AnalysisContext, Analyzer } from "../analyzer.ts";
import type { Graph } from "../graph.ts";
import { clock, count, earliest, quoted } from "../wording.ts";

const SURGE = 3;
const SURGE_LINES = 5;

// These say that something else could not be reached: the finding is about that, when the line names it.
const aboutTheOtherSide: ReadonlySet<string> = new Set([
  "db.connection_refused",
  "db.connection_timeout",
  "network.dns",
  "network.refused",
  "network.timeout",
  "tls.certificate",
]);

/** Known failures in the logs that are new or surging since the onset; what was always logged is normal. */
export const logPatterns: Analyzer = {
  codes: Object.keys(findingCodes).filter(isLogCode),
  needs: ["query_logs"],
  analyze: (evidence, context) =>
    evidence.of("query_logs").flatMap(({ data, subject, evidence: id }) => {
      const groups = new Map<string, { code: FindingCode; subject: string; rows: LogPatternRow[] }>();
      for (const row of data.patterns) {
        if (!isLogCode(row.known_as) || !isSurging(row)) continue;
        const about = subjectOf(row, row.known_as, subject, context.graph);
        const key = `${row.known_as} ${about}`;
        const group = groups.get(key) ?? { code: row.known_as, subject: about, rows: [] };
        group.rows.push(row);
        groups.set(key, group);
      }
      return [...groups.values()].map((group) => toFinding(group, subject, id, context));
    }),
};

/** New since the onset, or far more often than before. */
export function isSurging(row: LogPatternRow): boolean {
  return row.is_new || (row.count >= SURGE_LINES && row.count >= row.before * SURGE);
}

function toFinding(
  group: { code: FindingCode; subject: string; rows: readonly LogPatternRow[] },
  service: string,
  id: string,
  { now }: AnalysisContext,
): Finding {
  const rows = [...group.rows].sort((a, b) => b.count - a.count);
  const top = rows[0];
  const lines = rows.reduce((sum, row) => sum + row.count, 0);
  const before = rows.reduce((sum, row) => sum + row.before, 0);
  const since = earliest(rows.map((row) => row.first_seen));
  const text = quoted(top?.root_exception ?? top?.example ?? "");
  const compared = before === 0 ? "none before" : `${before} before`;
  return {
    code: group.code,
    subject: group.subject,
    severity: lines >= SURGE_LINES ? "critical" : "warning",
    confidence: lines >= 20 ? 0.95 : lines >= SURGE_LINES ? 0.85 : 0.65,
    since,
    summary: `${service} logged ${count(lines, "line")} of "${text}"${since === null ? "" : ` since ${clock(since, now)}`}, ${compared}`,
    evidence: [id],
    facts: { lines, before, reporter: service },
  };
}

/** The dependency that the lines name; for a database the only one the service has; else the service itself. */
function subjectOf(row: LogPatternRow, code: FindingCode, service: string, graph: Graph): string {
  if (!aboutTheOtherSide.has(code)) return service;
  const dependencies = graph.dependenciesOf(service);
  const text = `${row.template}\n${row.example}\n${row.root_exception ?? ""}`.toLowerCase();
  const named = dependencies.find((name) => text.includes(name.toLowerCase()));
  if (named !== undefined || !code.startsWith("db.")) return named ?? service;
  const databases = dependencies.filter((name) => graph.nodes.get(name)?.type === "database");
  return databases.length === 1 ? (databases[0] ?? service) : service;
}

/** Whether a pattern's name is a failure that logs can show; a service may call a pattern of its own anything. */
export function isLogCode(name: string | null): name is FindingCode {
  return name !== null && Object.hasOwn(findingCodes, name) && /^(app|db|disk|network|rate|tls)\./.test(name);
}
