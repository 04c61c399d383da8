import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@oncall/core";
import { connect, createDatabase, withDatabase } from "./database.ts";
import type { Logger } from "./logger.ts";
import { findPostgres, type RunAs } from "./postgres-binaries.ts";
import { clusterUrl, initialiseCluster, type PostgresHome, preparePostgresHome } from "./postgres-home.ts";
import { freePort, readPostmaster, type ServerProcess, startServer } from "./postgres-process.ts";
import { within } from "./shutdown.ts";

export interface EmbeddedPostgresOptions {
  /** The cluster lives in `<dataDir>/postgres` and is kept. */
  readonly dataDir: string;
  /** False for demos and tests: a crash of the machine may lose the last commits, never the consistency. */
  readonly durable: boolean;
  readonly logger?: Logger;
}

export interface EmbeddedPostgres {
  /** Database `oncall`, user `postgres`, on 127.0.0.1 only. */
  readonly url: string;
  /** Whether the server ran already: another process's, or one that outlived its own. */
  readonly reused: boolean;
  /** Stops the server when this process started it; waits for it, 20 s at most. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const MAX_STARTS = 5;
const DATABASE = "oncall";

/**
 * A real Postgres without an installation: made on first use, found again afterwards, shared by processes
 * on the same folder. Throws `not_configured` when the binaries are not installed, `unavailable` when the
 * server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, durable, logger } = options;
  const runAs: RunAs | undefined = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  const home = await preparePostgresHome(dataDir, runAs, logger);
  const native = await findPostgres(path.dirname(home.folder), runAs);
  await initialiseCluster(home, native, runAs);

  let own: ServerProcess | undefined;
  let starts = 0;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const server = await readPostmaster(path.join(home.cluster, "postmaster.pid"));
    if (server?.ready === true) {
      const url = await openDatabase(home, server.port);
      if (url !== undefined) {
        await writeFile(portFile(home), String(server.port));
        const mine = own !== undefined && own.pid === server.pid ? own : undefined;
        logger?.debug(
          { port: server.port, pid: server.pid, reused: mine === undefined },
          "embedded postgres is up",
        );
        return { url, reused: mine === undefined, stop: () => stop(mine, home) };
      }
    }
    // None runs, or ours lost against another process's: Postgres itself lets only one have the folder.
    if (server === undefined && (own === undefined || own.hasEnded())) {
      if (starts === MAX_STARTS) break;
      if (starts++ > 0) await delay(100);
      own = await startServer({
        program: path.join(native, "bin", "postgres"),
        args: serverArguments(home, await freePort(await previousPort(home)), durable),
        cwd: home.folder,
        logFile: home.log,
        runAs,
      });
    }
    await delay(10);
  }
  await stop(own, home);
  throw new AppError(
    "unavailable",
    `The embedded Postgres does not start: ${await lastLines(home.log)} See ${home.log}, or set DATABASE_URL.`,
  );
}

/** The url once the server really answers with our password, its database made when missing. */
async function openDatabase(home: PostgresHome, port: number): Promise<string | undefined> {
  const admin = await clusterUrl(home, port, "postgres");
  const sql = connect(admin, { max: 1, applicationName: "oncall-launcher" });
  try {
    const found = await sql`select 1 from pg_database where datname = ${DATABASE}`;
    if (found.length === 0) await createDatabase(admin, DATABASE).catch(ignoreExisting);
    return withDatabase(admin, DATABASE);
  } catch {
    return undefined;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function ignoreExisting(error: unknown): void {
  // duplicate_database, or unique_violation when two create it in the same instant
  if (!["42P04", "23505"].includes(String((error as { code?: unknown }).code))) throw error;
}

function serverArguments(home: PostgresHome, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    log_min_messages: "warning",
    log_timezone: "UTC",
    timezone: "UTC",
    ...(durable ? {} : { synchronous_commit: "off" }),
  };
  return [
    "-D",
    home.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** SIGINT asks for a fast, clean shutdown; SIGQUIT, after 10 s, for an immediate one that recovers at the next start. */
async function stop(own: ServerProcess | undefined, home: PostgresHome): Promise<void> {
  if (own === undefined || own.hasEnded()) return;
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    try {
      process.kill(own.pid, signal);
    } catch {
      return;
    }
    const ended = await within(10_000, own.ended).then(
      () => true,
      () => false,
    );
    if (ended) return;
  }
  throw new AppError("unavailable", `The embedded Postgres (pid ${own.pid}) does not stop. See ${home.log}.`);
}

const portFile = (home: PostgresHome): string => path.join(home.folder, "port");

/** The port of the last run: whoever still holds the url finds the server again. */
async function previousPort(home: PostgresHome): Promise<number> {
  return Number.parseInt(await readFile(portFile(home), "utf8").catch(() => "0"), 10) || 0;
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-3).join(" ");
}
