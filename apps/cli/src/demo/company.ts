import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Api, startApi } from "@oncall/api";
import { AppError, type Clock } from "@oncall/core";
import {
  type Config,
  createClosers,
  createDatabase,
  createLogger,
  createQueue,
  dropDatabase,
  type Logger,
  loadConfig,
  migrate,
  Secret,
  startEmbeddedPostgres,
} from "@oncall/platform";
import { type Sandbox, type Scenario, startSandbox, startScriptedModel } from "@oncall/sandbox";
import { startWorker } from "@oncall/worker";
import { createRemote, type Remote } from "../remote.ts";
import { version } from "../version.ts";

export interface CompanyOptions {
  readonly scenario: string | Scenario;
  readonly seed: number;
  /** Any free port instead of PORT. */
  readonly freePort: boolean;
  /** Answer for the model by a script, over HTTP, and say so. */
  readonly scriptedModel: boolean;
  /** Asks the model at this address, with a key that means nothing. */
  readonly modelUrl?: string;
  /** False: no model is asked, whatever the environment configures. */
  readonly useModel?: boolean;
  /** A migrated database, and its server, to copy for this company; else one is made from nothing. */
  readonly database?: TemplateDatabase;
  /** Time at the company and in the product's domain; default the wall's. */
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** What the first look may take instead of what is configured, even longer than that could be. */
  readonly firstLookBudgetMs?: number;
  readonly tell: (line: string) => void;
}

export interface TemplateDatabase {
  readonly serverUrl: string;
  readonly template: string;
}

/** The product, running in this process, beside the practice company it looks after. */
export interface Company {
  readonly sandbox: Sandbox;
  readonly api: Api;
  readonly remote: Remote;
  readonly token: string;
  readonly databaseUrl: string;
  /** Values of the environment that nobody outside may see. */
  readonly secrets: readonly string[];
  /** Whether a diagnosis is to be expected. */
  readonly hasModel: boolean;
  close(): Promise<void>;
}

const CATALOG_TIMEOUT_MS = 30_000;

