import { AppError, checker, type TimeWindow } from "@oncall/core";
import { type Static, Type } from "typebox";
import {
  baseUrl,
  basicAuth,
  bearerAuth,
  type Http,
  type HttpRequest,
  notItsProtocol,
  readJson,
} from "../http/index.ts";
import type { MetricsBackend, Sample, Series } from "./types.ts";

export interface PrometheusOptions {
  /** Base URL; a path prefix (Mimir's `/prometheus`) stays. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Such as Mimir's `X-Scope-OrgID`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Links lead to Grafana's Explore (its default data source) when set, else to Prometheus's own graph page. */
  readonly grafanaUrl?: string | undefined;
  readonly http: Http;
}

// Written out, for TypeBox's tuples use a keyword that JSON Schema 2020-12 no longer has.
const point = Type.Unsafe<[at: number, value: string]>({
  type: "array",
  prefixItems: [{ type: "number" }, { type: "string" }],
  minItems: 2,
});
const labels = Type.Record(Type.String(), Type.String());
// Series of native histograms carry `histogram(s)` instead of `value(s)`; they are passed over.
const answerShape = Type.Object({
  data: Type.Union([
    Type.Object({
      resultType: Type.Literal("vector"),
      result: Type.Array(Type.Object({ metric: labels, value: Type.Optional(point) })),
    }),
    Type.Object({
      resultType: Type.Literal("matrix"),
      result: Type.Array(Type.Object({ metric: labels, values: Type.Optional(Type.Array(point)) })),
    }),
    Type.Object({
      resultType: Type.Union([Type.Literal("scalar"), Type.Literal("string")]),
      result: point,
    }),
  ]),
});
const answer = checker(answerShape);
type Data = Static<typeof answerShape>["data"];

// Tools of one investigation ask the same of the same minute.
const CACHE_MS = 5_000;

/** Prometheus, Mimir, Thanos or VictoriaMetrics by https://prometheus.io/docs/prometheus/latest/querying/api/. */
export function createPrometheus(options: PrometheusOptions): MetricsBackend {
  const base = baseUrl("Prometheus", options.url);
  const grafana = options.grafanaUrl === undefined ? undefined : baseUrl("Grafana", options.grafanaUrl);
  const headers = {
    ...base.headers,
    ...(options.username === undefined ? {} : basicAuth(options.username, options.password ?? "")),
    ...(options.token === undefined ? {} : bearerAuth(options.token)),
    ...options.headers,
    "content-type": "application/x-www-form-urlencoded",
  };

  /** A form POST: long queries do not fit into every proxy's URL limit. */
  async function ask(path: string, form: Record<string, string>, signal: AbortSignal): Promise<Data> {
    const request: HttpRequest = {
      system: "Prometheus",
      credential: "the Prometheus token or password",
      url: base.at(path),
      method: "POST",
      idempotent: true,
      headers,
      body: new URLSearchParams(form).toString(),
      cacheMs: CACHE_MS,
      signal,
    };
    return readJson(request, await options.http.request(request), answer).data;
  }

  return {
    async instant(query, at, signal) {
      const data = await ask("api/v1/query", { query, time: seconds(at) }, signal);
      return samples(data);
    },

    async range(query, window, stepSeconds, signal) {
      const start = seconds(new Date(window.from));
      const end = seconds(new Date(window.to));
      const data = await ask("api/v1/query_range", { query, start, end, step: String(stepSeconds) }, signal);
      if (data.resultType !== "matrix")
        throw notItsProtocol(
          { system: "Prometheus", url: base.at("api/v1/query_range"), signal },
          `a ${data.resultType} to a range query`,
        );
      return data.result.flatMap(({ metric, values }): Series[] =>
        values === undefined ? [] : [{ labels: metric, values: values.map(([t, v]) => [t, number(v)]) }],
      );
    },

    link(query, window) {
      if (grafana !== undefined) return exploreLink(grafana.at("explore"), query, window);
      return base.at("graph", {
        "g0.expr": query,
        "g0.tab": "0",
        "g0.range_input": `${Math.max(1, Math.round(lengthMs(window) / 1000))}s`,
        "g0.end_input": new Date(window.to).toISOString().slice(0, 19).replace("T", " "),
      }).href;
    },
  };
}

function samples(data: Data): Sample[] {
  switch (data.resultType) {
    case "vector":
      return data.result.flatMap(({ metric, value }) =>
        value === undefined ? [] : [{ labels: metric, value: number(value[1]) }],
      );
    case "scalar":
      return [{ labels: {}, value: number(data.result[1]) }];
    default:
      throw new AppError(
        "invalid_input",
        `The query answers a ${data.resultType}, not one value a series; wrap range selectors in a function such as rate().`,
      );
  }
}

/** Prometheus writes infinities as `+Inf` and `-Inf`. */
function number(text: string): number {
  return Number(text.replace(/^([+-]?)Inf$/, "$1Infinity"));
}

function seconds(at: Date): string {
  return String(at.getTime() / 1000);
}

function lengthMs(window: TimeWindow): number {
  return Date.parse(window.to) - Date.parse(window.from);
}

function exploreLink(url: URL, query: string, window: TimeWindow): string {
  const range = { from: String(Date.parse(window.from)), to: String(Date.parse(window.to)) };
  url.searchParams.set("schemaVersion", "1");
  url.searchParams.set("panes", JSON.stringify({ a: { queries: [{ refId: "A", expr: query }], range } }));
  return url.href;
}
