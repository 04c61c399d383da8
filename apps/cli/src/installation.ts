import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type Config,
  configVariables,
  createLogger,
  type Logger,
  loadConfig,
  migrate,
  startEmbeddedPostgres,
} from "@oncall/platform";

const CONFIG_FILE = "config.yaml";

/**
 * The configuration of this process: flags over the environment over config.yaml in the working folder. Every
 * variable is a flag too: `--port 3001` is PORT, `--log-level debug` is LOG_LEVEL.
 */
export function readConfig(args: readonly string[] = []): Config {
  return loadConfig({
    env: process.env,
    file: existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined,
    flags: flagsOf(args),
  });
}

function flagsOf(args: readonly string[]): Record<string, string> {
  const named = configVariables.map(({ name }) => [name.toLowerCase().replaceAll("_", "-"), name] as const);
  const options = Object.fromEntries(named.map(([flag]) => [flag, { type: "string" }] as const));
  const { values } = parseArgs({ args: [...args], options });
  return Object.fromEntries(
    named.flatMap(([flag, name]) => (typeof values[flag] === "string" ? [[name, values[flag]]] : [])),
  );
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
