import { AppError } from "@oncall/core";
import { createGithubEdge } from "@oncall/integrations";
import type { Secret } from "@oncall/platform";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Accept } from "../accept.ts";

/** GitHub sends at most 25 MB. */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

export function githubRoutes({
  secret,
  accept,
}: {
  readonly secret: Secret | undefined;
  readonly accept: Accept;
}) {
  const receive = secret === undefined ? undefined : createGithubEdge(secret.reveal());
  return async (app: FastifyInstance): Promise<void> => {
    // The signature is over the bytes as they came, so they are not parsed before it is checked.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
      done(null, body),
    );
    app.post(
      "/webhooks/github",
      {
        bodyLimit: MAX_BODY_BYTES,
        schema: {
          summary: "GitHub webhook: a push syncs the catalog",
          response: {
            200: Type.Object({ ignored: Type.String() }),
            202: Type.Object({ id: Type.String(), duplicate: Type.Boolean() }),
          },
        },
      },
      async (request, reply) => {
        if (receive === undefined)
          throw new AppError(
            "not_configured",
            "GITHUB_WEBHOOK_SECRET is not set, so no delivery can be verified.",
          );
        const delivery = await receive(request.headers, typeof request.body === "string" ? request.body : "");
        if (delivery.kind === "ignored") return reply.status(200).send({ ignored: delivery.why });
        const row = await accept({
          source: "github",
          deliveryId: delivery.deliveryId,
          kind: "sync-catalog",
          payload: delivery.push,
        });
        return reply.status(202).send(row);
      },
    );
  };
}
