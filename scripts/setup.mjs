// Everything a fresh clone needs before a command can run: dependencies and the build. Node's own modules only,
// because nothing else is installed yet. All output goes to standard error: standard output is the command's.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { firstMissing, workspaceFolders } from "./installed.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PNPM = "pnpm@10.34.9";
const NODE_AT_LEAST = [20, 20, 2];

export function setUp() {
  checkNode();
  install();
  build();
}

function checkNode() {
  const version = process.versions.node.split(".").map(Number);
  const at = NODE_AT_LEAST.findIndex((part, index) => part !== version[index]);
  if (at >= 0 && version[at] < NODE_AT_LEAST[at]) {
    console.error(`Node ${NODE_AT_LEAST.join(".")} or newer is needed; this is ${process.versions.node}.`);
    process.exit(2);
  }
}

/** Installs when the lock file or a manifest has changed since the last time, or when something is missing. */
function install() {
  const stamp = join(root, "node_modules", ".oncall-installed");
  const store = join(root, "node_modules", ".pnpm");
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    // Whoever installed or removed something since has to have left all of it.
    const direct = statSync(store, { throwIfNoEntry: false })?.mtimeMs <= statSync(stamp).mtimeMs;
    const missing = firstMissing(root, { direct });
    if (missing === null) return direct ? undefined : writeFileSync(stamp, wanted);
    console.error(`The installation is broken: ${missing}, is not there.`);
  }
  // Until all is there nothing says so.
  rmSync(stamp, { force: true });
  console.error("Installing dependencies (once)…");
  const has = spawnSync("pnpm", ["--version"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const own = has.status === 0 && has.stdout.trim().startsWith("10.");
  const [command, before] = own ? ["pnpm", []] : ["npx", ["--yes", PNPM]];
  let missing = null;
  for (let tries = 0; tries < 2; tries++) {
    run(command, [...before, "install", "--frozen-lockfile", "--reporter=append-only"]);
    missing = firstMissing(root);
    if (missing === null) return writeFileSync(stamp, wanted);
    // Its own record of what it installed is what pnpm believes, so it would mend nothing.
    rmSync(join(store, "lock.yaml"), { force: true });
  }
  console.error(
    `The installation is not whole: ${missing}, is not there. Remove node_modules and start again.`,
  );
  process.exit(1);
}

function fingerprint() {
  const manifests = workspaceFolders(root).map((folder) => join(relative(root, folder), "package.json"));
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function build() {
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);
}

/** Runs to the end with its output on standard error; a failure ends this process with its code. */
function run(command, args) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.error) console.error(`${command} could not be started: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}
