import type { Catalog, SyncLog } from "@oncall/catalog";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";

export function catalogRoutes({ catalog, syncs }: { readonly catalog: Catalog; readonly syncs: SyncLog }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get("/api/services", { schema: { summary: "Every service of the catalog" } }, async () => ({
      services: await catalog.all(),
    }));

    app.get<{ Params: { name: string } }>(
      "/api/services/:name",
      { schema: { summary: "One service", params: Type.Object({ name: Type.String({ maxLength: 120 }) }) } },
      async (request) => catalog.get(request.params.name),
    );

    app.get(
      "/api/catalog/syncs",
      { schema: { summary: "The last 50 catalog syncs, newest first" } },
      async () => ({
        syncs: await syncs.list({ limit: 50 }),
      }),
    );

    app.get<{ Params: { id: string } }>(
      "/api/catalog/syncs/:id",
      {
        schema: {
          summary: "One sync with every error: line, key and mend",
          params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        },
      },
      async (request) => syncs.get(request.params.id),
    );
  };
}
