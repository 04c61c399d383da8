import {
  createModel,
  createModelGuard,
  listPrices,
  loadSpecialists,
  modelEndpoint,
  type Specialist,
} from "@oncall/agent";
import { createBackends } from "@oncall/backends";
import { createCatalog, type PushEvent } from "@oncall/catalog";
import { AppError, type Clock, wallClock } from "@oncall/core";
import {
  type ButtonRequest,
  createConversationStore,
  createEvidenceStore,
  createIncidentStore,
  createLedger,
  createModelHealthStore,
  createPastIncidents,
  createPostStore,
  createStepStore,
  createTurnStore,
  dropOldSteps,
  type InvestigateRequest,
  keepEvidencePartitions,
  type QuestionRequest,
  turnChannels,
} from "@oncall/incidents";
import {
  type Config,
  connect,
  createClosers,
  createInbox,
  createQueue,
  type Logger,
  listen,
  type RunningJob,
  reveal,
  startWorker as startQueueWorker,
  startSweeper,
} from "@oncall/platform";
import { createRegistry } from "@oncall/tools";
import { abandonQuestion, answerQuestion } from "./jobs/answer-question.ts";
import { investigate } from "./jobs/investigate.ts";
import { pressButton } from "./jobs/press-button.ts";
import { syncCatalog } from "./jobs/sync-catalog.ts";
import { startModelWatch } from "./model-watch.ts";

export interface WorkerOptions {
  readonly config: Config;
  /** A migrated database. */
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** The domain's time, for replay and scenarios only. */
  readonly clock?: Clock;
}

export interface Worker {
  /** Takes no more jobs, finishes or returns the running ones, closes what was opened. */
  close(): Promise<void>;
}

/** Evidence older than this is dropped with its month, and the agent's steps with it. */
const EVIDENCE_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A running first look is done within this; a running model call is given back to the queue and resumed. */
const SHUTDOWN_GRACE_MS = 5_000;
/** One look asks the catalog some twenty times within this; a sync is seen by the next. */
const CATALOG_CACHE_MS = 100;
/** To tell who asked that there is no answer. */
const ABANDON_TIMEOUT_MS = 30_000;
const SWEEP_INTERVAL_MS = 2_000;
/** Younger inbox rows are still in the hands of the edge that recorded them. */
const SWEEP_OLDER_THAN_SECONDS = 3;

