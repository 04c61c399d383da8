import type { DependencyType } from "@oncall/catalog";
import { clock, type FindingCode, findingCodes } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { LogPatternRow } from "@oncall/tools";
import type { AnalysisContext, Analyzer } from "../analyzer.ts";
import type { EvidenceSet } from "../evidence.ts";
import type { Graph } from "../graph.ts";
import { count, earliest, quoted } from "../wording.ts";

const SURGE = 3;
const SURGE_LINES = 5;

// These say that something else could not be reached: the finding is about that, when the line names it.
const aboutTheOtherSide: ReadonlySet<string> = new Set([
  "cache.full",
  "cache.unavailable",
  "db.connection_refused",
  "db.connection_timeout",
  "db.crashed",
  "db.read_only",
  "db.replication",
  "db.too_many_connections",
  "network.dns",
  "network.refused",
  "network.reset",
  "network.timeout",
  "network.unreachable",
  "network.upstream",
  "queue.broker",
  "search.unavailable",
  "tls.certificate",
]);

// Not to be reached although it is well by its own measure: then the fault lies on the way, at the caller's end.
const onTheWay: ReadonlySet<string> = new Set([
  "db.connection_refused",
  "db.connection_timeout",
  "network.dns",
  "network.refused",
  "network.timeout",
  "network.unreachable",
]);

// What a family of failures is about when the lines name nothing: the only dependency of that kind.
const kindOf: Readonly<Record<string, DependencyType>> = { db: "database", cache: "cache", queue: "queue" };

/** Known failures in the logs that are new or surging since the onset; what was always logged is normal. */
export const logPatterns: Analyzer = {
  codes: Object.keys(findingCodes).filter(isLogCode),
  needs: ["query_logs"],
  analyze: (evidence, context) => {
    const wellByMetrics = measuredHealthy(evidence);
    return evidence.of("query_logs").flatMap(({ data, subject, evidence: id }) => {
      const groups = new Map<string, Group>();
      for (const row of data.patterns) {
        if (!isLogCode(row.known_as) || !isSurging(row)) continue;
        const named = subjectOf(row, row.known_as, subject, context.graph);
        const well = onTheWay.has(row.known_as) ? (wellByMetrics.get(named) ?? null) : null;
        const about = well === null ? named : subject;
        const key = `${row.known_as} ${about}`;
        const group = groups.get(key) ?? { code: row.known_as, subject: about, well, rows: [] };
        group.rows.push(row);
        groups.set(key, group);
      }
      return [...groups.values()].map((group) => toFinding(group, subject, id, context));
    });
  },
};

interface Group {
  readonly code: FindingCode;
  readonly subject: string;
  /** The dependency that the lines name, where it is well by its own measure. */
  readonly well: Well | null;
  readonly rows: LogPatternRow[];
}

interface Well {
  readonly name: string;
  readonly evidence: string;
}

/** Dependencies whose own metrics, not a status page, say that they are well and serve. */
function measuredHealthy(evidence: EvidenceSet): ReadonlyMap<string, Well> {
  return new Map(
    evidence
      .of("check_dependency_health")
      .flatMap(({ data, evidence: id }) =>
        data.dependencies
          .filter(({ state, how }) => state === "healthy" && /metrics/.test(how))
          .map(({ name }) => [name, { name, evidence: id }] as const),
      ),
  );
}

/** New since the onset, or far more often than before. */
export function isSurging(row: LogPatternRow): boolean {
  return row.is_new || (row.count >= SURGE_LINES && row.count >= row.before * SURGE);
}

function toFinding(group: Group, service: string, id: string, { now }: AnalysisContext): Finding {
  const rows = [...group.rows].sort((a, b) => b.count - a.count);
  const top = rows[0];
  const lines = rows.reduce((sum, row) => sum + row.count, 0);
  const before = rows.reduce((sum, row) => sum + row.before, 0);
  const since = earliest(rows.map((row) => row.first_seen));
  const text = quoted(top?.root_exception ?? top?.example ?? "");
  const although = group.well === null ? "" : `, although ${group.well.name} itself is well`;
  const compared = before === 0 ? "none before" : `${before} before`;
  return {
    code: group.code,
    subject: group.subject,
    severity: lines >= SURGE_LINES ? "critical" : "warning",
    confidence: lines >= 20 ? 0.95 : lines >= SURGE_LINES ? 0.85 : 0.65,
    since,
    summary: `${service} logged ${count(lines, "line")} of "${text}"${since === null ? "" : ` since ${clock(since, now)}`}, ${compared}${although}`,
    evidence: group.well === null ? [id] : [id, group.well.evidence],
    facts: { lines, before, reporter: service },
  };
}

/** The dependency that the lines name; for a database, cache or queue the only one the service has; else the service itself. */
function subjectOf(row: LogPatternRow, code: FindingCode, service: string, graph: Graph): string {
  if (!aboutTheOtherSide.has(code)) return service;
  const dependencies = graph.dependenciesOf(service);
  const text = `${row.template}\n${row.example}\n${row.root_exception ?? ""}`.toLowerCase();
  const named = dependencies.find((name) => text.includes(name.toLowerCase()));
  const kind = kindOf[code.split(".")[0] ?? ""];
  if (named !== undefined || kind === undefined) return named ?? service;
  const ofKind = dependencies.filter((name) => graph.nodes.get(name)?.type === kind);
  return ofKind.length === 1 ? (ofKind[0] ?? service) : service;
}

/** Whether a pattern's name is a failure that logs can show; a service may call a pattern of its own anything. */
export function isLogCode(name: string | null): name is FindingCode {
  return (
    name !== null &&
    Object.hasOwn(findingCodes, name) &&
    /^(app|cache|db|disk|network|queue|rate|search|tls)\./.test(name)
  );
}
