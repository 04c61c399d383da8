import { RE2JS } from "re2js";
import type { LogDocument } from "../world/log-lines.ts";

export class LogqlError extends Error {}

export type Labels = Readonly<Record<string, string>>;
type Stage = (entry: Entry) => Entry | undefined;

export interface Entry {
  readonly atMs: number;
  readonly line: string;
  readonly labels: Labels;
}

export interface LogSelector {
  /** Whether a stream may hold entries that match. */
  readonly stream: (labels: Labels) => boolean;
  readonly stages: readonly Stage[];
}

export type Query =
  | { readonly kind: "logs"; readonly selector: LogSelector }
  | {
      readonly kind: "metric";
      readonly selector: LogSelector;
      readonly fn: "count_over_time" | "rate" | "bytes_over_time" | "bytes_rate";
      readonly rangeMs: number;
      /** Labels that a surrounding `sum` keeps; null without one. */
      readonly sumBy: readonly string[] | null;
    };

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/**
 * The part of LogQL that log readers use: stream selectors, line filters, `| json`, `| logfmt`, label filters, and
 * `sum by (…) (rate({…}[5m]))` and its kin. Anything else is a parse error.
 */
export function parseLogql(text: string): Query {
  const trimmed = text.trim();
  const summed = /^sum\s*(?:by\s*\(([^)]*)\)\s*)?\((.*)\)\s*(?:by\s*\(([^)]*)\))?\s*$/s.exec(trimmed);
  const inner = summed?.[2] ?? trimmed;
  const counted = /^\s*(count_over_time|rate|bytes_over_time|bytes_rate)\s*\((.*)\[(\w+)\]\s*\)\s*$/s.exec(
    inner,
  );
  if (counted) {
    const by = summed?.[1] ?? summed?.[3];
    return {
      kind: "metric",
      fn: counted[1] as "rate",
      selector: parseSelector(counted[2] ?? ""),
      rangeMs: durationMs(counted[3] ?? ""),
      sumBy: summed
        ? (by ?? "")
            .split(",")
            .map((name) => name.trim())
            .filter(Boolean)
        : null,
    };
  }
  if (summed)
    throw new LogqlError(
      "parse error : syntax error: unexpected end of expression, expecting a range aggregation",
    );
  return { kind: "logs", selector: parseSelector(trimmed) };
}

/** `5m`, `1h30m`. Throws LogqlError. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new LogqlError(`parse error : not a valid duration string: "${text}"`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** What Loki stores of a document: its line as JSON, as the shipper sends it, and its stream's labels. */
export function entryOf(document: LogDocument, labels: Labels): Entry {
  const { message, level, logger, stack_trace } = document;
  const line = JSON.stringify({ level, logger, message, ...(stack_trace ? { stack_trace } : {}) });
  return { atMs: Date.parse(document["@timestamp"]), line, labels };
}

function parseSelector(text: string): LogSelector {
  const [whole, inside = ""] = /^\s*\{([^{}]*)\}/.exec(text) ?? [];
  if (whole === undefined)
    throw new LogqlError("parse error at line 1, col 1: syntax error: unexpected start, expecting {");
  const matchers = splitList(inside).map(parseMatcher);
  if (matchers.length === 0 || !matchers.some(({ mayBeEmpty }) => !mayBeEmpty)) {
    throw new LogqlError(
      "parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value",
    );
  }
  return {
    stream: (labels) => matchers.every(({ test }) => test(labels)),
    stages: parseStages(text.slice(whole.length)),
  };
}

function parseStages(text: string): Stage[] {
  const stages: Stage[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const filter = /^(\|=|\|~|!=|!~)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/.exec(rest);
    const parser = /^\|\s*(json|logfmt)\b/.exec(rest);
    const label = /^\|\s*(\w+)\s*(=~|!~|!=|==|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/.exec(rest);
    const matched = filter ?? parser ?? label;
    if (!matched)
      throw new LogqlError(`parse error : syntax error: unexpected ${JSON.stringify(rest.slice(0, 20))}`);
    if (filter) stages.push(lineFilter(filter[1] ?? "", unquote(filter[2] ?? "")));
    else if (parser) stages.push(parser[1] === "json" ? parseJson : parseLogfmt);
    else if (label) {
      const { test } = matcher(label[1] ?? "", (label[2] ?? "").replace("==", "="), unquote(label[3] ?? ""));
      stages.push((entry) => (test(entry.labels) ? entry : undefined));
    }
    rest = rest.slice(matched[0].length).trim();
  }
  return stages;
}

function lineFilter(operator: string, wanted: string): Stage {
  const pattern = operator.endsWith("~") ? compiled(wanted) : undefined;
  const holds = (line: string): boolean => (pattern ? pattern.matcher(line).find() : line.includes(wanted));
  return (entry) => (holds(entry.line) === operator.startsWith("|") ? entry : undefined);
}

const parseJson: Stage = (entry) => extracted(entry, Object.entries(JSON.parse(entry.line) as object));

const parseLogfmt: Stage = (entry) => {
  const found = entry.line.matchAll(/(\w+)=("[^"]*"|[^\s",}]+)/g);
  return extracted(
    entry,
    [...found].map(([, name = "", value = ""]) => [name, value.replace(/^"|"$/g, "")]),
  );
};

/** A field that is named like a label of the stream becomes `…_extracted`. */
function extracted(entry: Entry, fields: readonly [string, unknown][]): Entry {
  const named = fields.map(([name, value]) => [
    name in entry.labels ? `${name}_extracted` : name,
    String(value),
  ]);
  return { ...entry, labels: { ...entry.labels, ...Object.fromEntries(named) } };
}

function parseMatcher(text: string) {
  const [, name, operator, quoted] =
    /^\s*(\w+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)\s*$/.exec(text) ?? [];
  if (!name || !operator || !quoted)
    throw new LogqlError(`parse error : syntax error: unexpected ${JSON.stringify(text.trim())}`);
  return matcher(name, operator, unquote(quoted));
}

function matcher(name: string, operator: string, value: string) {
  const pattern = operator.endsWith("~") ? compiled(value) : undefined;
  const equal = (text: string): boolean => (pattern ? pattern.matches(text) : text === value);
  const positive = !operator.startsWith("!");
  return {
    mayBeEmpty: equal("") === positive,
    test: (labels: Labels) => equal(labels[name] ?? "") === positive,
  };
}

function compiled(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new LogqlError(
      `parse error : error parsing regexp: ${error instanceof Error ? error.message : pattern}`,
    );
  }
}

function unquote(text: string): string {
  return text.startsWith("`") ? text.slice(1, -1) : (JSON.parse(text) as string);
}

/** Splits at commas outside quotes. */
function splitList(text: string): string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^,"`])+/g) ?? []).filter((part) => part.trim() !== "");
}
