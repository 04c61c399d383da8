import { AppError } from "@oncall/core";
import { namesFrom } from "../opensearch/query.ts";
import type { LogQuery } from "../opensearch/types.ts";

/**
 * The LogQL of a search: https://grafana.com/docs/loki/latest/query/. Every value is quoted, so none can end its
 * string. Throws invalid_input without a service, for Loki has no other way to select.
 */
export function logQl(label: string, query: LogQuery): string {
  const { text, minLevel } = query;
  return [
    streamSelector(label, query),
    ...(text === undefined || text.trim() === "" ? [] : [lineFilter(text.trim())]),
    ...(minLevel === undefined ? [] : levelFilter(minLevel)),
  ].join(" ");
}

/** The part of it that says whose lines: `{service_name="shop"}`. */
export function streamSelector(label: string, { service }: LogQuery): string {
  if (service === undefined || service === "") {
    throw new AppError(
      "invalid_input",
      "Loki is searched by service; name the service whose logs are meant.",
    );
  }
  return `{${label}=${quote(service)}}`;
}

/** A literal. What JSON would escape stands escaped in JSON lines and plain in others, so either is looked for. */
function lineFilter(text: string): string {
  const inJson = JSON.stringify(text).slice(1, -1);
  return inJson === text ? `|= ${quote(text)}` : `|~ ${quote(`${escapeRegex(text)}|${escapeRegex(inJson)}`)}`;
}

/**
 * Loki 3 detects levels by itself; shippers often set a `level` label. Lines that have neither are told by the
 * words in them, as older Lokis have no other way.
 */
function levelFilter(minLevel: NonNullable<LogQuery["minLevel"]>): string[] {
  const words = namesFrom(minLevel).join("|");
  const named = quote(`(?i)(${words})`);
  return [
    `| regexp ${quote(`(?i)\\b(?P<oncall_word>${words})\\b`)}`,
    `| detected_level=~${named} or level=~${named} or (detected_level=~"|unknown" and level="" and oncall_word!="")`,
  ];
}

/** A Go string. JSON's escapes are a subset of Go's, but for lone surrogates, which no UTF-8 text holds. */
function quote(value: string): string {
  return JSON.stringify(Buffer.from(value, "utf8").toString("utf8"));
}

function escapeRegex(literal: string): string {
  return literal.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
