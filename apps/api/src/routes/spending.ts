import type { Ledger } from "@oncall/incidents";
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";

const Query = Type.Object({
  days: Type.String({
    pattern: "^(?:[1-9]|[1-8][0-9]|90)$",
    default: "7",
    description: "UTC days back, today included; 1 to 90",
  }),
  service: Type.Optional(Type.String({ maxLength: 120 })),
  team: Type.Optional(Type.String({ maxLength: 120 })),
});

/** What the model calls of the last days used and cost, by day, service and team. */
export function spendingRoutes(ledger: Ledger) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: Static<typeof Query> }>(
      "/api/spending",
      {
        schema: {
          summary: "Model calls by UTC day, service and team: tokens by kind and US dollars; newest first",
          querystring: Query,
        },
      },
      async ({ query: { days, ...whose } }) => ({
        spending: await ledger.byDay({ days: Number(days), ...whose }),
      }),
    );
  };
}
