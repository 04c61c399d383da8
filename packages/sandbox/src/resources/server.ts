import type { FastifyInstance } from "fastify";
import { createApp } from "../http/server.ts";
import type { World } from "../world/world.ts";

/** The teams' own resource APIs, and the status pages of others (Statuspage's `status.json`). */
export function createResourcesServer(getWorld: () => World): FastifyInstance {
  const app = createApp();
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get<{ Params: { service: string; id: string } }>(
    "/:service/api/resources/:id",
    async (request, reply) => {
      const { service, id } = request.params;
      const found = getWorld().resource(service, id);
      return (
        found ?? reply.code(404).send({ error: "not_found", message: `${service} has no resource ${id}` })
      );
    },
  );
  app.get<{ Params: { name: string } }>("/status/:name/api/v2/status.json", async (request, reply) => {
    const page = getWorld().statusPage(request.params.name);
    if (!page) return reply.code(404).send({ error: "page not found" });
    return {
      page: {
        id: request.params.name,
        name: page.name,
        url: page.url,
        time_zone: "Etc/UTC",
        updated_at: new Date(getWorld().timeline.now()).toISOString(),
      },
      status: { indicator: page.indicator, description: page.description },
    };
  });
  return app;
}
