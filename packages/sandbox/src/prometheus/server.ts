import Fastify, { type FastifyInstance } from "fastify";
import { metadataOf } from "./metadata.ts";
import { parsePromql } from "./parse.ts";
import { PromqlError, type PromqlErrorType } from "./promql-error.ts";
import { evaluateInstant, evaluateRange } from "./query.ts";
import {
  durationParameter,
  inParameter,
  invalidParameter,
  parametersOf,
  timeParameter,
} from "./request-parameters.ts";
import { instantData, matrixData } from "./responses.ts";
import { alertsData, type RuleGroup, rulesData } from "./rules.ts";
import { compareLabels, indexSeries, type Series, type SeriesSource } from "./series.ts";

const MAX_POINTS = 11_000;
const STATUS: Record<PromqlErrorType, number> = { bad_data: 400, execution: 422 };
const BUILD_INFO = {
  version: "2.42.0",
  revision: "sandbox",
  branch: "sandbox",
  buildUser: "sandbox",
  buildDate: "20230131-00:00:00",
  goVersion: "go1.19.5",
};

export interface PrometheusServerOptions {
  source: SeriesSource;
  /** The server's clock, in milliseconds: nothing later has been scraped yet. */
  now(): number;
  /** Its rules, as they stand now; none when left out. */
  rules?(): readonly RuleGroup[];
}

/**
 * A server of Prometheus 2.42's query API over simulated series; the caller makes it listen and closes it.
 * Series are listed whatever `start` and `end` say: the real server also answers by storage block only.
 * https://prometheus.io/docs/prometheus/2.42/querying/api/
 */
export function createPrometheusServer({
  source,
  now,
  rules = () => [],
}: PrometheusServerOptions): FastifyInstance {
  const index = indexSeries(source);
  const app = Fastify({ logger: false });
  acceptForms(app);
  answerErrors(app);

  const both = (url: string, answer: (parameters: URLSearchParams) => object) =>
    app.route({
      method: ["GET", "POST"],
      url: `/api/v1${url}`,
      handler: (request) => success(answer(parametersOf(request))),
    });

  both("/query", (parameters) => {
    const nowMs = now();
    const timeMs = timeParameter(parameters, "time", nowMs);
    const query = parameters.get("query") ?? "";
    return instantData(inParameter("query", () => evaluateInstant({ index, query, timeMs, nowMs })));
  });

  both("/query_range", (parameters) => {
    const span = rangeOf(parameters);
    return matrixData(evaluateRange({ index, query: parameters.get("query") ?? "", ...span, nowMs: now() }));
  });

  const select = (parameters: URLSearchParams, wrap: <T>(parse: () => T) => T): Series[] => {
    timeParameter(parameters, "start", 0);
    timeParameter(parameters, "end", 0);
    const selectors = parameters.getAll("match[]");
    if (selectors.length === 0) return index.select([]);
    const found = new Set(selectors.flatMap((one) => index.select(wrap(() => parseSelector(one)))));
    return [...found].sort((a, b) => compareLabels(a.labels, b.labels));
  };

  both("/series", (parameters) => {
    if (!parameters.has("match[]")) throw new PromqlError("bad_data", "no match[] parameter provided");
    return select(parameters, (parse) => inParameter("match[]", parse)).map(({ labels }) => labels);
  });

  both("/labels", (parameters) => {
    return unique(select(parameters, (parse) => parse()).flatMap(({ labels }) => Object.keys(labels)));
  });

  app.get<{ Params: { name: string } }>("/api/v1/label/:name/values", (request) => {
    const { name } = request.params;
    if (!/^[a-zA-Z_]\w*$/.test(name)) {
      throw new PromqlError("bad_data", `invalid label name: ${JSON.stringify(name)}`);
    }
    const series = select(parametersOf(request), (parse) => parse());
    return success(unique(series.flatMap(({ labels }) => labels[name] ?? [])));
  });

  app.get("/api/v1/metadata", (request) => success(metadataOf(index.select([]), parametersOf(request))));
  app.get("/api/v1/alerts", () => success(alertsData(rules(), now())));
  app.get("/api/v1/rules", (request) =>
    success(rulesData(rules(), now(), parametersOf(request).get("type") ?? "")),
  );
  app.get("/api/v1/status/buildinfo", () => success(BUILD_INFO));
  app.get("/-/healthy", (_, reply) => reply.type("text/plain").send("Prometheus Server is Healthy.\n"));
  app.get("/-/ready", (_, reply) => reply.type("text/plain").send("Prometheus Server is Ready.\n"));
  return app;
}

function rangeOf(parameters: URLSearchParams): { startMs: number; endMs: number; stepMs: number } {
  const startMs = timeParameter(parameters, "start");
  const endMs = timeParameter(parameters, "end");
  if (endMs < startMs) throw invalidParameter("end", "end timestamp must not be before start time");
  const stepMs = durationParameter(parameters, "step");
  if (stepMs <= 0) {
    const reason = "zero or negative query resolution step widths are not accepted. Try a positive integer";
    throw invalidParameter("step", reason);
  }
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    const limit = `exceeded maximum resolution of ${MAX_POINTS.toLocaleString("en-US")} points per timeseries`;
    throw new PromqlError("bad_data", `${limit}. Try decreasing the query resolution (?step=XX)`);
  }
  return { startMs, endMs, stepMs: Math.max(1, Math.floor(stepMs)) };
}

function parseSelector(text: string) {
  const expr = parsePromql(text);
  if (expr.kind === "selector") return expr.matchers;
  throw new PromqlError("bad_data", "1:1: parse error: match[] must be an instant vector selector");
}

function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_, body, done) =>
    done(null, body),
  );
  // Like the real server, take any other body for one without parameters.
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_, _body, done) => done(null, undefined));
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof PromqlError) {
      const { errorType, message } = error;
      return reply.code(STATUS[errorType]).send({ status: "error", errorType, error: message });
    }
    const code = error.statusCode ?? 500;
    const errorType = code < 500 ? "bad_data" : "internal";
    return reply.code(code).send({ status: "error", errorType, error: error.message });
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).type("text/plain").send("404 page not found\n"));
}

function success(data: object): object {
  return { status: "success", data };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
