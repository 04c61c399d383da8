import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AppError } from "@oncall/core";
import { runner } from "node-pg-migrate";
import pg from "pg";
import type { Logger } from "./logger.ts";

// The same three steps up from src/ and from dist/.
const migrationsFolder = fileURLToPath(new URL("../../../db/migrations/", import.meta.url));

const LOCK_TIMEOUT_MS = 60_000;

export interface MigrateOptions {
  readonly logger?: Logger;
  /** Where the .sql files are; default the repository's `db/migrations`. */
  readonly folder?: string;
}

/**
 * Brings the schema up to this code's and answers the names of what it applied, all in one transaction.
 * Processes that start together wait for each other, 60 s at most. Throws `conflict` when the database has
 * migrations that this code does not know, `unavailable` when it cannot be reached.
 * https://salsita.github.io/node-pg-migrate/api
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const folder = options.folder ?? migrationsFolder;
  const client = new pg.Client({
    connectionString: url,
    application_name: "oncall-migrate",
    connectionTimeoutMillis: 10_000,
    lock_timeout: LOCK_TIMEOUT_MS,
  });
  // Without a listener a connection lost between two queries would end the process.
  client.on("error", (err) => options.logger?.warn({ err }, "database connection lost while migrating"));
  try {
    await client.connect();
  } catch (cause) {
    throw new AppError("unavailable", "Postgres cannot be reached: check DATABASE_URL and that it runs.", {
      cause,
    });
  }
  try {
    await refuseNewer(client, folder);
    const applied = await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: "(?!.*\\.sql$).*",
      direction: "up",
      migrationsTable: "pgmigrations",
      singleTransaction: true,
      advisoryLockMode: "wait",
      logger: quiet(options.logger),
    });
    const names = applied.map((migration) => migration.name);
    if (names.length > 0) options.logger?.info({ migrations: names }, "database migrated");
    return names;
  } catch (thrown) {
    throw explain(thrown);
  } finally {
    await client.end();
  }
}

async function refuseNewer(client: pg.Client, folder: string): Promise<void> {
  const table = await client.query<{ exists: boolean }>(
    "select to_regclass('pgmigrations') is not null as exists",
  );
  if (table.rows[0]?.exists !== true) return;
  const known = new Set((await readdir(folder)).map((file) => file.replace(/\.sql$/, "")));
  const ran = await client.query<{ name: string }>("select name from pgmigrations order by id");
  const unknown = ran.rows.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new AppError(
    "conflict",
    `The database is newer than this program: it has ${unknown.join(", ")}. Start a version that knows these migrations, or use another DATABASE_URL.`,
  );
}

function explain(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown;
  if ((thrown as { code?: unknown }).code === "55P03") {
    return new AppError(
      "unavailable",
      `Another process held the migration lock for ${LOCK_TIMEOUT_MS / 1000} s: see which one in pg_stat_activity (application oncall-migrate), then start again.`,
      { cause: thrown },
    );
  }
  return new AppError(
    "bug",
    `A migration failed and was rolled back; the database is as before: ${thrown.message}`,
    {
      cause: thrown,
    },
  );
}

type MigrationLogger = Record<"debug" | "info" | "warn" | "error", (message: string) => void>;

/** The library prints each statement; ours is one line when something was applied, the rest at debug. */
function quiet(logger: Logger | undefined): MigrationLogger {
  const debug = (message: string): void => logger?.debug({ detail: message }, "migration");
  return {
    debug,
    info: debug,
    warn: (message) => logger?.warn({ detail: message }, "migration"),
    error: debug,
  };
}
