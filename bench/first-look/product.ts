import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BackendsConfig, createBackends, createPool } from "@oncall/backends";
import { type Catalog, createCatalog } from "@oncall/catalog";
import { type Alert, createEvidenceStore, createPastIncidents, type FirstLook } from "@oncall/incidents";
import { parseAlert } from "@oncall/integrations";
import {
  type Closers,
  connect,
  createClosers,
  createDatabase,
  createLogger,
  dropDatabase,
  migrate,
  type Sql,
  startEmbeddedPostgres,
} from "@oncall/platform";
import { createRegistry } from "@oncall/tools";
import { firstLook } from "@oncall/triage";
import type { Started } from "./backends-protocol.ts";

export interface Look {
  readonly said: FirstLook;
  readonly wallMs: number;
  /** Of this process, which does the product's work and nothing else. */
  readonly cpuMs: number;
}

/** The product's own way from an alert to a first look. */
export interface Looker {
  readonly catalog: Catalog;
  /**
   * Looks with fresh clients, so that no answer of an earlier look is at hand. Its connections are those of the looks
   * before, as in a worker that had an alert within the last minute; `afresh`: it opens its own.
   */
  look(company: Started, now: Date, how?: { budgetMs?: number; afresh?: boolean }): Promise<Look>;
  close(): Promise<void>;
  /** Rows of the catalog that Postgres gave since this was asked last. */
  rowsRead(): number;
}

export interface Product {
  readonly sql: Sql;
  /** As a process that has just been started: it has not read the catalog yet. */
  start(): Looker;
  close(): Promise<void>;
}

/** Over a real Postgres, on `DATABASE_URL`'s server, else an embedded one. */
export async function openProduct(): Promise<Product> {
  const logger = createLogger({ level: "error", destination: "stderr" });
  const closers = createClosers({ logger, stepTimeoutMs: 30_000 });
  const url = await freshDatabase(closers);
  await migrate(url, { logger });
  const sql = connect(url, { applicationName: "oncall-bench" });
  closers.add("pool", () => sql.end({ timeout: 5 }));
  return { sql, start: () => createLooker(sql), close: () => closers.closeAll() };
}

function createLooker(sql: Sql): Looker {
  const counted = counting(sql);
  const catalog = createCatalog(counted.sql, { cacheMs: 100 });
  const evidence = createEvidenceStore(sql);
  const incidents = createPastIncidents(sql);
  const kept = createPool();
  return {
    catalog,
    rowsRead: counted.rows,
    close: () => kept.destroy(),
    async look(company, now, { budgetMs, afresh = false } = {}) {
      const { backends, close } = createBackends(settings(company.env), afresh ? {} : { pool: kept });
      const registry = createRegistry({
        deps: { ...backends, catalog, incidents },
        evidence,
        now: () => now,
      });
      const alert = alertOf(company, now);
      const started = performance.now();
      const cpu = process.cpuUsage();
      try {
        const said = await firstLook(
          { alert, question: null, target: null, startedAt: null },
          {
            catalog,
            call: (tool, input, options) =>
              registry.call(tool, input, { investigationId: "inv_bench", ...options }),
            now,
            ...(budgetMs === undefined ? {} : { budgetMs }),
            elapsed: () => performance.now() - started,
            signal: new AbortController().signal,
          },
        );
        const wallMs = performance.now() - started;
        const { user, system } = process.cpuUsage(cpu);
        return { said, wallMs, cpuMs: (user + system) / 1_000 };
      } finally {
        await close();
      }
    },
  };
}

/** The same pool, with every row counted that it gives. */
function counting(sql: Sql): { sql: Sql; rows: () => number } {
  let rows = 0;
  const counted = new Proxy(sql, {
    apply(target, self, args) {
      const query: unknown = Reflect.apply(target, self, args);
      if (query instanceof Promise) query.then((found) => (rows += found.length)).catch(() => undefined);
      return query;
    },
  });
  return {
    sql: counted,
    rows() {
      const since = rows;
      rows = 0;
      return since;
    },
  };
}

async function freshDatabase(closers: Closers): Promise<string> {
  const server = process.env.DATABASE_URL;
  if (server) {
    const name = `oncall_bench_${process.pid}`;
    const url = await createDatabase(server, name);
    closers.add("database", () => dropDatabase(server, name));
    return url;
  }
  const dataDir = await mkdtemp(join(tmpdir(), "oncall-bench-"));
  closers.add("data folder", () => rm(dataDir, { recursive: true, force: true }));
  const embedded = await startEmbeddedPostgres({ dataDir, durable: true });
  closers.add("embedded postgres", () => embedded.stop());
  return embedded.url;
}

function settings(env: Started["env"]): BackendsConfig {
  const of = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Error(`the backends give no ${name}`);
    return value;
  };
  return {
    prometheus: { url: of("PROMETHEUS_URL") },
    opensearch: { url: of("OPENSEARCH_URL") },
    kubernetes: {
      apiUrl: of("KUBERNETES_API_URL"),
      token: of("KUBERNETES_TOKEN"),
      cluster: of("KUBERNETES_CLUSTER"),
      kubeconfig: of("KUBECONFIG"),
    },
    argocd: { url: of("ARGOCD_URL"), token: of("ARGOCD_TOKEN") },
    github: { apiUrl: of("GITHUB_API_URL"), token: of("GITHUB_TOKEN") },
    awsHealth: {
      endpoint: of("AWS_ENDPOINT_URL_HEALTH"),
      accessKeyId: of("AWS_ACCESS_KEY_ID"),
      secretAccessKey: of("AWS_SECRET_ACCESS_KEY"),
    },
    handlerUrlAllow: of("HANDLER_URL_ALLOW").split(","),
  };
}

/** The scenario's message, read as Slack's would be. */
function alertOf({ alert }: Started, now: Date): Alert {
  const read = parseAlert(
    { ...alert, type: "message", subtype: "bot_message", bot_id: "B0", ts: "1.0" } as never,
    now.toISOString(),
  );
  if (read === null) throw new Error("the scenario's alert is not understood");
  return read;
}
