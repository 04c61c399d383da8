import type { IncomingMessage } from "node:http";
import { AppError } from "@oncall/core";
import { createSlackEdge, slackPaths } from "@oncall/integrations";
import type { Logger, SlackConfig } from "@oncall/platform";
import type { FastifyInstance } from "fastify";
import type { Accept } from "../accept.ts";

interface SlackRoutesOptions {
  readonly config: SlackConfig | undefined;
  readonly accept: Accept;
  readonly logger: Logger;
}

/** Bolt's receiver in a scope of its own: the body stays raw, the signature is checked first, Bolt answers. */
export function slackRoutes({ config, accept, logger }: SlackRoutesOptions) {
  const edge =
    config === undefined
      ? undefined
      : createSlackEdge({
          signingSecret: config.signingSecret.reveal(),
          botToken: config.botToken.reveal(),
          logger,
          record: async ({ deliveryId, kind, request }) => {
            await accept({ source: "slack", deliveryId, kind, payload: request });
          },
        });
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      ["application/json", "application/x-www-form-urlencoded"],
      { parseAs: "buffer" },
      (_request, body, done) => done(null, body),
    );
    for (const [what, path] of Object.entries(slackPaths)) {
      app.post(path, { schema: { summary: `Slack ${what}, signed by Slack` } }, async (request, reply) => {
        if (edge === undefined)
          throw new AppError(
            "not_configured",
            "SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN are not set, so Slack cannot be answered.",
          );
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        edge.verify(request.headers, rawBody);
        reply.hijack();
        edge.handle(Object.assign<IncomingMessage, { rawBody: Buffer }>(request.raw, { rawBody }), reply.raw);
      });
    }
  };
}
