import type { Config } from "@oncall/platform";
import { type Closers, createClosers, type Logger } from "@oncall/platform";
import { openDatabase, readConfig, serverLogger } from "./installation.ts";

interface Served {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly closers: Closers;
}

/** Long enough for a worker to finish or give back its jobs and for Postgres to stop. */
const STEP_TIMEOUT_MS = 30_000;

/**
 * Runs servers until SIGINT or SIGTERM, then closes them in reverse. A second signal ends the process at once.
 * `configure` may change the configuration that was read.
 */
export async function serve(
  args: readonly string[],
  start: (served: Served) => Promise<void>,
  configure: (config: Config) => Config = (config) => config,
): Promise<number> {
  const config = configure(readConfig(args));
  const logger = serverLogger(config);
  const closers = createClosers({ logger, stepTimeoutMs: STEP_TIMEOUT_MS });
  try {
    const database = await openDatabase(config, logger);
    closers.add("embedded postgres", () => database.close());
    await start({ config, databaseUrl: database.url, logger, closers });
    const signal = await stopSignal();
    logger.info({ signal }, "shutting down");
  } finally {
    await closers.closeAll();
  }
  return 0;
}

/** Resolves at the first SIGINT or SIGTERM; from then on the default action is back in force. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve(signal);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
