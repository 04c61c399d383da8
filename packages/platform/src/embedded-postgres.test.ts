import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, readFile, rm, stat, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "./database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { findPostgres, restoreLinks } from "./postgres-binaries.ts";

let dataDir: string;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "oncall-embedded-"));
  await chmod(dataDir, 0o755);
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  cleanups.push(() => server.stop());
  return server;
}

async function ask(url: string, query: string): Promise<unknown> {
  const sql = connect(url, { max: 1 });
  try {
    const [row] = await sql.unsafe(query);
    return row;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test("starts from nothing, keeps its data and its port over a restart", async () => {
  const first = await start();
  expect(first.reused).toBe(false);
  await ask(first.url, "create table kept as select 42 as answer");
  await first.stop();
  await expect(ask(first.url, "select 1")).rejects.toThrow();

  const second = await start();
  expect(second).toMatchObject({ reused: false, url: first.url });
  expect(await ask(second.url, "select answer from kept")).toEqual({ answer: 42 });
});

test("asks for a password that only its owner can read", async () => {
  const { url } = await start();
  const wrong = new URL(url);
  wrong.password = "guess";
  await expect(ask(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  const secret = await stat(path.join(dataDir, "postgres", "data", "oncall-password"));
  expect(secret.mode & 0o077).toBe(0);
});

test("two starts at once share one server", async () => {
  const [one, other] = await Promise.all([start(), start()]);
  expect(one.url).toBe(other.url);
  expect([one.reused, other.reused].sort()).toEqual([false, true]);
  expect(await ask(one.url, "select 1 as one")).toEqual({ one: 1 });
});

test("who found a server running does not stop it", async () => {
  const owner = await start();
  const guest = await start();
  expect(guest).toMatchObject({ reused: true, url: owner.url });
  await guest.stop();
  expect(await ask(owner.url, "select 1 as one")).toEqual({ one: 1 });
});

test("a server whose starter was killed is found and used again", async () => {
  const starter = await startInChild();
  starter.child.kill("SIGKILL");
  await once(starter.child, "exit");

  const orphan = await serverPid();
  cleanups.push(async () => {
    process.kill(orphan, "SIGINT");
    await expect.poll(() => isAlive(orphan), { timeout: 10_000 }).toBe(false);
  });
  const found = await start();
  expect(found).toMatchObject({ reused: true, url: starter.url });
  expect(await serverPid()).toBe(orphan);
  expect(await ask(found.url, "select 1 as one")).toEqual({ one: 1 });
});

test("a server that was killed itself leaves nothing that keeps the next from starting", async () => {
  const first = await start();
  const killed = await serverPid();
  process.kill(killed, "SIGKILL");
  await expect.poll(() => isAlive(killed)).toBe(false);
  const second = await start();
  expect(second.reused).toBe(false);
  expect(await ask(second.url, "select 1 as one")).toEqual({ one: 1 });
  await first.stop();
});

// Only root's server runs as another user.
if (process.getuid?.() === 0) {
  test("root's data below a closed folder is kept elsewhere", async () => {
    await chmod(dataDir, 0o700);
    const server = await start(path.join(dataDir, "checkout"));
    expect(await ask(server.url, "select 1 as one")).toEqual({ one: 1 });
    const moved = (await ask(server.url, "show data_directory")) as { data_directory: string };
    expect(moved.data_directory.startsWith(dataDir)).toBe(false);
    cleanups.unshift(() => rm(path.resolve(moved.data_directory, "../.."), { recursive: true, force: true }));
  });
}

test("restores the symbolic links that an installation without scripts lacks", async () => {
  const native = await findPostgres(dataDir);
  const [link] = JSON.parse(await readFile(path.join(native, "pg-symlinks.json"), "utf8")) as {
    target: string;
  }[];
  if (link === undefined) throw new Error("the package lists no links");
  const installed = path.join(dataDir, "installed");
  await cp(native, path.join(installed, "native"), { recursive: true, verbatimSymlinks: true });
  const broken = path.join(installed, link.target);
  await unlink(broken);

  await restoreLinks(path.join(installed, "native"));
  expect((await stat(broken)).isFile()).toBe(true);
});

async function serverPid(): Promise<number> {
  const text = await readFile(path.join(dataDir, "postgres", "data", "postmaster.pid"), "utf8");
  return Number.parseInt(text, 10);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A process of its own that starts the server and waits to be killed. */
async function startInChild(): Promise<{ child: ChildProcess; url: string }> {
  const built = new URL("../dist/index.js", import.meta.url).href;
  const program = `const { startEmbeddedPostgres } = await import(${JSON.stringify(built)});
    const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    process.send({ url });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  cleanups.push(async () => child.kill("SIGKILL"));
  const [message] = (await once(child, "message")) as [{ url: string }];
  return { child, url: message.url };
}
