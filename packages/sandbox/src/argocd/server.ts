import type { FastifyInstance, FastifyReply } from "fastify";
import type { ServiceData } from "../data/types.ts";
import { createApp } from "../http/server.ts";
import { iso } from "../world/timeline.ts";
import type { World } from "../world/world.ts";

/** Argo CD's read API over the world's releases: applications by name, their history and health. */
export function createArgoCdServer(world: World, token: string): FastifyInstance {
  const app = createApp();
  app.addHook("onRequest", async (request, reply) => {
    if (request.url.startsWith("/api/version") || request.headers.authorization === `Bearer ${token}`) return;
    return failure(reply, 401, 16, "no session information");
  });
  app.setNotFoundHandler((_request, reply) => failure(reply, 404, 5, "Not Found"));
  app.get("/api/version", async () => ({ Version: "v2.13.2+dc43124" }));
  app.get("/api/v1/applications", async () => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationList",
    metadata: { resourceVersion: String(Math.floor(world.timeline.now() / 1000)) },
    items: world.acme.services.map(application),
  }));
  app.get<{ Params: { name: string } }>("/api/v1/applications/:name", async (request, reply) => {
    const { name } = request.params;
    const service = world.acme.services.find((entry) => applicationName(entry) === name);
    // As Argo CD does for whoever may not know: one that is missing is one that is forbidden.
    return service
      ? application(service)
      : failure(reply, 404, 5, `applications.argoproj.io "${name}" not found`);
  });
  return app;

  function application(service: ServiceData) {
    const repository = world.repositories.get(service.repository);
    const repoURL = `https://github.com/${service.repository}`;
    const source = { repoURL, path: "deploy", targetRevision: "main" };
    const releases = (repository?.releases ?? []).filter(({ atMs }) => atMs <= world.timeline.now());
    const latest = releases.at(-1);
    const health = healthOf(service);
    return {
      metadata: {
        name: applicationName(service),
        namespace: "argocd",
        creationTimestamp: iso(world.timeline.startedMs - 2e10),
      },
      spec: {
        source,
        destination: { name: service.cluster, namespace: service.namespace },
        project: "default",
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
      status: {
        sync: { status: "Synced", revision: latest?.commit.sha ?? "", comparedTo: { source } },
        health: { status: health },
        history: releases.map(({ commit, atMs }, id) => ({
          id,
          revision: commit.sha,
          deployStartedAt: iso(atMs - 4000),
          deployedAt: iso(atMs),
          initiatedBy: { automated: true },
          source,
        })),
        ...(latest
          ? {
              operationState: {
                phase: "Succeeded",
                message: "successfully synced (all tasks run)",
                startedAt: iso(latest.atMs - 4000),
                finishedAt: iso(latest.atMs),
                syncResult: { revision: latest.commit.sha, source },
              },
            }
          : {}),
        summary: {},
      },
    };
  }

  function healthOf({ cluster, name }: ServiceData): string {
    const found = world.clusters
      .get(cluster)
      ?.list("deployments")
      .find((object) => object.metadata.name === name);
    const { conditions = [] } = (found?.status ?? {}) as {
      conditions?: { type: string; status: string; reason: string }[];
    };
    const progressing = conditions.find(({ type }) => type === "Progressing");
    if (progressing?.status === "False") return "Degraded";
    return progressing?.reason === "ReplicaSetUpdated" ? "Progressing" : "Healthy";
  }
}

function applicationName(service: ServiceData): string {
  return /^\s*argocd_app: "?([\w-]+)/m.exec(service.files["service.yaml"] ?? "")?.[1] ?? service.name;
}

/** The error shape of its gRPC gateway. */
function failure(reply: FastifyReply, status: number, code: number, message: string) {
  return reply.code(status).send({ error: message, code, message });
}
