import { randomBytes } from "node:crypto";
import { startApi } from "@oncall/api";
import { type Config, Secret } from "@oncall/platform";
import { startWorker } from "@oncall/worker";
import { serve } from "../serve.ts";
import { version } from "../version.ts";

/** `oncall up`: everything in one process; with nothing configured, on the embedded Postgres. */
export function up(args: readonly string[]): Promise<number> {
  return serve(
    args,
    async ({ config, databaseUrl, logger, closers }) => {
      const api = await startApi({ config, databaseUrl, logger, version });
      closers.add("api", () => api.close());
      const worker = await startWorker({ config, databaseUrl, logger });
      closers.add("worker", () => worker.close());
    },
    withToken,
  );
}

/** Without ONCALL_TOKEN everything but the webhooks would be closed: one is made for this run and printed. */
function withToken(config: Config): Config {
  if (config.token !== undefined) return config;
  const token = `oncall_${randomBytes(24).toString("base64url")}`;
  console.error(`ONCALL_TOKEN is not set; for this run it is ${token}`);
  return { ...config, token: new Secret(token) };
}
