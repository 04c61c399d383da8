import { checker } from "@oncall/core";
import { Type } from "typebox";
import { baseUrl, basicAuth, type Http } from "../http/index.ts";
import { lineOf } from "./document.ts";
import { discoverLink, searchLink } from "./link.ts";
import { indexPath, searchBody } from "./query.ts";
import type { LogsBackend } from "./types.ts";

export interface OpenSearchOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Elasticsearch's (the encoded form), before user and password. */
  readonly apiKey?: string | undefined;
  /** OpenSearch Dashboards, for links that people open. */
  readonly dashboardsUrl?: string | undefined;
  readonly http: Http;
}

const answer = checker(
  Type.Object({
    hits: Type.Object({
      // Elasticsearch 6 writes the bare number.
      total: Type.Union([Type.Number(), Type.Object({ value: Type.Number() })]),
      // Left out by `filter_path` when there are none.
      hits: Type.Optional(
        Type.Array(Type.Object({ _source: Type.Optional(Type.Record(Type.String(), Type.Unknown())) })),
      ),
    }),
  }),
);

// 5,000 lines with stack traces.
const MAX_BYTES = 64 * 1024 * 1024;
const CACHE_MS = 5_000;
// What a hit says of itself beside its document (index, id, sort values) is a third of the answer; errors come whole.
const READ = "hits.total,hits.hits._source,error,status";

/**
 * OpenSearch 1–3 or Elasticsearch 6.3–9 by `_search`, the part that has been the same in all of them:
 * https://opensearch.org/docs/latest/api-reference/search/. Neither checks the other's product here, as the vendors'
 * own clients do.
 */
export function createOpenSearch(options: OpenSearchOptions): LogsBackend {
  const base = baseUrl("OpenSearch", options.url);
  const dashboards =
    options.dashboardsUrl === undefined ? undefined : baseUrl("OpenSearch Dashboards", options.dashboardsUrl);
  const headers = {
    ...base.headers,
    ...(options.username === undefined ? {} : basicAuth(options.username, options.password ?? "")),
    ...(options.apiKey === undefined ? {} : { authorization: `ApiKey ${options.apiKey}` }),
    "content-type": "application/json",
  };

  return {
    needsIndex: true,

    async search(query, signal) {
      const { hits } = await options.http.requestJson(
        {
          system: "OpenSearch",
          credential: "the OpenSearch user and password, or its API key",
          // A pattern that matches no index is "not found" and not "no lines"; so is half an answer, from the
          // shards that happen to be up, an error: both would otherwise read as health.
          url: base.at(`${indexPath(query)}/_search`, {
            allow_no_indices: "false",
            allow_partial_search_results: "false",
            filter_path: READ,
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
        lines: (hits.hits ?? []).map((hit) => lineOf(hit._source ?? {})),
      };
    },

    link: (query) => (dashboards === undefined ? searchLink(base, query) : discoverLink(dashboards, query)),

    place: ({ index = "" }) => index,
  };
}
