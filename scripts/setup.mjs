// Everything a fresh clone needs before a command can run: dependencies and the build. Node's own modules only,
// because nothing else is installed yet. All output goes to standard error: standard output is the command's.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** Installs when the lock file or a manifest has changed since the last time. */
function install() {
  const stamp = join(root, "node_modules", ".oncall-installed");
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing dependencies (once)…");
  const has = spawnSync("pnpm", ["--version"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const own = has.status === 0 && has.stdout.trim().startsWith("10.");
  const [command, before] = own ? ["pnpm", []] : ["npx", ["--yes", PNPM]];
  run(command, [...before, "install", "--frozen-lockfile", "--reporter=append-only"]);
  writeFileSync(stamp, wanted);
}

function fingerprint() {
  const manifests = ["apps", "packages"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, "package.json")),
  );
  const hash = createHash("sha256");
  for (const file of [
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "bench/package.json",
    ...manifests,
  ]) {
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
