import { createHash, randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "@oncall/core";
import type { Logger } from "./logger.ts";
import { canTraverse, type RunAs } from "./postgres-binaries.ts";
import { run } from "./postgres-process.ts";

/** Where one embedded cluster lives. */
export interface PostgresHome {
  readonly folder: string;
  /** PGDATA. */
  readonly cluster: string;
  readonly log: string;
}

const passwordFile = "oncall-password";

/**
 * The folder of the cluster for `dataDir`, owned by the user it runs as. When that user cannot reach it
 * (root's checkout below a 0700 folder) it lies below `/var/lib`, or the temporary folder where that is
 * not writable, and the log says so.
 */
export async function preparePostgresHome(
  dataDir: string,
  runAs?: RunAs,
  logger?: Logger,
): Promise<PostgresHome> {
  const wanted = path.resolve(dataDir);
  let base = wanted;
  if (runAs !== undefined && !(await canTraverse(wanted, runAs))) {
    base = await elsewhere(wanted);
    logger?.warn({ dataDir: wanted, movedTo: base }, "data folder is not reachable for the database user");
  }
  await mkdir(base, { recursive: true, mode: 0o755 });
  const folder = path.join(base, "postgres");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
  return { folder, cluster: path.join(folder, "data"), log: path.join(folder, "server.log") };
}

/** Only root needs another place, so these are root's to write; one per data folder. */
async function elsewhere(dataDir: string): Promise<string> {
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  for (const parent of ["/var/lib/oncall-assistant", path.join(tmpdir(), "oncall-assistant")]) {
    try {
      await mkdir(parent, { recursive: true, mode: 0o755 });
      const { uid } = await stat(parent);
      // A folder somebody else prepared in a shared place is not ours to trust.
      if (uid !== 0) continue;
      await chmod(parent, 0o755);
      const folder = path.join(parent, name);
      await mkdir(folder, { recursive: true, mode: 0o755 });
      return folder;
    } catch {
      // The next place.
    }
  }
  throw new AppError(
    "not_configured",
    `The embedded Postgres cannot run below ${dataDir} as root: set ONCALL_DATA_DIR to a folder that other users may enter, or set DATABASE_URL.`,
  );
}

/**
 * Makes the cluster when there is none. It is made aside and renamed, so of several processes one wins, the
 * others use what it made, and a killed one leaves no half cluster.
 */
export async function initialiseCluster(home: PostgresHome, native: string, runAs?: RunAs): Promise<void> {
  if (await isFile(path.join(home.cluster, "PG_VERSION"))) return;
  const aside = path.join(home.folder, `new-${process.pid}-${randomBytes(4).toString("hex")}`);
  const secret = `${aside}.password`;
  try {
    await writeFile(secret, randomBytes(24).toString("base64url"), { mode: 0o600 });
    if (runAs !== undefined) await chown(secret, runAs.uid, runAs.gid);
    await run(path.join(native, "bin", "initdb"), initdbArguments(aside, secret), home.folder, runAs);
    await rename(secret, path.join(aside, passwordFile));
    await rename(aside, home.cluster).catch(async (error: unknown) => {
      if (!(await isFile(path.join(home.cluster, "PG_VERSION")))) throw error;
    });
  } finally {
    await rm(secret, { force: true });
    await rm(aside, { recursive: true, force: true });
  }
}

/** The url of the cluster's server at `port`, database `database`. */
export async function clusterUrl(home: PostgresHome, port: number, database: string): Promise<string> {
  const password = await readFile(path.join(home.cluster, passwordFile), "utf8");
  return `postgres://postgres:${encodeURIComponent(password.trim())}@127.0.0.1:${port}/${database}`;
}

function initdbArguments(cluster: string, passwordPath: string): string[] {
  return [
    `--pgdata=${cluster}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordPath}`,
    "--encoding=UTF8",
    // Postgres' own Unicode rules: the same everywhere, whatever locales the machine has.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
}
