import { existsSync } from "node:fs";
import {
  type Config,
  createLogger,
  type Logger,
  loadConfig,
  migrate,
  startEmbeddedPostgres,
} from "@oncall/platform";

const CONFIG_FILE = "config.yaml";

/** The configuration of this process: flags over the environment over config.yaml in the working folder. */
export function readConfig(): Config {
  return loadConfig({ env: process.env, file: existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined });
}

export function serverLogger(config: Config): Logger {
  return createLogger({
    level: config.log.level,
    destination: "stdout",
    pretty: process.stdout.isTTY === true,
  });
}

/** Logs on standard error, for commands whose standard output is data. */
export function quietLogger(config: Config): Logger {
  return createLogger({
    level: process.env.LOG_LEVEL ? config.log.level : "warn",
    destination: "stderr",
    pretty: true,
  });
}

export interface Database {
  readonly url: string;
  close(): Promise<void>;
}

/** The database of DATABASE_URL, or the embedded one; migrated. */
export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  const given = config.database.url?.reveal();
  if (given !== undefined) {
    await migrate(given, { logger });
    return { url: given, close: async () => undefined };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: config.database.dataDir, durable: true, logger });
  try {
    await migrate(embedded.url, { logger });
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return { url: embedded.url, close: () => embedded.stop() };
}