/** Starts both on a fresh database and lets the service teams push their service.yaml files. */
export async function openCompany(options: CompanyOptions): Promise<Company> {
  const { tell, clock } = options;
  const logger = options.logger ?? createLogger({ level: logLevel(), destination: "stderr", pretty: true });
  const closers = createClosers({ logger, stepTimeoutMs: 30_000 });
  try {
    const secrets = { slackSigningSecret: randomHex(), githubWebhookSecret: randomHex() };
    const sandbox = await startSandbox({
      scenario: options.scenario,
      seed: options.seed,
      now: clock,
      ...secrets,
    });
    closers.add("sandbox", () => sandbox.close());
    const env = await environment(sandbox, options, closers.add);
    const databaseUrl = options.database
      ? await copiedDatabase(options.database, closers.add)
      : await freshDatabase(env.DATABASE_URL, logger, closers.add);

    const token = env.ONCALL_TOKEN ?? `oncall_${randomHex()}`;
    const read = loadConfig({ env });
    const config: Config = {
      ...read,
      token: new Secret(token),
      http: { ...read.http, port: options.freePort ? 0 : read.http.port },
      worker: {
        ...read.worker,
        firstLookBudgetMs: options.firstLookBudgetMs ?? read.worker.firstLookBudgetMs,
      },
    };
    await useOwnQueue(config, databaseUrl, logger, closers.add);
    const common = { databaseUrl, logger, clock };
    const api = await startApi({ ...common, config, version }).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== "EADDRINUSE") throw error;
      tell(`Port ${config.http.port} is taken; using a free one.`);
      return startApi({ ...common, config: { ...config, http: { ...config.http, port: 0 } }, version });
    });
    closers.add("api", () => api.close());
    const worker = await startWorker({
      ...common,
      config: { ...config, http: { ...config.http, publicUrl: api.url } },
    });
    closers.add("worker", () => worker.close());

    const remote = createRemote(api.url, token);
    await pushCatalog(sandbox, api.url, remote, tell);
    const { apiKey } = config.model;
    return {
      sandbox,
      api,
      remote,
      token,
      databaseUrl,
      secrets: Object.entries({ ...env, ...secrets, token })
        .filter(([name]) => /TOKEN|SECRET|_KEY|DATABASE_URL/i.test(name))
        .flatMap(([, value]) => (value ? [value] : [])),
      hasModel: apiKey !== undefined,
      close: () => closers.closeAll(),
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

type AddCloser = (name: string, close: () => Promise<void>) => void;

/** What a practice run takes from outside; anything else might lead it to somebody's real backends. */
const ambient = [
  "DATABASE_URL",
  "REDIS_URL",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "ANTHROPIC_MODEL",
  "ANTHROPIC_SMALL_MODEL",
  "ANTHROPIC_SPECIALIST_MODEL",
  "MODEL_EFFORT",
  "MODEL_PRICES",
  "MODEL_WINDOW_TOKENS",
  "ONCALL_TOKEN",
  "ONCALL_DATA_DIR",
  "HOST",
  "PORT",
  "WORKER_CONCURRENCY",
  "FIRST_LOOK_BUDGET_MS",
];

/** This process's environment with the company's addresses; the model's only when one is really configured. */
async function environment(
  sandbox: Sandbox,
  options: CompanyOptions,
  add: AddCloser,
): Promise<Record<string, string | undefined>> {
  // A queue of its own: whatever else uses that Redis keeps its jobs.
  const own = { QUEUE_PREFIX: `oncall-demo-${randomHex().slice(0, 8)}` };
  // The company's backends compute their answers in this very process, slower than real ones would give them.
  const patience = { FIRST_LOOK_BUDGET_MS: "5000" };
  const env: Record<string, string | undefined> = {
    ...patience,
    ...Object.fromEntries(
      ambient.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
    ),
    ...sandbox.environment(),
    ...own,
  };
  if (options.useModel === false)
    return { ...env, ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: undefined };
  if (options.modelUrl !== undefined)
    return { ...env, ANTHROPIC_BASE_URL: options.modelUrl, ANTHROPIC_API_KEY: `sk-ant-${randomHex()}` };
  if (options.scriptedModel) {
    const model = await startScriptedModel({ script: "echo-first-look" });
    add("scripted model", () => model.close());
    options.tell(
      "The model is a scripted stand-in: it repeats the first look and proves nothing about a real model.",
    );
    return {
      ...env,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "scripted",
      ANTHROPIC_MODEL: "scripted-stand-in",
    };
  }
  // A gateway on another address may need no key; the SDK insists on one.
  if (env.ANTHROPIC_BASE_URL && !env.ANTHROPIC_API_KEY) return { ...env, ANTHROPIC_API_KEY: "none" };
  return env;
}

/** Redis, where it is used, is left as it was found. */
async function useOwnQueue(
  { queue: { redisUrl, prefix } }: Config,
  databaseUrl: string,
  logger: Logger,
  add: AddCloser,
): Promise<void> {
  if (redisUrl === undefined) return;
  const queue = await createQueue({ redisUrl: redisUrl.reveal(), databaseUrl, prefix, logger });
  add("queue", async () => {
    await queue.destroy();
    await queue.close();
  });
}

/** A database that nobody used before: on DATABASE_URL's server, or an embedded one in a folder of its own. */
async function freshDatabase(serverUrl: string | undefined, logger: Logger, add: AddCloser): Promise<string> {
  let url: string;
  if (serverUrl) {
    const name = `oncall_demo_${randomHex().slice(0, 12)}`;
    url = await createDatabase(serverUrl, name);
    add("database", () => dropDatabase(serverUrl, name));
  } else {
    const dataDir = await mkdtemp(join(tmpdir(), "oncall-demo-"));
    add("data folder", () => rm(dataDir, { recursive: true, force: true }));
    const embedded = await startEmbeddedPostgres({ dataDir, durable: false, logger });
    add("embedded postgres", () => embedded.stop());
    url = embedded.url;
  }
  await migrate(url, { logger });
  return url;
}

async function copiedDatabase({ serverUrl, template }: TemplateDatabase, add: AddCloser): Promise<string> {
  const name = `${template}_${randomHex().slice(0, 12)}`;
  const url = await createDatabase(serverUrl, name, { template });
  add("database", () => dropDatabase(serverUrl, name));
  return url;
}

/** The only way a service gets into the catalog: a signed push from GitHub. */
async function pushCatalog(
  sandbox: Sandbox,
  url: string,
  remote: Remote,
  tell: CompanyOptions["tell"],
): Promise<void> {
  const deliveries = await sandbox.pushCatalog(url);
  const refused = deliveries.filter(({ status }) => status !== 202);
  if (refused.length > 0) throw new AppError("bug", `The API refused pushes: ${JSON.stringify(refused)}`);
  const deadline = Date.now() + CATALOG_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { syncs } = (await remote.get("/api/catalog/syncs")) as { syncs: { outcome: string }[] };
    if (syncs.length >= deliveries.length) {
      tell(
        `Catalog: ${deliveries.length} signed GitHub pushes, ${syncs.filter(({ outcome }) => outcome === "synced").length} synced.`,
      );
      return;
    }
    await delay(25);
  }
  throw new AppError(
    "unavailable",
    `The catalog was not synced within ${CATALOG_TIMEOUT_MS / 1000} s; run again with LOG_LEVEL=debug.`,
  );
}

function logLevel() {
  const asked = process.env.LOG_LEVEL;
  return asked === "debug" || asked === "info" || asked === "trace" ? asked : "error";
}

function randomHex(): string {
  return randomBytes(16).toString("hex");
}