/** Does the work: catalog syncs and investigations. One straight line; what is opened first is closed last. */
export async function startWorker({
  config,
  databaseUrl,
  logger,
  clock = wallClock,
}: WorkerOptions): Promise<Worker> {
  const closers = createClosers({ logger });
  try {
    const sql = connect(databaseUrl, { applicationName: "oncall-worker" });
    closers.add("database", () => sql.end({ timeout: 5 }));
    const {
      backends,
      slack,
      close: closeBackends,
    } = createBackends(
      {
        ...reveal(config.backends),
        github: reveal(config.github),
        slack: config.slack && { token: config.slack.botToken.reveal(), apiUrl: config.slack.apiUrl },
      },
      { logger },
    );
    closers.add("backends", closeBackends);

    const inbox = createInbox(sql);
    const catalog = createCatalog(sql, { cacheMs: CATALOG_CACHE_MS });
    // Thousands of services take a second to read: the first alert does not wait for it.
    await catalog.all();
    const evidence = createEvidenceStore(sql);
    const incidents = createIncidentStore(sql);
    const posts = createPostStore(sql);
    const conversations = createConversationStore(sql);
    const turns = createTurnStore(sql);
    const cancels = await listen(sql, turnChannels.cancels);
    closers.add("notifications", () => cancels.close());
    const registry = createRegistry({
      deps: { ...backends, catalog, incidents: createPastIncidents(sql) },
      evidence,
      now: clock,
      logger,
    });
    const { apiKey, baseUrl, model, small, specialist, effort, prices, windowTokens, retryPauseMs } =
      config.model;
    const endpoint = modelEndpoint(baseUrl);
    const health = createModelHealthStore(sql, endpoint);
    const guard = createModelGuard({ health, firstPauseMs: retryPauseMs, logger });
    const modelNamed = (name: string) =>
      apiKey && createModel({ apiKey: apiKey.reveal(), baseUrl, model: name, guard });
    const lead = modelNamed(model);
    const smallModel = modelNamed(small);
    const names: Readonly<Record<string, string>> = { lead: model, small, specialist };
    const agent = {
      steps: createStepStore(sql),
      ledger: createLedger(sql),
      effort,
      prices: { ...listPrices, ...prices },
      budgets: config.agent.budgets,
      limits: { ...config.agent.limits, windowTokens },
      specialists: lead && {
        agents: loadSpecialists(
          config.agent.folder,
          registry.tools.map(({ name }) => name),
        ),
        modelOf: ({ model: role }: Specialist) => modelNamed(names[role] ?? role) ?? lead,
      },
    };
    const { opsChannel } = config.slack ?? {};
    const modelWatch =
      lead && startModelWatch({ health, model: lead, agent, posts, slack, opsChannel, endpoint, logger });
    closers.add("model watch", async () => modelWatch?.close());
    const investigation = {
      catalog,
      incidents,
      evidence,
      posts,
      registry,
      slack,
      model: lead,
      modelWatch,
      agent,
      firstLookBudgetMs: config.worker.firstLookBudgetMs,
      progressIntervalMs: config.slack?.progressIntervalMs ?? 0,
      publicUrl: config.http.publicUrl,
      clock,
      logger,
    };

    const questionDeps = { ...investigation, smallModel, conversations, turns, cancels };

    async function handle({ id, kind, signal }: RunningJob): Promise<void> {
      const row = await inbox.get(id);
      if (row.status === "done") return;
      if (kind === "investigate")
        await investigate({ inboxId: id, request: row.payload as InvestigateRequest, signal }, investigation);
      else if (kind === "press-button")
        await pressButton(
          { inboxId: id, request: row.payload as ButtonRequest, signal },
          { ...investigation, inbox },
        );
      else if (kind === "sync-catalog")
        await syncCatalog(
          { inboxId: id, push: row.payload as PushEvent, signal },
          { sql, github: backends.github, clock, logger },
        );
      else if (kind === "answer-question")
        await answerQuestion({ inboxId: id, request: row.payload as QuestionRequest, signal }, questionDeps);
      else throw new AppError("invalid_input", `There is no job "${kind}".`);
      await inbox.finish(id);
    }

    const keepEvidence = async (): Promise<void> => {
      await keepEvidencePartitions(sql, EVIDENCE_DAYS);
      await dropOldSteps(sql, EVIDENCE_DAYS);
    };
    await keepEvidence();
    const daily = setInterval(() => {
      keepEvidence().catch((err: unknown) => logger.error({ err }, "old evidence could not be dropped"));
      conversations
        .removeExpired()
        .catch((err: unknown) => logger.error({ err }, "expired conversations could not be deleted"));
    }, DAY_MS);
    closers.add("daily cleaning", () => clearInterval(daily));

    const store = { redisUrl: config.queue.redisUrl?.reveal(), databaseUrl, prefix: config.queue.prefix };
    const queue = await createQueue({ ...store, logger });
    closers.add("queue", () => queue.close());
    const running = await startQueueWorker({
      ...store,
      concurrency: config.worker.concurrency,
      logger,
      handle,
      onDead: async ({ id, kind }, error) => {
        await incidents.abandon(id);
        await inbox.fail(id, error.message);
        if (kind !== "answer-question") return;
        const { payload } = await inbox.get(id);
        const signal = AbortSignal.timeout(ABANDON_TIMEOUT_MS);
        await abandonQuestion(
          { inboxId: id, request: payload as QuestionRequest, signal },
          error,
          questionDeps,
        );
      },
    });
    closers.add("jobs", () => running.close({ graceMs: SHUTDOWN_GRACE_MS }));
    const sweeper = startSweeper({
      inbox,
      queue,
      logger,
      intervalMs: SWEEP_INTERVAL_MS,
      olderThanSeconds: SWEEP_OLDER_THAN_SECONDS,
    });
    closers.add("sweeper", () => sweeper.close());
    logger.info({ concurrency: config.worker.concurrency }, "worker takes jobs");
    return { close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}
