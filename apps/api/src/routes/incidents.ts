import { AppError } from "@oncall/core";
import type { EvidenceStore, IncidentStore, Ledger, PostStore } from "@oncall/incidents";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";

interface IncidentRoutesOptions {
  readonly incidents: IncidentStore;
  readonly evidence: EvidenceStore;
  readonly posts: PostStore;
  readonly ledger: Ledger;
}

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Listing = Type.Object({
  status: Type.Optional(Type.Union([Type.Literal("open"), Type.Literal("resolved")])),
});

export function incidentRoutes({ incidents, evidence, posts, ledger }: IncidentRoutesOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: { status?: "open" | "resolved" } }>(
      "/api/incidents",
      { schema: { summary: "Incidents, newest first, at most 100", querystring: Listing } },
      async (request) => ({ incidents: await incidents.list({ status: request.query.status, limit: 100 }) }),
    );

    app.get<{ Params: { id: string } }>(
      "/api/incidents/:id",
      {
        schema: {
          summary: "One incident: its alerts, investigations, evidence, what was posted and what models cost",
          params: Id,
        },
      },
      async (request) => {
        const incident = await incidents.get(request.params.id);
        if (!incident) throw new AppError("not_found", `There is no incident ${request.params.id}.`);
        const [alerts, investigations] = await Promise.all([
          incidents.alerts(incident.id),
          incidents.investigations(incident.id),
        ]);
        const withDetail = investigations.map(async (investigation) => {
          const [recorded, posted, spending] = await Promise.all([
            evidence.list(investigation.id),
            posts.list(investigation.id),
            ledger.ofInvestigation(investigation.id),
          ]);
          return { ...investigation, evidence: recorded, posts: posted, spending };
        });
        return { incident, alerts, investigations: await Promise.all(withDetail) };
      },
    );

    app.get<{ Params: { id: string } }>(
      "/api/evidence/:id",
      { schema: { summary: "The recorded result of one tool call", params: Id } },
      async (request) => {
        const record = await evidence.get(request.params.id);
        if (!record)
          throw new AppError(
            "not_found",
            `There is no evidence ${request.params.id}; it is kept for 90 days.`,
          );
        return record;
      },
    );
  };
}
