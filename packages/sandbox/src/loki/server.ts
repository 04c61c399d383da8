import type { FastifyInstance, FastifyReply } from "fastify";
import { groupBy } from "../group-by.ts";
import { createApp, queryOf } from "../http/server.ts";
import { LOG_RETENTION_MS } from "../world/log-lines.ts";
import type { World } from "../world/world.ts";
import {
  durationMs,
  type Entry,
  entryOf,
  type Labels,
  LogqlError,
  type LogSelector,
  parseLogql,
  type Query,
} from "./logql.ts";

const MAX_ENTRIES = 5000;
const DEFAULT_LIMIT = 100;
const HOUR_NS = 3_600_000_000_000n;

/** Loki's query API over the same lines that OpenSearch holds. https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
export function createLokiServer(world: World): FastifyInstance {
  const app = createApp();
  app.setErrorHandler((error, _request, reply) =>
    text(reply, error instanceof LogqlError ? 400 : 500, String((error as Error).message)),
  );
  app.setNotFoundHandler((_request, reply) => text(reply, 404, "404 page not found"));
  app.get("/ready", async (_request, reply) => text(reply, 200, "ready"));
  app.get("/loki/api/v1/status/buildinfo", async () => ({
    version: "3.3.2",
    revision: "sandbox",
    branch: "sandbox",
  }));

  app.get("/loki/api/v1/query_range", async (request) => {
    const query = queryOf(request.url);
    const endMs = timeOf(query.get("end"), world.timeline.now());
    const startMs = timeOf(query.get("start"), endMs - Number(HOUR_NS / 1_000_000n));
    if (endMs < startMs) throw new LogqlError("end timestamp must not be before or equal to start time");
    const parsed = parseLogql(query.get("query") ?? "");
    if (parsed.kind === "logs") return success("streams", streams(parsed.selector, startMs, endMs, query));
    const step = query.get("step");
    const stepMs = step === null ? Math.max(1000, Math.floor((endMs - startMs) / 250)) : stepOf(step);
    if ((endMs - startMs) / stepMs > 11_000) {
      throw new LogqlError(
        "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter",
      );
    }
    return success("matrix", matrix(parsed, startMs, endMs, stepMs));
  });
  app.get("/loki/api/v1/query", async (request) => {
    const query = queryOf(request.url);
    const atMs = timeOf(query.get("time"), world.timeline.now());
    const parsed = parseLogql(query.get("query") ?? "");
    if (parsed.kind === "logs")
      throw new LogqlError(
        "log queries are not supported as an instant query type, please change your query to a range query type",
      );
    const rows = matrix(parsed, atMs, atMs, 1000).map(({ metric, values }) => ({ metric, value: values[0] }));
    return success("vector", rows);
  });
  app.get("/loki/api/v1/labels", async () => ({
    status: "success",
    data: ["cluster", "container", "level", "namespace", "pod", "service_name"],
  }));
  app.get<{ Params: { name: string } }>("/loki/api/v1/label/:name/values", async (request) => {
    const recent = entries(
      { stream: () => true, stages: [] },
      world.timeline.now() - 3_600_000,
      world.timeline.now(),
    );
    const values = new Set(recent.flatMap(({ labels }) => labels[request.params.name] ?? []));
    return { status: "success", data: [...values].sort() };
  });
  return app;

  /** Matching entries, oldest first. */
  function entries({ stream, stages }: LogSelector, fromMs: number, toMs: number): Entry[] {
    const found: Entry[] = [];
    for (const { service, lines } of world.logs.values()) {
      const known = {
        cluster: service.cluster,
        namespace: service.namespace,
        container: service.name,
        service_name: service.name,
      };
      for (const document of lines(Math.max(fromMs, world.timeline.now() - LOG_RETENTION_MS), toMs)) {
        const labels = { ...known, level: document.level.toLowerCase(), pod: document.kubernetes.pod_name };
        if (!stream(labels)) continue;
        let entry: Entry | undefined = entryOf(document, labels);
        for (const stage of stages) entry = entry && stage(entry);
        if (entry) found.push(entry);
      }
    }
    return found.sort((a, b) => a.atMs - b.atMs);
  }

  function streams(selector: LogSelector, startMs: number, endMs: number, query: URLSearchParams): object[] {
    const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
    if (limit > MAX_ENTRIES)
      throw new LogqlError(
        `max entries limit per query exceeded, limit > max_entries_limit (${limit} > ${MAX_ENTRIES})`,
      );
    const all = entries(selector, startMs, endMs);
    const forward = query.get("direction") === "forward";
    const taken = forward ? all.slice(0, limit) : all.slice(-limit).reverse();
    const grouped = groupBy(taken, ({ labels }) => JSON.stringify(labels));
    return [...grouped.values()].map((group) => ({
      stream: group[0]?.labels ?? {},
      values: group.map(({ atMs, line }) => [nanoseconds(atMs), line]),
    }));
  }

  function matrix(
    { selector, fn, rangeMs, sumBy }: Extract<Query, { kind: "metric" }>,
    startMs: number,
    endMs: number,
    stepMs: number,
  ) {
    const all = entries(selector, startMs - rangeMs, endMs + 1);
    const keyOf = (labels: Labels): Labels =>
      sumBy === null
        ? labels
        : Object.fromEntries(
            sumBy.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
          );
    const grouped = groupBy(all, ({ labels }) => JSON.stringify(keyOf(labels)));
    const weight = fn.startsWith("bytes") ? (entry: Entry) => Buffer.byteLength(entry.line) : () => 1;
    const divisor = fn.endsWith("rate") ? rangeMs / 1000 : 1;
    return [...grouped]
      .map(([key, group]) => {
        const values: [number, string][] = [];
        for (let at = startMs; at <= endMs; at += stepMs) {
          const inside = group.filter(({ atMs }) => atMs > at - rangeMs && atMs <= at);
          if (inside.length > 0)
            values.push([at / 1000, String(inside.reduce((sum, entry) => sum + weight(entry), 0) / divisor)]);
        }
        return { metric: JSON.parse(key) as Labels, values };
      })
      .filter(({ values }) => values.length > 0);
  }
}

function success(resultType: string, result: readonly object[]): object {
  return { status: "success", data: { resultType, result, stats: {} } };
}

/** Nanoseconds, seconds (with a fraction) or RFC 3339. */
function timeOf(value: string | null, otherwise: number): number {
  if (value === null || value === "") return otherwise;
  if (/^\d{14,}$/.test(value)) return Number(BigInt(value) / 1_000_000n);
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(ms)) throw new LogqlError(`cannot parse "${value}" to a valid timestamp`);
  return ms;
}

function stepOf(step: string): number {
  return /^[\d.]+$/.test(step) ? Math.max(1, Number(step) * 1000) : durationMs(step);
}

function nanoseconds(ms: number): string {
  return String(BigInt(ms) * 1_000_000n);
}

function text(reply: FastifyReply, status: number, message: string) {
  return reply.code(status).type("text/plain; charset=utf-8").send(`${message}\n`);
}
