import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Case, catalogContext } from "@oncall/agent";
import { createBackends } from "@oncall/backends";
import { createCatalog, syncPush } from "@oncall/catalog";
import { createEvidenceStore, createLedger, createStepStore, type EvidenceStore } from "@oncall/incidents";
import { parseAlert } from "@oncall/integrations";
import {
  connect,
  createClosers,
  createLogger,
  loadConfig,
  migrate,
  reveal,
  type Sql,
  startEmbeddedPostgres,
} from "@oncall/platform";
import { type Sandbox, startSandbox } from "@oncall/sandbox";
import { createRegistry, type Registry } from "@oncall/tools";
import { firstLook } from "@oncall/triage";

/** What a worker has when a first look is done: real backends, tools, stores in Postgres, and the incident. */
export interface Acme {
  readonly registry: Registry;
  readonly evidence: EvidenceStore;
  readonly steps: ReturnType<typeof createStepStore>;
  readonly ledger: ReturnType<typeof createLedger>;
  readonly now: Date;
  /** What the ledger says the model took in that investigation, milliseconds. */
  modelMs(investigationId: string): Promise<number>;
  /** Looks first, with evidence under that id, and answers what there is to diagnose. */
  look(investigationId: string): Promise<Case>;
  close(): Promise<void>;
}

/** The practice company with a scenario's fault, its catalog synced from its repositories. */
export async function openAcme(scenario: string): Promise<Acme> {
  const logger = createLogger({ level: "error", destination: "stderr" });
  const closers = createClosers({ logger });
  try {
    const sandbox = await startSandbox({
      scenario,
      slackSigningSecret: "bench",
      githubWebhookSecret: "bench",
    });
    closers.add("sandbox", () => sandbox.close());
    const dataDir = await mkdtemp(join(tmpdir(), "oncall-bench-"));
    closers.add("data folder", () => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dataDir, durable: true, logger });
    closers.add("postgres", () => postgres.stop());
    await migrate(postgres.url, { logger });
    const sql = connect(postgres.url, { applicationName: "oncall-bench" });
    closers.add("database", () => sql.end({ timeout: 5 }));

    const config = loadConfig({ env: sandbox.environment() });
    const { backends, close } = createBackends(
      { ...reveal(config.backends), github: reveal(config.github) },
      { logger },
    );
    closers.add("backends", close);
    const catalog = createCatalog(sql);
    await syncCatalog(sandbox, sql, backends.github);
    const evidence = createEvidenceStore(sql);
    const now = new Date();
    const registry = createRegistry({ deps: { ...backends, catalog }, evidence, now: () => now, logger });

    return {
      registry,
      evidence,
      steps: createStepStore(sql),
      ledger: createLedger(sql),
      now,
      async modelMs(investigationId) {
        const [row] =
          await sql`select sum(took_ms) as ms from model_calls where investigation_id = ${investigationId}`;
        return Number(row?.ms ?? Number.NaN);
      },
      async look(investigationId) {
        const { alert: message } = sandbox.scenario;
        const event = { type: "message", subtype: "bot_message", ts: "1.0", ...message };
        const alert = parseAlert(event, now.toISOString());
        if (alert === null) throw new Error(`the alert of ${scenario} is not understood`);
        const signal = AbortSignal.timeout(60_000);
        const started = performance.now();
        const look = await firstLook(
          { alert, question: null, target: null, startedAt: alert.startedAt ?? alert.receivedAt },
          {
            catalog,
            call: (tool, input, options) =>
              registry.call(tool, input, { investigationId, signal, ...options }),
            now,
            budgetMs: 10_000,
            signal,
            elapsed: () => performance.now() - started,
          },
        );
        return {
          incident: {
            id: "inc_bench",
            title: alert.name,
            service: look.service,
            startedAt: alert.startedAt ?? alert.receivedAt,
          },
          alert,
          question: null,
          firstLook: look,
          catalogContext: catalogContext(look.service === null ? null : await catalog.find(look.service)),
        };
      },
      close: () => closers.closeAll(),
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function syncCatalog(
  sandbox: Sandbox,
  sql: Sql,
  repository: Parameters<typeof syncPush>[1]["repository"] | undefined,
): Promise<void> {
  if (repository === undefined) throw new Error("the sandbox gives no GitHub");
  for (const { fullName, head } of sandbox.world.repositories.values()) {
    const commit = head();
    const push = {
      repository: fullName,
      repositoryId: null,
      defaultBranch: "main",
      ref: "refs/heads/main",
      before: "0".repeat(40),
      after: commit.sha,
      created: true,
      deleted: false,
      forced: false,
      pushedAt: null,
      headCommitAt: new Date(commit.atMs).toISOString(),
      changed: [{ added: Object.keys(commit.tree), modified: [], removed: [] }],
      complete: true,
    };
    const signal = AbortSignal.timeout(30_000);
    await syncPush(push, { sql, repository, now: () => new Date(), signal });
  }
}
