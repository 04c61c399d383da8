import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { formatValue } from "./literals.ts";
import type { SeriesSource } from "./series.ts";

const run = promisify(execFile);
const BACKFILL_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

export interface RealPrometheus {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's Prometheus 2.42 on a free loopback port over a temporary folder that holds the source's
 * samples between the two times. Fails, naming the package, when `prometheus` or `promtool` is not on PATH.
 */
export async function startRealPrometheus(
  source: SeriesSource,
  fromMs: number,
  toMs: number,
): Promise<RealPrometheus> {
  await requireBinaries();
  const folder = await mkdtemp(join(tmpdir(), "real-prometheus-"));
  await writeFile(join(folder, "history.om"), openMetrics(source, fromMs, toMs));
  await writeFile(join(folder, "prometheus.yml"), "global: {}\n");
  const data = join(folder, "data");
  const backfill = ["tsdb", "create-blocks-from", "openmetrics", join(folder, "history.om"), data];
  await run("promtool", backfill, { timeout: BACKFILL_TIMEOUT_MS });

  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${data}`,
      // The history may lie years back; without this it would be deleted at start.
      "--storage.tsdb.retention.time=10y",
      `--web.listen-address=${url.replace("http://", "")}`,
    ],
    { stdio: "ignore" },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url, stop };
}

async function requireBinaries(): Promise<void> {
  try {
    await run("prometheus", ["--version"]);
    await run("promtool", ["--version"]);
  } catch (cause) {
    throw new Error("prometheus and promtool are needed on PATH: apt-get install -y prometheus", { cause });
  }
}

function openMetrics(source: SeriesSource, fromMs: number, toMs: number): string {
  const lines: string[] = [];
  for (const { labels, at } of source.series()) {
    const { __name__: name, ...rest } = labels;
    const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    for (let ms = fromMs; ms <= toMs; ms += source.scrapeIntervalMs) {
      const value = at(ms);
      if (value !== undefined) lines.push(`${name}{${pairs.join(",")}} ${formatValue(value)} ${ms / 1000}`);
    }
  }
  return `${lines.join("\n")}\n# EOF\n`;
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
    const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`Prometheus at ${url} was not ready within ${READY_TIMEOUT_MS / 1000} s`);
}
