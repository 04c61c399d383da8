import type { LogPage, LogQuery, LogsBackend } from "@oncall/backends";
import { resolveWindow, type TimeWindow } from "@oncall/core";
import { Type } from "typebox";
import { omittedOf } from "../bounds.ts";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { ownPatterns } from "../logs/own-patterns.ts";
import { patternsInTurns } from "../logs/patterns.ts";
import { logSource } from "../logs/source.ts";
import { minutesRead, searchBoth, stretchBefore } from "../logs/stretches.ts";
import { type LogPatternRow, LogPatternsResult } from "../outputs/index.ts";
import { ServiceName, WindowInputs } from "./inputs.ts";

const MAX_LINES = 2_000;
const MAX_PATTERNS = 20;

export const queryLogs = defineReadTool({
  name: "query_logs",
  description:
    "Search a service's logs; lines are grouped into patterns with counts now and in a quiet stretch before, new ones first, known failures named. Default: warnings and worse of the last hour.",
  uses: ["logs", "catalog"],
  input: Type.Object(
    {
      service: ServiceName,
      query: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 200,
          description: "Words the message must contain, literally",
        }),
      ),
      level: Type.Optional(
        Type.Union([Type.Literal("info"), Type.Literal("warn"), Type.Literal("error")], {
          description: "This level and worse; default warn, or all with a query",
        }),
      ),
      ...WindowInputs,
    },
    { additionalProperties: false },
  ),
  output: LogPatternsResult,
  async run({ service, query: text, level, from, to }, { logs, catalog }, { now, onset, signal }) {
    const entry = await catalog.get(service);
    const source = logSource(entry, logs);
    if ("missing" in source) return noData(source.missing);
    const window = resolveWindow({ from, to }, now);
    const before = stretchBefore(window, onset);
    const asked: LogQuery = {
      ...source,
      text,
      minLevel: level ?? (text ? undefined : "warn"),
      window,
      limit: MAX_LINES,
    };
    const { query, page, pageBefore } = await searched(logs, asked, before, level === undefined, signal);
    const index = logs.place(query);
    const where = `${index}, ${query.minLevel === undefined ? "all levels" : `${query.minLevel} and worse`}${text === undefined ? "" : `, text "${text}"`}, ${window.from} to ${window.to}`;
    const link = logs.link(query);
    if (page.total === 0 && pageBefore.total === 0) return noData(where, link);
    const own = ownPatterns(entry.observability.logPatterns);
    const patterns = await patternsInTurns({
      lines: page.lines,
      linesBefore: pageBefore.lines,
      quietUntil: before.to,
      minutes: { now: minutesRead(page, window), before: minutesRead(pageBefore, before) },
      nameOf: (line) => own.find(line)?.name ?? null,
    });
    return ok(
      {
        service: entry.name,
        index,
        window,
        total: page.total,
        total_before: pageBefore.total,
        sampled: page.lines.length,
        patterns: patterns.slice(0, MAX_PATTERNS),
      },
      {
        link,
        searched: `${where}; compared with ${before.from} to ${before.to}`,
        summary: summaryOf(entry.name, page, pageBefore, patterns),
        omitted: omittedFrom(page, pageBefore, patterns),
      },
    );
  },
});

/** Where nobody chose a level and no line is a warning, everything is looked at. */
async function searched(
  logs: LogsBackend,
  query: LogQuery,
  before: TimeWindow,
  mayWiden: boolean,
  signal: AbortSignal,
): Promise<{ query: LogQuery; page: LogPage; pageBefore: LogPage }> {
  const [page, pageBefore] = await searchBoth(logs, query, before, signal);
  if (page.total > 0 || query.minLevel === undefined || !mayWiden) return { query, page, pageBefore };
  return await searched(logs, { ...query, minLevel: undefined }, before, false, signal);
}

function summaryOf(
  service: string,
  page: LogPage,
  before: LogPage,
  patterns: readonly LogPatternRow[],
): string {
  const levels = new Map<string, number>();
  for (const { level } of page.lines) levels.set(level, (levels.get(level) ?? 0) + 1);
  const counts = [...levels].sort((a, b) => b[1] - a[1]).map(([level, count]) => `${count} ${level}`);
  const fresh = patterns.filter((pattern) => pattern.is_new);
  const top = fresh[0] ?? patterns[0];
  return `${service}: ${page.total} lines (${counts.join(", ") || "none"}), ${before.total} before; ${patterns.length} patterns, ${fresh.length} new${top === undefined ? "" : `; ${top.known_as ?? top.level}: ${top.root_exception ?? top.example}`}`;
}

function omittedFrom(page: LogPage, before: LogPage, patterns: readonly LogPatternRow[]): string | undefined {
  const notes: string[] = [];
  const oldest = page.lines.at(-1)?.at;
  if (page.total > page.lines.length) {
    notes.push(
      `Only the newest ${page.lines.length} of ${page.total} lines were grouped${oldest === undefined ? "" : ` (from ${oldest} on: first_seen reaches no further back)`}; search a shorter window or a text for the rest.`,
    );
  }
  if (before.total > before.lines.length) {
    notes.push(`Of the stretch before, the newest ${before.lines.length} of ${before.total} lines.`);
  }
  if (patterns.length > MAX_PATTERNS) {
    const rest = patterns.slice(MAX_PATTERNS);
    const lines = rest.reduce((sum, row) => sum + row.count, 0);
    notes.push(`${rest.length} more patterns with ${lines} lines, none newer or worse than these.`);
  }
  return omittedOf(notes);
}
