import { AppError } from "@oncall/core";
import { lineFields, sourceFields } from "./fields.ts";
import type { LogLine, LogQuery } from "./types.ts";

type Level = LogLine["level"];

/** The levels from mild to bad, with the names that loggers give them. */
const levelNames: readonly (readonly [Level, readonly string[]])[] = [
  ["debug", ["debug", "trace", "verbose"]],
  ["info", ["info", "information", "notice"]],
  ["warn", ["warn", "warning"]],
  ["error", ["error", "err", "severe"]],
  ["fatal", ["fatal", "critical", "crit", "panic", "emergency", "emerg", "alert"]],
];

export const MAX_LINES = 5_000;

/** The `_search` body: filters only, for nothing is scored; literals only, for text comes from people and models. */
export function searchBody(query: LogQuery): object {
  const filter: object[] = [{ range: { "@timestamp": { gte: query.window.from, lt: query.window.to } } }];
  if (query.minLevel !== undefined) filter.push(anyOf(lineFields.level, "terms", levelTerms(query.minLevel)));
  const text = query.text?.trim();
  if (text !== undefined && text !== "") filter.push(anyOf(lineFields.message, "match_phrase", text));
  return {
    query: { bool: { filter } },
    sort: [{ "@timestamp": { order: "desc", unmapped_type: "date" } }],
    size: Math.min(Math.max(0, query.limit), MAX_LINES),
    track_total_hits: true,
    _source: sourceFields,
  };
}

/** The level that a document's own word or number (pino, bunyan) stands for. */
export function levelOf(value: unknown): Level {
  if (typeof value === "number") {
    const numbered: Level[] = ["debug", "debug", "info", "warn", "error", "fatal"];
    return numbered[Math.floor(value / 10) - 1] ?? "unknown";
  }
  const word = String(value ?? "").toLowerCase();
  return levelNames.find(([, names]) => names.includes(word))?.[0] ?? "unknown";
}

/**
 * The query's index, pattern or comma list of them. Throws invalid_input for what could leave the index part of the URL
 * or name system indices and exclusions.
 */
export function indexPath({ index = "" }: LogQuery): string {
  const parts = index.split(",");
  const good = parts.every((part) => /^[^\s/\\?"<>|#%_.+-][^\s/\\?"<>|#%]{0,254}$/.test(part));
  if (!good) {
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(index)} is not an index name or pattern such as prod-order-*: no spaces, slashes or leading _ . - +.`,
    );
  }
  return parts.map(encodeURIComponent).join(",");
}

/**
 * Spellings of the level and worse. Under the default mapping `level` is analysed text, whose tokens are lower
 * case; under a keyword mapping it is as the service wrote it. `terms` is not analysed, so listing the spellings
 * finds both, without a `.keyword` field that only the first kind of index has.
 */
function levelTerms(minLevel: NonNullable<LogQuery["minLevel"]>): string[] {
  return namesFrom(minLevel).flatMap((name) => [
    name,
    name.toUpperCase(),
    name.charAt(0).toUpperCase() + name.slice(1),
  ]);
}

/** What loggers call this level and the worse ones, in lower case. */
export function namesFrom(minLevel: NonNullable<LogQuery["minLevel"]>): string[] {
  const from = levelNames.findIndex(([level]) => level === minLevel);
  return levelNames.slice(from).flatMap(([, names]) => names);
}

/** A clause that any of the fields may satisfy; a field that an index does not have matches nothing. */
function anyOf(fields: readonly string[], clause: "terms" | "match_phrase", value: unknown): object {
  return {
    bool: { should: fields.map((field) => ({ [clause]: { [field]: value } })), minimum_should_match: 1 },
  };
}
