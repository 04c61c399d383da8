import { AppError, storable } from "@oncall/core";
import postgres from "postgres";
import { within } from "./shutdown.ts";

/** A pool of connections, called as a template tag; parameters are always bound, never spliced. */
export type Sql = postgres.Sql;

export interface ConnectOptions {
  /** Most connections held at once; default 10. */
  readonly max?: number;
  /** Shown in pg_stat_activity; default `oncall`. */
  readonly applicationName?: string;
  /** The server cancels a statement that runs longer; default 30 000 ms. */
  readonly statementTimeoutMs?: number;
}

/**
 * A pool on one database. Connects on first use, within 10 s; end it with `sql.end({ timeout: 5 })`.
 * https://github.com/porsager/postgres
 */
export function connect(url: string, options: ConnectOptions = {}): Sql {
  return postgres(url, {
    max: options.max ?? 10,
    connect_timeout: 10,
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    onnotice: () => undefined,
    connection: {
      application_name: options.applicationName ?? "oncall",
      statement_timeout: options.statementTimeoutMs ?? 30_000,
      // A transaction left open by a stuck process must not hold its locks for ever.
      idle_in_transaction_session_timeout: 60_000,
    },
  });
}

/** A JSON parameter for a jsonb column, whatever texts from outside it holds. */
export function jsonb(sql: Sql, value: unknown): postgres.Parameter {
  return sql.json(storable(value));
}

/** The same server and credentials, another database. */
export function withDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${encodeURIComponent(name)}`;
  return target.href;
}

/** Creates a database and answers its url; `template` is copied, schema and rows, and must have no connections. */
export async function createDatabase(
  adminUrl: string,
  name: string,
  options: { readonly template?: string } = {},
): Promise<string> {
  await administer(adminUrl, async (sql) => {
    const template = options.template === undefined ? sql`` : sql`template ${sql(options.template)}`;
    await sql`create database ${sql(name)} ${template}`;
  });
  return withDatabase(adminUrl, name);
}

/** Drops a database and whoever is connected to it; one that is gone already is fine. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await administer(adminUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
}

async function administer(adminUrl: string, run: (sql: Sql) => Promise<unknown>): Promise<void> {
  const sql = connect(adminUrl, { max: 1, applicationName: "oncall-admin" });
  try {
    await run(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

// Connection, serialization failure, deadlock, lock or statement timeout, too many connections, shutdown, failover.
const passingStates =
  /^(?:08...|40001|40P01|55P03|53300|57P0[123]|57014|25006|CONNECT(?:ION)?_\w+|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;

/** Whether a failure is of the database or the way to it, and may be gone at the next attempt. */
export function isPassingDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === "string" && passingStates.test(code);
}

/** Resolves when the database answers within `timeoutMs`; else throws `unavailable` that says what to check. */
export async function pingDatabase(sql: Sql, timeoutMs = 2_000): Promise<void> {
  const query = sql`select 1`;
  try {
    await within(timeoutMs, query);
  } catch (cause) {
    query.cancel();
    throw new AppError("unavailable", "Postgres does not answer: check DATABASE_URL and that it runs.", {
      cause,
    });
  }
}
