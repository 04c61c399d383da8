import type { FastifyInstance, FastifyReply } from "fastify";
import { createApp, queryOf } from "../http/server.ts";
import type { World } from "../world/world.ts";
import { filterPath } from "./filter-path.ts";
import { QueryError } from "./query-error.ts";
import { indexNames, resolveIndices, search } from "./search.ts";

type Json = Readonly<Record<string, unknown>>;

export interface OpenSearchCredentials {
  readonly username: string;
  readonly password: string;
}

/** The search half of OpenSearch over the world's logs: `_search`, `_msearch`, `_cat/indices`, with its own errors. */
export function createOpenSearchServer(world: World, credentials?: OpenSearchCredentials): FastifyInstance {
  const app = createApp();
  const expected =
    credentials &&
    `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  app.addHook("onRequest", async (request, reply) => {
    if (expected === undefined || request.headers.authorization === expected) return;
    return reply
      .code(401)
      .header("www-authenticate", 'Basic realm="OpenSearch Security"')
      .type("text/plain")
      .send("Unauthorized");
  });
  app.addHook("preSerialization", async (request, _reply, payload) => {
    const paths = queryOf(request.url).get("filter_path");
    return paths === null ? payload : filterPath(payload, paths.split(","));
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof QueryError) return failure(reply, 400, error.type, error.message);
    const parse = (error as { kind?: string }).kind === "invalid_input";
    return failure(
      reply,
      parse ? 400 : 500,
      parse ? "parse_exception" : "exception",
      error instanceof Error ? error.message : String(error),
    );
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(400)
      .send({ error: `no handler found for uri [${request.url}] and method [${request.method}]` }),
  );

  app.get("/", async () => ({
    name: "search-prod-1",
    cluster_name: "acme-logs",
    cluster_uuid: "9fKc1m2sQ0m7xYt1c8Jw4A",
    version: { distribution: "opensearch", number: "2.19.1", build_type: "tar", lucene_version: "9.12.1" },
    tagline: "The OpenSearch Project: https://opensearch.org/",
  }));
  app.get("/_cluster/health", async () => ({
    cluster_name: "acme-logs",
    status: "green",
    timed_out: false,
    number_of_nodes: 3,
  }));
  app.get("/_cat/indices", async (_request, reply) =>
    queryOf(_request.url).get("format") === "json"
      ? indexNames(world).map((index) => ({ health: "green", status: "open", index }))
      : reply.type("text/plain").send(
          indexNames(world)
            .map((index) => `green open ${index}\n`)
            .join(""),
        ),
  );
  const answer = (reply: FastifyReply, expression: string, body: Json, url: string) => {
    const ignoreMissing = expression === "_all" || queryOf(url).get("ignore_unavailable") === "true";
    const allowNone = queryOf(url).get("allow_no_indices") !== "false";
    const resolved = resolveIndices(world, expression, allowNone);
    if ("names" in resolved) return search(world, resolved.names, body);
    return ignoreMissing && allowNone ? search(world, [], body) : missingIndex(reply, resolved.missing);
  };
  app.route<{ Params: { index?: string }; Body: Json | undefined }>({
    method: ["GET", "POST"],
    url: "/:index/_search",
    handler: async (request, reply) =>
      answer(
        reply,
        request.params.index ?? "_all",
        withParameters(request.url, request.body ?? {}),
        request.url,
      ),
  });
  app.route<{ Body: Json | undefined }>({
    method: ["GET", "POST"],
    url: "/_search",
    handler: async (request, reply) =>
      answer(reply, "_all", withParameters(request.url, request.body ?? {}), request.url),
  });
  app.route<{ Params: { index?: string }; Body: unknown }>({
    method: ["GET", "POST"],
    url: "/_msearch",
    handler: async (request) => ({ took: 6, responses: multiSearch(world, String(request.body ?? "")) }),
  });
  return app;
}

function multiSearch(world: World, body: string): object[] {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  const responses: object[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    try {
      const header = JSON.parse(lines[i] ?? "{}") as { index?: string | string[] };
      const resolved = resolveIndices(world, [header.index ?? "_all"].flat().join(","));
      if ("missing" in resolved) {
        responses.push({
          ...errorBody(404, "index_not_found_exception", `no such index [${resolved.missing}]`),
          status: 404,
        });
        continue;
      }
      responses.push({
        ...search(world, resolved.names, JSON.parse(lines[i + 1] ?? "{}") as Json),
        status: 200,
      });
    } catch (error) {
      const type = error instanceof QueryError ? error.type : "parse_exception";
      responses.push(errorBody(400, type, error instanceof Error ? error.message : String(error)));
    }
  }
  return responses;
}

function withParameters(url: string, body: Json): Json {
  const query = queryOf(url);
  const text = query.get("q");
  return {
    ...body,
    ...(text === null ? {} : { query: { query_string: { query: text } } }),
    ...(query.has("size") ? { size: Number(query.get("size")) } : {}),
  };
}

function missingIndex(reply: FastifyReply, index: string) {
  const extra = { index, "resource.id": index, "resource.type": "index_or_alias", index_uuid: "_na_" };
  return reply.code(404).send(errorBody(404, "index_not_found_exception", `no such index [${index}]`, extra));
}

function failure(reply: FastifyReply, status: number, type: string, reason: string) {
  return reply.code(status).send(errorBody(status, type, reason));
}

function errorBody(status: number, type: string, reason: string, extra: object = {}) {
  const cause = { type, reason, ...extra };
  return { error: { root_cause: [cause], ...cause }, status };
}
