import type { AddressInfo } from "node:net";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { createBackends } from "@oncall/backends";
import { createCatalog, createSyncLog } from "@oncall/catalog";
import { type Clock, wallClock } from "@oncall/core";
import {
  createConversationStore,
  createEvidenceStore,
  createIncidentStore,
  createLedger,
  createPastIncidents,
  createPostStore,
  createTurnStore,
  turnChannels,
} from "@oncall/incidents";
import {
  type Config,
  connect,
  createClosers,
  createInbox,
  createQueue,
  type Logger,
  listen,
  reveal,
} from "@oncall/platform";
import { createRegistry } from "@oncall/tools";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import { createAccept } from "./accept.ts";
import { requireToken } from "./auth.ts";
import { mcpRoutes } from "./mcp.ts";
import { answerProblems } from "./problems.ts";
import { catalogRoutes } from "./routes/catalog.ts";
import { githubRoutes } from "./routes/github.ts";
import { healthRoutes } from "./routes/health.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { queryRoutes } from "./routes/query.ts";
import { slackRoutes } from "./routes/slack.ts";
import { spendingRoutes } from "./routes/spending.ts";
import { toolRoutes } from "./routes/tools.ts";

export interface ApiOptions {
  readonly config: Config;
  /** A migrated database. */
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly version: string;
  /** The domain's time, for replay and scenarios only. */
  readonly clock?: Clock;
}

export interface Api {
  /** Where it listens, such as http://127.0.0.1:3000. */
  readonly url: string;
  /** Stops listening, lets running requests finish, closes what was opened. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** The HTTP edge: verifies, records, enqueues, answers. One straight line; what is opened first is closed last. */
export async function startApi({
  config,
  databaseUrl,
  logger,
  version,
  clock = wallClock,
}: ApiOptions): Promise<Api> {
  const closers = createClosers({ logger });
  try {
    const sql = connect(databaseUrl, { applicationName: "oncall-api" });
    closers.add("database", () => sql.end({ timeout: 5 }));
    const queue = await createQueue({ ...queueStore(config, databaseUrl), logger });
    closers.add("queue", () => queue.close());
    const { backends, close: closeBackends } = createBackends(
      { ...reveal(config.backends), github: reveal(config.github) },
      { logger },
    );
    closers.add("backends", closeBackends);

    const inbox = createInbox(sql);
    const catalog = createCatalog(sql);
    const evidence = createEvidenceStore(sql);
    const ledger = createLedger(sql);
    const registry = createRegistry({
      deps: { ...backends, catalog, incidents: createPastIncidents(sql) },
      evidence,
      now: clock,
      logger,
    });
    const accept = createAccept({ inbox, queue, logger });
    const news = await listen(sql, turnChannels.events);
    closers.add("notifications", () => news.close());

    const app = Fastify({
      loggerInstance: logger as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: MAX_BODY_BYTES,
      requestTimeout: 30_000,
      ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    });
    closers.add("http server", () => app.close());
    answerProblems(app);
    await app.register(helmet, { contentSecurityPolicy: false });
    await app.register(swagger, {
      openapi: {
        info: {
          title: "On-Call Assistant",
          version,
          description:
            "Everything but /health, /ready and the signed webhooks wants `Authorization: Bearer <ONCALL_TOKEN>`.",
        },
        components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      },
    });
    await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: true });

    await app.register(healthRoutes({ sql, queue }));
    await app.register(githubRoutes({ secret: config.github.webhookSecret, accept }));
    await app.register(slackRoutes({ config: config.slack, accept, logger }));
    await app.register(async (guarded) => {
      guarded.addHook("onRequest", requireToken(config.token));
      guarded.addHook("onRoute", (route) => {
        route.schema = { ...route.schema, security: [{ token: [] }] };
      });
      await guarded.register(
        incidentRoutes({
          incidents: createIncidentStore(sql),
          evidence,
          posts: createPostStore(sql),
          ledger,
        }),
      );
      await guarded.register(spendingRoutes(ledger));
      await guarded.register(catalogRoutes({ catalog, syncs: createSyncLog(sql) }));
      await guarded.register(toolRoutes({ registry }));
      await guarded.register(
        queryRoutes({
          conversations: createConversationStore(sql),
          turns: createTurnStore(sql),
          news,
          accept,
        }),
      );
      await guarded.register(mcpRoutes({ registry, version }));
    });

    await app.listen({ host: config.http.host, port: config.http.port });
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${config.http.host}:${port}`;
    logger.info({ url }, "api listens");
    return { url, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** The queue's store: Redis when it is configured, else the database itself. */
function queueStore(config: Config, databaseUrl: string) {
  return { redisUrl: config.queue.redisUrl?.reveal(), databaseUrl, prefix: config.queue.prefix };
}
