import { AppError, checker, type TimeWindow } from "@oncall/core";
import { type Static, Type } from "typebox";
import {
  agentsByTls,
  baseUrl,
  basicAuth,
  bearerAuth,
  type Http,
  type HttpRequest,
  type Logger,
  notItsProtocol,
  readCa,
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
  /** PEM file of the CA that signed its certificate; the system's own otherwise. */
  readonly caFile?: string | undefined;
  /**
   * Whether Thanos may answer from the stores that happen to be up. False unless set: half of the series reads
   * as half of the errors, and nothing in an answer would tell.
   */
  readonly partialResponse?: boolean | undefined;
  /**
   * Links lead to Grafana's Explore (its default data source) when set, else to Prometheus's own graph page.
   * Without it there are no links to dashboards.
   */
  readonly grafanaUrl?: string | undefined;
  readonly http: Http;
  readonly logger?: Logger | undefined;
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
  warnings: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  // VictoriaMetrics' way to say that some of its stores did not answer.
  isPartial: Type.Optional(Type.Boolean()),
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
const MAX_WARNINGS = 5;
/** https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/: anything else could leave its path. */
const GRAFANA_UID = /^[A-Za-z0-9_-]{1,40}$/;

/** Prometheus, Mimir, Thanos or VictoriaMetrics by https://prometheus.io/docs/prometheus/latest/querying/api/. */
export function createPrometheus(options: PrometheusOptions): MetricsBackend {
  const base = baseUrl("Prometheus", options.url);
  const grafana = options.grafanaUrl === undefined ? undefined : baseUrl("Grafana", options.grafanaUrl);
  const headers = {
    ...base.headers,
    ...(options.username === undefined ? {} : basicAuth(options.username, options.password ?? "")),
    ...(options.token === undefined ? {} : bearerAuth(options.token)),
    // In lower case, so that a configured Authorization replaces ours and does not stand beside it.
    ...Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    "content-type": "application/x-www-form-urlencoded",
  };
  const agents = agentsByTls(options.http);
  const partial = { partial_response: String(options.partialResponse ?? false) };

  /** A form POST: long queries do not fit into every proxy's URL limit. */
  async function ask(path: string, form: Record<string, string>, signal: AbortSignal): Promise<Data> {
    const request: HttpRequest = {
      system: "Prometheus",
      credential: "the Prometheus token or password",
      url: base.at(path),
      method: "POST",
      idempotent: true,
      headers,
      // Only Thanos knows this parameter; the others pass over what they do not know.
      body: new URLSearchParams({ ...form, ...partial }).toString(),
      cacheMs: CACHE_MS,
      signal,
      ...(options.caFile === undefined
        ? {}
        : { dispatcher: agents({ ca: await readCa("Prometheus", options.caFile) }) }),
    };
    const { data, warnings, isPartial } = readJson(request, await options.http.request(request), answer);
    if (isPartial === true && options.partialResponse !== true) {
      throw new AppError(
        "unavailable",
        "Prometheus answered from only some of its stores, so its numbers would be too small; see the health of its stores.",
      );
    }
    if (warnings?.length) {
      options.logger?.warn({ warnings: warnings.slice(0, MAX_WARNINGS) }, "metrics answered with warnings");
    }
    return data;
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

    dashboard(uid, window) {
      if (grafana === undefined || !GRAFANA_UID.test(uid)) return null;
      return grafana.at(`d/${uid}`, milliseconds(window)).href;
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
  const value = Number(text);
  return Number.isNaN(value) ? Number(text.replace(/^([+-]?)Inf$/, "$1Infinity")) : value;
}

function seconds(at: Date): string {
  return String(at.getTime() / 1000);
}

function lengthMs(window: TimeWindow): number {
  return Date.parse(window.to) - Date.parse(window.from);
}

function exploreLink(url: URL, query: string, window: TimeWindow): string {
  url.searchParams.set("schemaVersion", "1");
  const pane = { queries: [{ refId: "A", expr: query }], range: milliseconds(window) };
  url.searchParams.set("panes", JSON.stringify({ a: pane }));
  return url.href;
}

function milliseconds(window: TimeWindow): { from: string; to: string } {
  return { from: String(Date.parse(window.from)), to: String(Date.parse(window.to)) };
}
