import { execFile, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { AppError } from "@oncall/core";
import type { RunAs } from "./postgres-binaries.ts";

const INITDB_TIMEOUT_MS = 60_000;
const MAX_LOG_BYTES = 5 * 1024 * 1024;

/** Nothing of our environment (secrets, PG* variables) reaches the database; UTC spares initdb a search. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return { PATH, SystemRoot, TEMP, LC_ALL: "C", TZ: "UTC" };
}

/** Runs a program of Postgres to its end; throws `unavailable` with what it said. */
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  runAs?: RunAs,
): Promise<void> {
  try {
    await promisify(execFile)(program, [...args], {
      cwd,
      env: environment(),
      timeout: INITDB_TIMEOUT_MS,
      maxBuffer: 1024 * 1024,
      ...runAs,
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split("\n").slice(-5).join(" ") ?? "";
    throw new AppError(
      "unavailable",
      `The embedded Postgres could not be set up: ${said || String(cause)}. Set DATABASE_URL to use another one.`,
      { cause },
    );
  }
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
}

/**
 * Starts the server in a process group of its own, so that Ctrl-C reaches us and not it, writing to a file:
 * a pipe would break when we are killed, and it must go on then.
 */
export async function startServer(options: {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly runAs: RunAs | undefined;
}): Promise<ServerProcess> {
  const log = await open(options.logFile, "a", 0o600);
  try {
    if ((await log.stat()).size > MAX_LOG_BYTES) await log.truncate();
    const child = spawn(options.program, options.args, {
      cwd: options.cwd,
      env: environment(),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      ...options.runAs,
    });
    let over = false;
    const ended = new Promise<void>((resolve) => {
      const finish = (): void => {
        over = true;
        resolve();
      };
      child.once("exit", finish);
      child.once("error", finish);
    });
    child.unref();
    return { pid: child.pid ?? -1, ended, hasEnded: () => over };
  } finally {
    await log.close();
  }
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/**
 * What `postmaster.pid` says of a server that lives, whoever started it; undefined when there is none. Line 1
 * is the pid, line 4 the port, line 8 the state.
 * https://www.postgresql.org/docs/18/storage-file-layout.html
 */
export async function readPostmaster(pidFile: string): Promise<RunningServer | undefined> {
  const lines = (await readFile(pidFile, "utf8").catch(() => "")).split("\n");
  const pid = Number.parseInt(lines[0] ?? "", 10);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isPostgres(pid))) return undefined;
  return { pid, port: Number.parseInt(lines[3] ?? "", 10) || 0, ready: lines[7]?.trim() === "ready" };
}

/** Alive, and not another program that was given the pid of a dead server. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => undefined);
  return name === undefined ? process.platform !== "linux" : name.startsWith("postgres");
}

/** `preferred` when nothing listens on it, so that a restarted server is found where it was; else any free port. */
export async function freePort(preferred = 0): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (preferred === 0) reject(error);
      else freePort().then(resolve, reject);
    });
    server.listen(preferred, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
