import { type JobQueue, pingDatabase, type Sql } from "@oncall/platform";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";

const Check = Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) });

/** `/health`: the process answers. `/ready`: it can take work, that is, Postgres and the queue answer. */
export function healthRoutes({ sql, queue }: { readonly sql: Sql; readonly queue: JobQueue }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      "/health",
      { schema: { summary: "Liveness", response: { 200: Type.Object({ status: Type.Literal("ok") }) } } },
      async () => ({ status: "ok" }) as const,
    );

    const Ready = Type.Object({ status: Type.String(), database: Check, queue: Check });
    app.get(
      "/ready",
      { schema: { summary: "Readiness: Postgres and the queue", response: { 200: Ready, 503: Ready } } },
      async (_request, reply) => {
        const [database, jobs] = await Promise.all([
          check(() => pingDatabase(sql)),
          check(() => queue.ping()),
        ]);
        const ready = database.ok && jobs.ok;
        return reply
          .status(ready ? 200 : 503)
          .send({ status: ready ? "ready" : "not ready", database, queue: jobs });
      },
    );
  };
}

async function check(ping: () => Promise<void>): Promise<{ ok: boolean; detail?: string }> {
  try {
    await ping();
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
