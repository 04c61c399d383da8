import type { LogDocument } from "../world/log-lines.ts";
import { luceneQuery } from "./lucene.ts";
import { fieldOf, termsOf } from "./mapping.ts";
import { QueryError } from "./query-error.ts";
import { parseTime, type TimeBounds } from "./time.ts";
import { wildcard } from "./wildcard.ts";

type Json = Readonly<Record<string, unknown>>;

export type Test = (document: LogDocument) => boolean;

/**
 * The query DSL as a condition over documents. Only what a log reader uses is known; any other clause is
 * refused like a misspelt one is by the real server.
 */
export function compileQuery(query: unknown, now: number): Test {
  const { clause, body } = single(query);
  const [field, condition] = Object.entries(asObject(body))[0] ?? [];
  switch (clause) {
    case "match_all":
      return () => true;
    case "match_none":
      return () => false;
    case "bool":
      return compileBool(asObject(body), now);
    case "exists": {
      const name = String(asObject(body).field);
      return (document) => fieldOf(document, name) !== undefined;
    }
    case "ids":
      return () => false;
    case "match":
      return match(needed(field, clause), condition);
    case "match_phrase":
      return phrase(needed(field, clause), String(option(condition, "query")));
    case "multi_match": {
      const { query: text, fields = ["message"], operator = "or", type } = asObject(body);
      const tests = (fields as string[]).map((name) =>
        type === "phrase" ? phrase(name, String(text)) : match(name, { query: text, operator }),
      );
      return (document) => tests.some((test) => test(document));
    }
    case "term":
      return exact(
        needed(field, clause),
        [option(condition, "value")],
        asObject(condition).case_insensitive === true,
      );
    case "terms":
      return exact(needed(field, clause), Array.isArray(condition) ? condition : [], false);
    case "prefix": {
      const start = String(option(condition, "value"));
      return (document) => String(fieldOf(document, needed(field, clause)) ?? "").startsWith(start);
    }
    case "wildcard": {
      const pattern = wildcard(
        String(option(condition, "value")),
        asObject(condition).case_insensitive === true,
      );
      return (document) => pattern.test(String(fieldOf(document, needed(field, clause)) ?? ""));
    }
    case "range":
      return range(needed(field, clause), asObject(condition), now);
    case "query_string":
    case "simple_query_string":
      return luceneQuery(
        String(asObject(body).query),
        String(asObject(body).default_field ?? "message"),
        asObject(body).default_operator,
      );
    default:
      throw new QueryError("parsing_exception", `unknown query [${clause}]`);
  }
}

/** The times between which a matching document must lie, so that no more is generated than is asked for. */
export function timeBounds(query: unknown, now: number): TimeBounds {
  const bounds = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  if (typeof query !== "object" || query === null) return bounds;
  const { range: ranged, bool } = query as { range?: Json; bool?: Json };
  const asked = ranged?.["@timestamp"];
  if (asked !== undefined) {
    const { gte, gt, lte, lt, from, to } = asObject(asked);
    const start = gte ?? gt ?? from;
    const end = lte ?? lt ?? to;
    if (start !== undefined && start !== null) bounds.fromMs = parseTime(start, now, false);
    if (end !== undefined && end !== null) bounds.toMs = parseTime(end, now, true) + 1;
  }
  for (const part of [bool?.must, bool?.filter].flat()) {
    const inner = timeBounds(part, now);
    bounds.fromMs = Math.max(bounds.fromMs, inner.fromMs);
    bounds.toMs = Math.min(bounds.toMs, inner.toMs);
  }
  return bounds;
}

function compileBool(body: Json, now: number): Test {
  for (const key of Object.keys(body)) {
    if (!["must", "filter", "should", "must_not", "minimum_should_match", "boost"].includes(key)) {
      throw new QueryError("parsing_exception", `[bool] query does not support [${key}]`);
    }
  }
  const tests = (key: string): Test[] => {
    const clauses = body[key];
    if (clauses === undefined) return [];
    return (Array.isArray(clauses) ? clauses : [clauses]).map((clause) => compileQuery(clause, now));
  };
  const all = [...tests("must"), ...tests("filter")];
  const none = tests("must_not");
  const some = tests("should");
  const needed = some.length === 0 ? 0 : Number(body.minimum_should_match ?? (all.length > 0 ? 0 : 1));
  return (document) =>
    all.every((test) => test(document)) &&
    !none.some((test) => test(document)) &&
    (needed === 0 || some.filter((test) => test(document)).length >= needed);
}

function match(field: string, condition: unknown): Test {
  const wanted = termsOf(String(option(condition, "query")));
  const every = String(asObject(condition).operator ?? "or").toLowerCase() === "and";
  return (document) => {
    const terms = new Set(termsOf(String(fieldOf(document, field) ?? "")));
    return every ? wanted.every((term) => terms.has(term)) : wanted.some((term) => terms.has(term));
  };
}

function phrase(field: string, text: string): Test {
  const wanted = ` ${termsOf(text).join(" ")} `;
  return (document) => ` ${termsOf(String(fieldOf(document, field) ?? "")).join(" ")} `.includes(wanted);
}

/** Keyword fields match whole values; a text field is indexed as lower-case terms and matches one of those. */
function exact(field: string, values: readonly unknown[], anyCase: boolean): Test {
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text);
  const wanted = new Set(values.map((value) => fold(String(value))));
  const analyzed = field === "message" || field === "stack_trace";
  return (document) => {
    const value = fieldOf(document, field);
    if (value === undefined) return false;
    return analyzed
      ? termsOf(String(value)).some((term) => wanted.has(term))
      : wanted.has(fold(String(value)));
  };
}

function range(field: string, condition: Json, now: number): Test {
  const { gte, gt, lte, lt } = condition;
  const time = field === "@timestamp";
  const number = (value: unknown, up: boolean): number => (time ? parseTime(value, now, up) : Number(value));
  const bounds: ((value: number) => boolean)[] = [];
  if (gte !== undefined) bounds.push((value) => value >= number(gte, false));
  if (gt !== undefined) bounds.push((value) => value > number(gt, true));
  if (lte !== undefined) bounds.push((value) => value <= number(lte, true));
  if (lt !== undefined) bounds.push((value) => value < number(lt, false));
  // A bound that cannot be read is refused before any document is looked at.
  for (const bound of bounds) bound(0);
  return (document) => {
    const value = fieldOf(document, field);
    const comparable = time ? Date.parse(String(value)) : Number(value);
    return value !== undefined && bounds.every((bound) => bound(comparable));
  };
}

function single(query: unknown): { clause: string; body: unknown } {
  const entries = Object.entries(asObject(query));
  const [first] = entries;
  if (!first) throw new QueryError("illegal_argument_exception", "query malformed, empty clause found");
  if (entries.length > 1) {
    throw new QueryError(
      "parsing_exception",
      `[${first[0]}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]`,
    );
  }
  return { clause: first[0], body: first[1] };
}

function needed(field: string | undefined, clause: string): string {
  if (field === undefined) throw new QueryError("parsing_exception", `No field name in [${clause}] query`);
  return field;
}

/** `{field: "x"}` and `{field: {query: "x"}}` say the same. */
function option(condition: unknown, key: string): unknown {
  return typeof condition === "object" && condition !== null ? (condition as Json)[key] : condition;
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
