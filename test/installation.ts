import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createTestDatabase, type TestDatabase } from "../packages/platform/src/testing.ts";
import { type Sandbox, startSandbox } from "../packages/sandbox/src/index.ts";

const oncall = fileURLToPath(new URL("../apps/cli/bin/oncall.js", import.meta.url));

/** The product as it is installed: processes of their own on a database and a practice company, spoken to over HTTP. */
export interface Installation {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly token: string;
  /** The environment of its processes; change it before starting one. */
  readonly env: Record<string, string>;
  /** `oncall api`; resolves when it listens. */
  startApi(): Promise<ApiProcess>;
  /** `oncall worker`; resolves when it takes jobs. */
  startWorker(): Promise<Process>;
  close(): Promise<void>;
}

export interface Process {
  /** SIGKILL: no time to say goodbye. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
}

export interface ApiProcess extends Process {
  readonly url: string;
  get(path: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface InstallationOptions {
  readonly scenario?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const START_TIMEOUT_MS = 30_000;

export async function install({
  scenario = "acme-01",
  env: extra = {},
}: InstallationOptions = {}): Promise<Installation> {
  const secrets = {
    slackSigningSecret: randomBytes(16).toString("hex"),
    githubWebhookSecret: randomBytes(16).toString("hex"),
  };
  const sandbox = await startSandbox({ scenario, ...secrets });
  const database = await createTestDatabase();
  const token = `oncall_${randomBytes(16).toString("hex")}`;
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    ...(process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {}),
    ...sandbox.environment(),
    DATABASE_URL: database.url,
    QUEUE_PREFIX: `test-${randomBytes(5).toString("hex")}`,
    ONCALL_TOKEN: token,
    PORT: "0",
    LOG_LEVEL: "info",
    // A machine that runs several test files at once is slower than production; what is tested is the answer.
    FIRST_LOOK_BUDGET_MS: "5000",
    // It depends on how fast the machine is whether there is anything to show.
    SLACK_PROGRESS_SECONDS: "0",
    ...extra,
  };
  const running = new Set<ChildProcess>();

  async function start(
    command: string,
    ready: string,
  ): Promise<{ process: Process; line: Record<string, unknown> }> {
    const child = spawn(process.execPath, [oncall, command], { env, stdio: ["ignore", "pipe", "inherit"] });
    running.add(child);
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    void ended.then(() => running.delete(child));
    const line = await readyLine(child, ready);
    const end = (signal: NodeJS.Signals) => async () => {
      child.kill(signal);
      return await ended;
    };
    const kill = end("SIGKILL");
    return { process: { kill: async () => void (await kill()), stop: end("SIGTERM") }, line };
  }

  return {
    sandbox,
    database,
    token,
    env,
    async startApi() {
      const { process: api, line } = await start("api", "api listens");
      const url = String(line.url);
      return {
        ...api,
        url,
        async get(path) {
          const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } });
          return { status: response.status, body: (await response.json()) as Record<string, unknown> };
        },
      };
    },
    startWorker: async () => (await start("worker", "worker takes jobs")).process,
    async close() {
      for (const child of running) child.kill("SIGKILL");
      await sandbox.close();
      await database.drop();
    },
  };
}

/** The log line with that message; a process that ends or stays silent instead is an error with what it said. */
function readyLine(child: ChildProcess, message: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(
      () => reject(new Error(`not ready within ${START_TIMEOUT_MS} ms:\n${said}`)),
      START_TIMEOUT_MS,
    );
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it was ready:\n${said}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-20_000);
      const line = said.split("\n").find((text) => text.includes(`"msg":"${message}"`));
      if (line === undefined) return;
      clearTimeout(timer);
      resolve(JSON.parse(line));
    });
  });
}

/** Pushes Acme's catalog by signed webhooks and waits until a worker has synced it. */
export async function syncCatalog({ sandbox, database }: Installation, apiUrl: string): Promise<void> {
  const deliveries = await sandbox.pushCatalog(apiUrl);
  const refused = deliveries.filter(({ status }) => status !== 202);
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  await eventually("the catalog", async () => {
    const [row] = await database.sql`select count(*)::int as n from catalog_syncs where outcome = 'synced'`;
    return row?.n === deliveries.length ? true : undefined;
  });
}

/** What `find` returns as soon as that is not undefined. */
export async function eventually<T>(
  what: string,
  find: () => Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`);
}
