import type { LogDocument } from "../world/log-lines.ts";
import { fieldOf } from "./mapping.ts";
import { QueryError } from "./query-error.ts";
import { parseInterval } from "./time.ts";

type Json = Readonly<Record<string, unknown>>;

/** The buckets of `terms` and `date_histogram`, nested ones included. */
export function aggregate(asked: Json, documents: readonly LogDocument[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asked).map(([name, definition]) => {
      const { aggs, aggregations, ...rest } = definition as Json;
      const [[kind, body] = ["", {}]] = Object.entries(rest);
      const inner = (aggs ?? aggregations ?? {}) as Json;
      if (kind === "terms") return [name, terms(body as Json, inner, documents)];
      if (kind === "date_histogram") return [name, dateHistogram(body as Json, inner, documents)];
      throw new QueryError("parsing_exception", `Unknown aggregation type [${kind}] did you mean [terms]?`);
    }),
  );
}

function terms(body: Json, inner: Json, documents: readonly LogDocument[]) {
  const groups = group(documents, (document) => {
    const value = fieldOf(document, String(body.field));
    return value === undefined ? undefined : String(value);
  });
  const size = Number(body.size ?? 10);
  const sorted = [...groups].sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1));
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: sorted.slice(size).reduce((sum, [, members]) => sum + members.length, 0),
    buckets: sorted
      .slice(0, size)
      .map(([key, members]) => ({ key, doc_count: members.length, ...aggregate(inner, members) })),
  };
}

function dateHistogram(body: Json, inner: Json, documents: readonly LogDocument[]) {
  const intervalMs = parseInterval(body.fixed_interval ?? body.calendar_interval ?? body.interval);
  const groups = group(documents, (document) =>
    Math.floor(Date.parse(String(fieldOf(document, String(body.field)))) / intervalMs),
  );
  const keys = [...groups.keys()].sort((a, b) => a - b);
  const [first = 0, last = -1] = [keys[0], keys.at(-1)];
  if (last - first > 65_535) {
    throw new QueryError(
      "too_many_buckets_exception",
      "Trying to create too many buckets. Must be less than or equal to: [65535]",
    );
  }
  const buckets = Array.from({ length: last - first + 1 }, (_, i) => {
    const members = groups.get(first + i) ?? [];
    const key = (first + i) * intervalMs;
    return {
      key_as_string: new Date(key).toISOString(),
      key,
      doc_count: members.length,
      ...aggregate(inner, members),
    };
  });
  return {
    buckets: Number(body.min_doc_count ?? 0) > 0 ? buckets.filter((bucket) => bucket.doc_count > 0) : buckets,
  };
}

function group<K>(
  documents: readonly LogDocument[],
  keyOf: (document: LogDocument) => K | undefined,
): Map<K, LogDocument[]> {
  const groups = new Map<K, LogDocument[]>();
  for (const document of documents) {
    const key = keyOf(document);
    if (key === undefined) continue;
    const members = groups.get(key);
    if (members) members.push(document);
    else groups.set(key, [document]);
  }
  return groups;
}
