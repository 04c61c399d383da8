import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createApp, queryOf } from "../http/server.ts";
import type { Cluster, KubernetesObject, ResourceName } from "../world/cluster.ts";
import type { World } from "../world/world.ts";
import { tokenPath } from "./kubeconfig.ts";
import { podLog } from "./pod-log.ts";
import { addDiscovery, basePath, META_FIELDS, RESOURCES, type Resource, versionOf } from "./resources.ts";
import { fieldSelector, labelSelector, SelectorError } from "./selectors.ts";
import { tableOf, wantsTable } from "./table.ts";
import { openWatch } from "./watch.ts";

/** The part of a Kubernetes API server that reads one cluster: selectors, paging, watches, pod logs, discovery. */
export function createKubernetesServer(
  world: World,
  token: string,
  cluster: Cluster = world.cluster,
): FastifyInstance {
  const app = createApp({ rewriteUrl: (request) => withoutToken(request, token) });
  const resourceVersion = (): string => String(Math.floor(world.timeline.now() / 1000));

  app.addHook("onRequest", async (request, reply) => {
    const { authorization } = request.headers;
    if (authorization === undefined && request.url !== "/version") {
      const what = request.url.split("?")[0]?.split("/").at(-1) ?? "";
      return failure(
        reply,
        403,
        "Forbidden",
        `${what} is forbidden: User "system:anonymous" cannot get path "${request.url}"`,
        { kind: what },
      );
    }
    if (authorization !== undefined && authorization !== `Bearer ${token}`)
      return failure(reply, 401, "Unauthorized", "Unauthorized");
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type("text/plain; charset=utf-8").send("404 page not found\n"),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SelectorError) return failure(reply, 400, "BadRequest", error.message);
    return failure(reply, 500, "InternalError", error instanceof Error ? error.message : String(error));
  });

  app.get("/version", async () => ({
    major: "1",
    minor: world.acme.company.kubernetes_version.split(".")[1],
    gitVersion: world.acme.company.kubernetes_version,
    gitTreeState: "clean",
    goVersion: "go1.23.6",
    compiler: "gc",
    platform: "linux/amd64",
  }));
  for (const path of ["/healthz", "/livez", "/readyz"])
    app.get(path, async (_request, reply) => reply.type("text/plain").send("ok"));

  for (const [name, resource] of Object.entries(RESOURCES) as [ResourceName, Resource][]) {
    const base = basePath(resource);
    const apiVersion = versionOf(resource);
    const plural = resource.plural ?? name;
    const answer = (request: FastifyRequest, reply: FastifyReply, namespace?: string) => {
      const query = queryOf(request.url);
      const list = listOf(name, resource, apiVersion, query, namespace);
      if (!list) return failure(reply, 400, "BadRequest", "continue key is not valid: illegal base64 data");
      const table = wantsTable(request.headers.accept)
        ? (items: readonly KubernetesObject[]) =>
            tableOf(name, { ...list, items }, query.get("includeObject"), world.timeline.now())
        : undefined;
      if (!["true", "1"].includes(query.get("watch") ?? "")) return table?.(list.items) ?? list;
      return openWatch(request, reply, query, { ...list, kind: resource.kind, apiVersion, table });
    };
    app.get(`${base}/${plural}`, async (request, reply) => answer(request, reply));
    const scope = resource.namespaced ? `${base}/namespaces/:namespace/${plural}` : `${base}/${plural}`;
    if (resource.namespaced) {
      app.get<{ Params: { namespace: string } }>(scope, async (request, reply) =>
        answer(request, reply, request.params.namespace),
      );
    }
    app.get<{ Params: { namespace?: string; name: string } }>(`${scope}/:name`, async (request, reply) => {
      const found = find(name, request.params.namespace, request.params.name);
      if (!found) return missing(reply, plural, resource.group, request.params.name);
      if (!wantsTable(request.headers.accept)) return { kind: resource.kind, apiVersion, ...found };
      const one = { kind: resource.kind, apiVersion, metadata: {}, items: [found] };
      return tableOf(name, one, queryOf(request.url).get("includeObject"), world.timeline.now());
    });
  }

  addDiscovery(app);
  app.get<{ Params: { namespace: string; name: string } }>(
    "/api/v1/namespaces/:namespace/pods/:name/log",
    async (request, reply) => {
      const pod = find("pods", request.params.namespace, request.params.name);
      if (!pod) return missing(reply, "pods", "", request.params.name);
      const log = podLog(world, pod, queryOf(request.url));
      return typeof log === "string"
        ? reply.type("text/plain").send(log)
        : failure(reply, 400, "BadRequest", log.refused);
    },
  );
  return app;

  function find(
    name: ResourceName,
    namespace: string | undefined,
    wanted: string,
  ): KubernetesObject | undefined {
    return cluster
      .list(name)
      .find((object) => object.metadata.name === wanted && object.metadata.namespace === namespace);
  }

  function listOf(
    name: ResourceName,
    resource: Resource,
    apiVersion: string,
    query: URLSearchParams,
    namespace?: string,
  ) {
    const byLabel = labelSelector(query.get("labelSelector") ?? "");
    const byField = fieldSelector(query.get("fieldSelector") ?? "", [
      ...META_FIELDS,
      ...(resource.fields ?? []),
    ]);
    const all = cluster
      .list(name)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter((object) => byLabel(object.metadata.labels ?? {}) && byField(object));
    const start = continuation(query.get("continue"));
    if (start === undefined) return undefined;
    const limit = Number(query.get("limit") ?? 0);
    const items = limit > 0 ? all.slice(start, start + limit) : all.slice(start);
    const left = all.length - start - items.length;
    return {
      kind: `${resource.kind}List`,
      apiVersion,
      metadata: {
        resourceVersion: resourceVersion(),
        ...(left > 0 ? { continue: token64(start + items.length), remainingItemCount: left } : {}),
      },
      items: items.map((item) => (resource.full ? { kind: resource.kind, apiVersion, ...item } : item)),
    };
  }
}

/** kubectl sends no token over plain HTTP, so the address may carry it, as that of an authenticating proxy would. */
function withoutToken({ headers, url = "/" }: IncomingMessage, token: string): string {
  const prefix = tokenPath(token);
  if (!url.startsWith(`${prefix}/`)) return url;
  headers.authorization = `Bearer ${token}`;
  return url.slice(prefix.length);
}

function token64(start: number): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", start })).toString("base64url");
}

/** Where a page begins; undefined for a token that is not ours. */
function continuation(token: string | null): number | undefined {
  if (token === null || token === "") return 0;
  const [, start] = /"start":(\d+)/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return start === undefined ? undefined : Number(start);
}

function missing(reply: FastifyReply, name: string, group: string, wanted: string) {
  const what = group === "" ? name : `${name}.${group}`;
  const details = { name: wanted, ...(group === "" ? {} : { group }), kind: name };
  return failure(reply, 404, "NotFound", `${what} "${wanted}" not found`, details);
}

/** The Status object that every refusal of the API server is. */
function failure(reply: FastifyReply, code: number, reason: string, message: string, details?: object) {
  return reply.code(code).send({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  });
}
