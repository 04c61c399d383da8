import type { LogLine, LogPage, LogQuery, LogsBackend } from "@oncall/backends";
import { resolveWindow, type TimeWindow } from "@oncall/core";
import { Type } from "typebox";
import { omittedOf } from "../bounds.ts";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { knownFailures } from "../logs/known/index.ts";
import { type OwnPatterns, ownPatterns } from "../logs/own-patterns.ts";
import { type LogMatch, scanLines } from "../logs/scan.ts";
import { logSource } from "../logs/source.ts";
import { searchBoth, stretchBefore } from "../logs/stretches.ts";
import { LogScan } from "../outputs/index.ts";
import { ServiceName, WindowInputs } from "./inputs.ts";

const MAX_LINES = 5_000;
const MAX_MATCHES = 25;

export const scanLogPatterns = defineReadTool({
  name: "scan_log_patterns",
  description:
    "Scan a service's logs for known failures (out of memory, deadlock, pool exhausted, TLS, DNS, disk full, throttling…) and its own log_patterns: counts now and before, since when, hint.",
  uses: ["logs", "catalog"],
  input: Type.Object({ service: ServiceName, ...WindowInputs }, { additionalProperties: false }),
  output: LogScan,
  async run({ service, from, to }, { logs, catalog }, { now, onset, signal }) {
    const entry = await catalog.get(service);
    const source = logSource(entry, logs);
    if ("missing" in source) return noData(source.missing);
    const window = resolveWindow({ from, to }, now);
    const before = stretchBefore(window, onset);
    const query: LogQuery = { ...source, window, limit: MAX_LINES };
    const index = logs.place(query);
    const [page, pageBefore] = await bothRead(logs, query, before, signal);
    const own = ownPatterns(entry.observability.logPatterns);
    const where = `${index}, ${window.from} to ${window.to}; compared with ${before.from} to ${before.to}`;
    const link = logs.link(query);
    if (page.total === 0) return noData(where, link);
    const { matches, events, eventsBefore } = scanLines({
      lines: page.lines,
      linesBefore: pageBefore.lines,
      quietUntil: before.to,
      own,
    });
    return ok(
      {
        service: entry.name,
        index,
        window,
        scanned: {
          events,
          events_before: eventsBefore,
          built_in: knownFailures.length,
          own: entry.observability.logPatterns.length,
        },
        matches: matches.slice(0, MAX_MATCHES),
      },
      {
        link,
        searched: where,
        summary: summaryOf(entry.name, matches, events),
        omitted: omittedFrom(page, pageBefore, matches, own),
      },
    );
  },
});

/**
 * Both stretches, all levels. Where there is more than one search returns, warnings and worse are read on their own,
 * so that a flood of information does not hide them.
 */
async function bothRead(
  logs: LogsBackend,
  query: LogQuery,
  before: TimeWindow,
  signal: AbortSignal,
): Promise<[LogPage, LogPage]> {
  const pages = await searchBoth(logs, query, before, signal);
  if (pages.every(({ total, lines }) => total <= lines.length)) return pages;
  const [worse, worseBefore] = await searchBoth(logs, { ...query, minLevel: "warn" }, before, signal);
  return [withWorse(pages[0], worse), withWorse(pages[1], worseBefore)];
}

function withWorse(all: LogPage, worse: LogPage): LogPage {
  if (all.total <= all.lines.length) return all;
  const mild = all.lines.filter((line) => !isWorse(line));
  return { total: all.total, lines: [...worse.lines.filter(isWorse), ...mild] };
}

function isWorse({ level }: LogLine): boolean {
  return level === "warn" || level === "error" || level === "fatal";
}

function summaryOf(service: string, matches: readonly LogMatch[], events: number): string {
  const fresh = matches.filter((match) => match.is_new).length;
  const top = matches.slice(0, 3).map(({ name, count, before }) => `${name} ${count} (${before} before)`);
  return `${service}: ${matches.length} failure patterns in ${events} events, ${fresh} new${top.length === 0 ? "" : `; ${top.join(", ")}`}`;
}

function omittedFrom(
  page: LogPage,
  before: LogPage,
  matches: readonly LogMatch[],
  own: OwnPatterns,
): string | undefined {
  const notes: string[] = [];
  for (const [{ total, lines }, name] of [
    [page, "now"],
    [before, "before"],
  ] as const) {
    if (total > lines.length) {
      notes.push(
        `Of the lines ${name}, ${lines.length} of ${total} were read: the newest, warnings and worse first.`,
      );
    }
  }
  if (matches.length > MAX_MATCHES) notes.push(`${matches.length - MAX_MATCHES} more patterns matched.`);
  if (own.plain.length > 0) {
    notes.push(
      `log_patterns that are no safe expression were looked for as plain text: ${own.plain.slice(0, 10).join(", ")}.`,
    );
  }
  if (own.exhausted())
    notes.push("log_patterns took too long; later lines were searched for their plain text.");
  return omittedOf(notes);
}
