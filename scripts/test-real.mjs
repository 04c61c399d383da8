// `pnpm test:real`: the suite on a real PostgreSQL and a real Redis, and beside it the tests that only real
// servers can answer. DATABASE_URL and REDIS_URL name servers that run; without them the installed programs are
// started here on free ports, and stopped again. What is missing fails the run and names its Debian package.
import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { setUp } from "./setup.mjs";
import { closingLine, runSuite } from "./test.mjs";

/** What the suite needs, and the Debian package that brings it. */
const programs = {
  postgres: "postgresql",
  initdb: "postgresql",
  "redis-server": "redis-server",
  prometheus: "prometheus",
  promtool: "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
  chromium: "chromium",
  kubectl: "kubernetes-client",
};
const NOBODY = 65534;

setUp();
const found = locate();
const stops = [];
let result = { code: 1, counts: { passed: 0, failed: 1, skipped: 0 } };
try {
  const env = { ...process.env };
  env.DATABASE_URL ||= await startPostgres();
  env.REDIS_URL ||= await startRedis();
  env.PATH = [...new Set(Object.values(found).map((path) => join(path, "..")))]
    .concat(env.PATH ?? "")
    .join(delimiter);
  result = runSuite({ config: "vitest.real.config.ts", args: process.argv.slice(2), env });
} finally {
  for (const stop of stops.reverse()) await stop();
}
console.log(closingLine(result.counts));
process.exit(result.code);

/** Where each program is; Debian keeps Postgres outside the PATH. */
function locate() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
  ];
  const paths = {};
  const missing = new Set();
  for (const [program, aptPackage] of Object.entries(programs)) {
    const folder = folders.find((candidate) => existsSync(join(candidate, program)));
    if (folder) paths[program] = join(folder, program);
    else missing.add(aptPackage);
  }
  if (missing.size > 0) {
    console.error(`test:real needs real servers. Missing: apt-get install ${[...missing].join(" ")}`);
    console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
    process.exit(1);
  }
  return paths;
}

async function startPostgres() {
  const folder = temporary("oncall-real-postgres-");
  const port = await freePort();
  // Postgres refuses to run as root.
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (asNobody.uid) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const made = spawnSync(
    found.initdb,
    ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C"],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"], ...asNobody },
  );
  if (made.status !== 0) throw new Error("initdb failed");
  const settings = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "unix_socket_directories=",
    "-c",
    "max_connections=300",
    "-c",
    "log_min_messages=fatal",
  ];
  start(
    found.postgres,
    ["-D", data, "-p", String(port), ...settings],
    { cwd: folder, ...asNobody },
    "SIGINT",
  );
  await answers(port);
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function startRedis() {
  const folder = temporary("oncall-real-redis-");
  const port = await freePort();
  start(
    found["redis-server"],
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--maxmemory-policy", "noeviction"],
    { cwd: folder },
    "SIGTERM",
  );
  await answers(port);
  return `redis://127.0.0.1:${port}`;
}

function start(command, args, options, stopSignal) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  stops.push(async () => {
    child.kill(stopSignal);
    await Promise.race([ended, delay(15_000)]);
  });
}

function temporary(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something listens on the port, ten seconds at most. */
async function answers(port) {
  const { connect } = await import("node:net");
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.once("connect", () => socket.end());
    });
    if (open) return delay(200);
    await delay(50);
  }
  throw new Error(`nothing answers on port ${port}`);
}
