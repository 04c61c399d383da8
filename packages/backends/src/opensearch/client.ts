import { checker } from "@oncall/core";
import { Type } from "typebox";
import { baseUrl, basicAuth, type Http } from "../http/index.ts";
import { discoverLink, searchLink } from "./link.ts";
import { indexPath, LEVEL_FIELDS, levelOf, MESSAGE_FIELDS, searchBody } from "./query.ts";
import type { LogLine, LogsBackend } from "./types.ts";

export interface OpenSearchOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** OpenSearch Dashboards, for links that people open. */
  readonly dashboardsUrl?: string | undefined;
  readonly http: Http;
}

const answer = checker(
  Type.Object({
    hits: Type.Object({
      // Elasticsearch 6 writes the bare number.
      total: Type.Union([Type.Number(), Type.Object({ value: Type.Number() })]),
      hits: Type.Array(Type.Object({ _source: Type.Optional(Type.Record(Type.String(), Type.Unknown())) })),
    }),
  }),
);

const SERVICE_FIELDS = ["service", "service.name", "kubernetes.labels.app"] as const;
const POD_FIELDS = ["kubernetes.pod_name", "kubernetes.pod.name", "pod"] as const;
const STACK_FIELDS = ["stack_trace", "error.stack_trace", "exception"] as const;

// 5,000 lines with stack traces.
const MAX_BYTES = 64 * 1024 * 1024;
const CACHE_MS = 5_000;

/** OpenSearch or Elasticsearch by `_search`: https://opensearch.org/docs/latest/api-reference/search/. */
export function createOpenSearch(options: OpenSearchOptions): LogsBackend {
  const base = baseUrl("OpenSearch", options.url);
  const dashboards =
    options.dashboardsUrl === undefined ? undefined : baseUrl("OpenSearch Dashboards", options.dashboardsUrl);
  const headers = {
    ...base.headers,
    ...(options.username === undefined ? {} : basicAuth(options.username, options.password ?? "")),
    "content-type": "application/json",
  };

  return {
    async search(query, signal) {
      const { hits } = await options.http.requestJson(
        {
          system: "OpenSearch",
          credential: "the OpenSearch user and password",
          // A pattern that matches no index is "not found" and not "no lines"; so is half an answer, from the
          // shards that happen to be up, an error: both would otherwise read as health.
          url: base.at(`${indexPath(query.index)}/_search`, {
            allow_no_indices: "false",
            allow_partial_search_results: "false",
          }),
          method: "POST",
          idempotent: true,
          headers,
          body: JSON.stringify(searchBody(query)),
          maxBytes: MAX_BYTES,
          cacheMs: CACHE_MS,
          signal,
        },
        answer,
      );
      return {
        total: typeof hits.total === "number" ? hits.total : hits.total.value,
        lines: hits.hits.map((hit) => lineOf(hit._source ?? {})),
      };
    },

    link: (query) => (dashboards === undefined ? searchLink(base, query) : discoverLink(dashboards, query)),
  };
}

type Document = Readonly<Record<string, unknown>>;

/** A log line from whatever the shipper wrote; what is missing stays empty, nothing is refused. */
function lineOf(document: Document): LogLine {
  const service = firstText(document, SERVICE_FIELDS);
  const pod = firstText(document, POD_FIELDS);
  const stack = firstText(document, STACK_FIELDS);
  return {
    at: timeOf(document["@timestamp"]),
    level: levelOf(LEVEL_FIELDS.map((field) => valueAt(document, field)).find(isScalar)),
    message: firstText(document, MESSAGE_FIELDS) ?? "",
    ...(service === undefined ? {} : { service }),
    ...(pod === undefined ? {} : { pod }),
    ...(stack === undefined ? {} : { stack }),
  };
}

function timeOf(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? String(value) : at.toISOString();
}

function firstText(document: Document, fields: readonly string[]): string | undefined {
  const found = fields.map((field) => valueAt(document, field)).find(isScalar);
  return found === undefined ? undefined : String(found);
}

function isScalar(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}

/** `a.b` as the document holds it: under the dotted key itself, or nested. */
function valueAt(document: Document, field: string): unknown {
  if (Object.hasOwn(document, field)) return document[field];
  let value: unknown = document;
  for (const key of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
