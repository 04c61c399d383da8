import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

export interface RealServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface RealServerSettings {
  readonly command: string;
  /** Debian's package that brings the command. */
  readonly aptPackage: string;
  /** Command line for an address and a folder of its own, which `prepare` may fill first. */
  args(address: string, folder: string): string[];
  prepare?(folder: string): Promise<void>;
}

/** A server of another project on a free loopback port, over a temporary folder. Fails, naming the package, without it. */
export async function startRealServer(settings: RealServerSettings): Promise<RealServer> {
  const { command, aptPackage } = settings;
  try {
    await run(command, ["--version"]);
  } catch (cause) {
    throw new Error(`${command} is needed on PATH: apt-get install -y ${aptPackage}`, { cause });
  }
  const folder = await mkdtemp(join(tmpdir(), `real-${command}-`));
  await settings.prepare?.(folder);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(command, settings.args(address, folder), { stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  try {
    await untilReady(url);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} was not ready within ${READY_TIMEOUT_MS / 1_000} s`);
}
