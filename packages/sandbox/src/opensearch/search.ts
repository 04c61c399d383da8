import { createHash } from "node:crypto";
import { LOG_RETENTION_MS, type LogDocument } from "../world/log-lines.ts";
import type { World } from "../world/world.ts";
import { aggregate } from "./aggregations.ts";
import { fieldOf } from "./mapping.ts";
import { compileQuery, timeBounds } from "./query.ts";
import { QueryError } from "./query-error.ts";
import { wildcard } from "./wildcard.ts";

const MAX_RESULT_WINDOW = 10_000;

type Json = Readonly<Record<string, unknown>>;

const KNOWN_KEYS = [
  ...["query", "size", "from", "sort", "_source", "track_total_hits", "aggs", "aggregations", "timeout"],
  ...["fields", "highlight", "track_scores", "version", "search_after", "stored_fields", "docvalue_fields"],
];

/** The indices that `expression` (names, patterns, commas) means; null when a name without a star does not exist. */
export function resolveIndices(
  world: World,
  expression: string,
  allowNone = true,
): { names: string[] } | { missing: string } {
  const existing = indexNames(world);
  const names = new Set<string>();
  for (const part of expression.split(",")) {
    const pattern = part === "_all" ? /.*/ : wildcard(part);
    const matched = existing.filter((name) => pattern.test(name));
    if (matched.length === 0 && (!allowNone || !part.includes("*"))) return { missing: part };
    for (const name of matched) names.add(name);
  }
  return { names: [...names].sort() };
}

/** One `_search` over these indices, in the shape of OpenSearch's answer; throws QueryError. */
export function search(world: World, indices: readonly string[], body: Json): object {
  const now = world.timeline.now();
  const unknown = Object.keys(body).find((key) => !KNOWN_KEYS.includes(key));
  if (unknown !== undefined)
    throw new QueryError("parsing_exception", `Unknown key for a VALUE_STRING in [${unknown}].`);
  const [size, from] = [Number(body.size ?? 10), Number(body.from ?? 0)];
  if (from + size > MAX_RESULT_WINDOW) {
    throw new QueryError(
      "illegal_argument_exception",
      `Result window is too large, from + size must be less than or equal to: [${MAX_RESULT_WINDOW}] but was [${from + size}].`,
    );
  }
  const test = body.query === undefined ? () => true : compileQuery(body.query, now);
  const bounds = timeBounds(body.query, now);
  const hits = indices
    .flatMap((index) => documentsOf(world, index, bounds.fromMs, bounds.toMs))
    .filter(({ document }) => test(document));
  sortHits(hits, body.sort);
  const sorted = body.sort !== undefined;
  const counted =
    body.track_total_hits === true
      ? Number.POSITIVE_INFINITY
      : Number(body.track_total_hits ?? MAX_RESULT_WINDOW);
  const aggs = (body.aggs ?? body.aggregations) as Json | undefined;
  return {
    took: 4 + Math.floor(hits.length / 500),
    timed_out: false,
    _shards: { total: indices.length, successful: indices.length, skipped: 0, failed: 0 },
    hits: {
      ...(body.track_total_hits === false
        ? {}
        : {
            total: { value: Math.min(hits.length, counted), relation: hits.length > counted ? "gte" : "eq" },
          }),
      max_score: sorted || hits.length === 0 ? null : 1,
      hits: hits.slice(from, from + size).map(({ index, document }) => ({
        _index: index,
        _id: idOf(document),
        _score: sorted ? null : 1,
        ...(body._source === false ? {} : { _source: pick(document, body._source) }),
        ...(sorted ? { sort: [Date.parse(document["@timestamp"])] } : {}),
      })),
    },
    ...(aggs
      ? {
          aggregations: aggregate(
            aggs,
            hits.map((hit) => hit.document),
          ),
        }
      : {}),
  };
}

export function indexNames(world: World): string[] {
  const now = world.timeline.now();
  const days = Math.ceil(LOG_RETENTION_MS / 86_400_000);
  return [...world.logs.keys()]
    .flatMap((prefix) => Array.from({ length: days + 1 }, (_, ago) => prefix + dayOf(now - ago * 86_400_000)))
    .sort();
}

function documentsOf(world: World, index: string, fromMs: number, toMs: number) {
  const prefix = index.slice(0, -"2026.01.31".length);
  const dayMs = Date.parse(`${index.slice(prefix.length).replaceAll(".", "-")}T00:00:00Z`);
  const lines =
    world.logs.get(prefix)?.lines(Math.max(fromMs, dayMs), Math.min(toMs, dayMs + 86_400_000)) ?? [];
  return lines.map((document) => ({ index, document }));
}

function sortHits(hits: { index: string; document: LogDocument }[], sort: unknown): void {
  if (sort === undefined) return;
  const [first] = Array.isArray(sort) ? sort : [sort];
  const [field, how] =
    typeof first === "string" ? [first, "asc"] : (Object.entries(first as Json)[0] ?? ["_doc", "asc"]);
  const order = typeof how === "object" && how !== null ? (how as Json).order : how;
  const sign = order === "desc" ? -1 : 1;
  hits.sort((a, b) => {
    const [left, right] = [
      String(fieldOf(a.document, field) ?? ""),
      String(fieldOf(b.document, field) ?? ""),
    ];
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

/** `_source: ["message", "kubernetes.*"]` or `{includes, excludes}`; a field of an object is named by its path. */
function pick(document: LogDocument, source: unknown): object {
  if (source === undefined || source === true) return document;
  const { includes = ["*"], excludes = [] } = (
    Array.isArray(source) || typeof source === "string" ? { includes: [source].flat() } : source
  ) as {
    includes?: string[];
    excludes?: string[];
  };
  const [wanted = [], unwanted = []] = [includes, excludes].map((names) =>
    names.map((name) => wildcard(name)),
  );
  const below = (object: object, above: string, isWanted: boolean): object =>
    Object.fromEntries(
      Object.entries(object).flatMap(([key, value]) => {
        const path = above + key;
        const takes = isWanted || wanted.some((pattern) => pattern.test(path));
        if (unwanted.some((pattern) => pattern.test(path))) return [];
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
          return takes ? [[key, value]] : [];
        }
        const kept = below(value, `${path}.`, takes);
        return Object.keys(kept).length > 0 ? [[key, kept]] : [];
      }),
    );
  return below(document, "", false);
}

function idOf(document: LogDocument): string {
  const text = document["@timestamp"] + document.kubernetes.pod_name + document.message;
  return createHash("sha1").update(text).digest("base64url").slice(0, 20);
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll("-", ".");
}
