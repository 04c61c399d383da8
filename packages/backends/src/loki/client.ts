import { AppError, checker, type TimeWindow } from "@oncall/core";
import { Type } from "typebox";
import { baseUrl, basicAuth, bearerAuth, type Http, type HttpRequest } from "../http/index.ts";
import { MAX_LINES } from "../opensearch/query.ts";
import type { LogsBackend } from "../opensearch/types.ts";
import { linesOf } from "./lines.ts";
import { logQl, streamSelector } from "./query.ts";

export interface LokiOptions {
  readonly url: string;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** `X-Scope-OrgID`. */
  readonly tenant?: string | undefined;
  /** The label that holds the service's name; `service_name`. */
  readonly label?: string | undefined;
  /** Links lead to Grafana's Explore when set; its data source is the one named `loki`. */
  readonly grafanaUrl?: string | undefined;
  readonly http: Http;
}

const texts = Type.Record(Type.String(), Type.String());
// Written out, for TypeBox's tuples use a keyword that JSON Schema 2020-12 no longer has.
const entry = Type.Unsafe<[at: string, line: string]>({
  type: "array",
  prefixItems: [{ type: "string", pattern: "^\\d{1,30}$" }, { type: "string" }],
  minItems: 2,
});
const point = Type.Unsafe<[at: number, value: string]>({
  type: "array",
  prefixItems: [{ type: "number" }, { type: "string" }],
  minItems: 2,
});
const streams = checker(
  Type.Object({
    data: Type.Object({
      resultType: Type.Literal("streams"),
      result: Type.Array(Type.Object({ stream: texts, values: Type.Array(entry) })),
    }),
  }),
);
const vector = checker(
  Type.Object({
    data: Type.Object({
      resultType: Type.Literal("vector"),
      result: Type.Array(Type.Object({ value: point })),
    }),
  }),
);

const MAX_BYTES = 64 * 1024 * 1024;
const CACHE_MS = 5_000;

/** Loki's HTTP API: https://grafana.com/docs/loki/latest/reference/loki-http-api/. Selects by service, not by index. */
export function createLoki(options: LokiOptions): LogsBackend {
  const base = baseUrl("Loki", options.url);
  const grafana = options.grafanaUrl === undefined ? undefined : baseUrl("Grafana", options.grafanaUrl);
  const label = options.label ?? "service_name";
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
    throw new AppError(
      "not_configured",
      `${JSON.stringify(label)} is not a Loki label; correct its setting.`,
    );
  }
  const headers = {
    ...base.headers,
    ...(options.username === undefined ? {} : basicAuth(options.username, options.password ?? "")),
    ...(options.token === undefined ? {} : bearerAuth(options.token)),
    ...(options.tenant === undefined ? {} : { "x-scope-orgid": options.tenant }),
  };

  function requestFor(path: string, query: Record<string, string>, signal: AbortSignal): HttpRequest {
    return {
      system: "Loki",
      credential: "the Loki token or password, and the tenant",
      url: base.at(`loki/api/v1/${path}`, query),
      headers,
      maxBytes: MAX_BYTES,
      cacheMs: CACHE_MS,
      signal,
    };
  }

  /** Lines that match, by a query of its own. */
  async function countOf(expression: string, window: TimeWindow, signal: AbortSignal): Promise<number> {
    const seconds = Math.max(1, Math.round((Date.parse(window.to) - Date.parse(window.from)) / 1000));
    const query = `sum(count_over_time(${expression} [${seconds}s]))`;
    const request = requestFor("query", { query, time: nanoseconds(window.to) }, signal);
    const { data } = await options.http.requestJson(request, vector);
    return Number(data.result[0]?.value[1] ?? 0);
  }

  return {
    needsIndex: false,

    async search(query, signal) {
      const expression = logQl(label, query);
      const { from, to } = query.window;
      const limit = Math.min(Math.max(1, query.limit), MAX_LINES);
      const range = {
        start: nanoseconds(from),
        end: nanoseconds(to),
        limit: String(limit),
        direction: "backward",
      };
      const request = requestFor("query_range", { query: expression, ...range }, signal);
      const { data } = await options.http.requestJson(request, streams);
      const lines = linesOf(data.result, limit);
      // Fewer than asked for are all there are.
      const total = lines.length < limit ? lines.length : await countOf(expression, query.window, signal);
      return { total: Math.max(total, lines.length), lines: lines.slice(0, Math.max(0, query.limit)) };
    },

    link(query) {
      const expr = logQl(label, query);
      const { from, to } = query.window;
      if (grafana === undefined) {
        const search = { query: expr, start: nanoseconds(from), end: nanoseconds(to), limit: "100" };
        return base.at("loki/api/v1/query_range", search).href;
      }
      const range = { from: String(Date.parse(from)), to: String(Date.parse(to)) };
      const pane = {
        datasource: "loki",
        queries: [{ refId: "A", datasource: { type: "loki" }, expr }],
        range,
      };
      return grafana.at("explore", { schemaVersion: "1", panes: JSON.stringify({ a: pane }) }).href;
    },

    place: (query) => streamSelector(label, query),
  };
}

function nanoseconds(time: string): string {
  return `${Date.parse(time)}000000`;
}
