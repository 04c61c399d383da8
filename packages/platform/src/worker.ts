import { AppError, errorRules, toAppError } from "@oncall/core";
import { type Job, UnrecoverableError, WaitingError, type Worker } from "bullmq";
import { isPassingDatabaseError } from "./database.ts";
import type { Logger } from "./logger.ts";
import { logStoreErrors, openQueueStore, type QueueStoreOptions } from "./queue-store.ts";
import { within } from "./shutdown.ts";

export interface RunningJob {
  /** Also the id of the inbox row. */
  readonly id: string;
  readonly kind: string;
  /** From 1; runs cut short by a crash or a shutdown are not counted. */
  readonly attempt: number;
  /** Whether a failure now is for good. */
  readonly lastAttempt: boolean;
  /** Aborted at shutdown, and when another worker may have taken the job over: throw then, to be run again. */
  readonly signal: AbortSignal;
}

export interface WorkerSettings extends QueueStoreOptions {
  readonly concurrency: number;
  readonly logger: Logger;
  /** Must be harmless when run twice: a worker that dies mid-job leaves it to another, within about 3 s. */
  handle(job: RunningJob): Promise<void>;
  /** After a failure for good: the last attempt, or one that no retry mends. */
  onDead?(job: { readonly id: string; readonly kind: string }, error: AppError): Promise<void> | void;
}

export interface RunningWorker {
  /**
   * Takes no more jobs, gives running ones `graceMs`, then aborts their signals; what has not finished 2 s
   * later goes back to the queue, to be run again by the next worker.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
}

// The lock is renewed every second; without renewal the next check, each second, gives the job to another worker.
const LOCK_MS = 2_000;
const STALLED_CHECK_MS = 1_000;
/** A job that took its worker down this often is the cause, not the victim. */
const MAX_CRASHES = 10;
const MAX_DELAY_MS = 60_000;
const MAX_RETRY_AFTER_MS = 15 * 60_000;
const ABORT_SETTLE_MS = 2_000;
const REPORT_MS = 2_000;

interface Running {
  readonly job: Job;
  readonly token: string;
  readonly abort: AbortController;
  readonly settled: Promise<void>;
}

/** Takes jobs from the queue, `concurrency` at a time. An error's kind decides whether it is retried. */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const { logger, handle, concurrency } = settings;
  const store = await openQueueStore(settings);
  const running = new Set<Running>();
  const reports = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  async function process(job: Job, token = ""): Promise<void> {
    if (closing !== undefined) return await giveBack(job, token);
    const abort = new AbortController();
    const run = execute(job, token, abort.signal);
    const entry = { job, token, abort, settled: run.catch(() => undefined) };
    running.add(entry);
    try {
      await run;
    } finally {
      running.delete(entry);
    }
  }

  async function execute(job: Job, token: string, signal: AbortSignal): Promise<void> {
    const attempt = job.attemptsMade + 1;
    const lastAttempt = attempt >= (job.opts.attempts ?? 1);
    try {
      await handle({ id: job.id ?? "", kind: job.name, attempt, lastAttempt, signal });
    } catch (thrown) {
      // Cut short by the shutdown: neither a success nor a failure of the job.
      if (closing !== undefined && signal.aborted) return await giveBack(job, token);
      // Nor is a lock that could not be renewed in time: who holds the job now decides, and if nobody does it is tried again.
      if (signal.aborted) throw new AppError("unavailable", "The job's lock was lost.", { cause: thrown });
      throw verdict(thrown);
    }
  }

  const worker = store.worker(process, {
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: MAX_CRASHES,
    runRetryDelay: 1_000,
    settings: { backoffStrategy: waitBefore },
  });
  const report = logStoreErrors(logger, store.where);
  worker.on("error", (error) => {
    if (closing === undefined) report(error);
  });
  worker.on("stalled", (id) => logger.warn({ job: id }, "job's worker is gone; the job is run again"));
  worker.on("lockRenewalFailed", (ids) => {
    for (const { job, abort } of running) {
      if (ids.includes(job.id ?? "")) abort.abort(new Error("the job's lock was lost"));
    }
  });
  worker.on("failed", (job, thrown) => {
    if (job === undefined) return;
    const report = reportFailure(job, thrown, settings).finally(() => reports.delete(report));
    reports.add(report);
  });
  await ready(worker);

  async function close(graceMs: number): Promise<void> {
    await worker.pause(true);
    // Ends the wait for a next job: it would take again what is given back below.
    await worker.getBackend().disconnectBlocking(false);
    await settle(running, graceMs);
    for (const { abort } of running) abort.abort(new Error("the worker is shutting down"));
    await settle(running, ABORT_SETTLE_MS);

    const stuck = [...running];
    for (const { job, token } of stuck) {
      await within(1_000, job.moveToWait(token)).catch((err: unknown) =>
        logger.warn({ err, job: job.id }, "could not give a running job back; its lock expires by itself"),
      );
    }
    await worker.close(stuck.length > 0);
    await within(REPORT_MS, Promise.all(reports)).catch(() => undefined);
  }

  return {
    close: ({ graceMs }) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

/** Back to the queue without counting an attempt; the error tells BullMQ that the job has been moved. */
async function giveBack(job: Job, token: string): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

async function settle(running: ReadonlySet<Running>, timeoutMs: number): Promise<void> {
  const all = [...running].map((entry) => entry.settled);
  await within(timeoutMs, Promise.all(all)).catch(() => undefined);
}

/** The errors table decides; a database that is away for a moment is `unavailable`, wherever it was noticed. */
function verdict(thrown: unknown): Error {
  const error = isPassingDatabaseError(thrown)
    ? new AppError("unavailable", "The database, or the way to it, failed for the moment.", { cause: thrown })
    : toAppError(thrown);
  if (errorRules[error.kind].retryable) return error;
  const final = new UnrecoverableError(error.message);
  final.cause = error;
  return final;
}

/** Exponential with full jitter above half; a rate limit's own wait when it is longer. */
function waitBefore(attemptsMade: number, _type?: string, error?: Error, job?: unknown): number {
  const backoff = (job as Job | undefined)?.opts.backoff;
  const first = typeof backoff === "object" ? (backoff.delay ?? 1_000) : 1_000;
  const longest = Math.min(first * 2 ** Math.min(attemptsMade - 1, 16), MAX_DELAY_MS);
  const jittered = Math.round(longest * (0.5 + Math.random() / 2));
  const asked = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(1, jittered, Math.min(asked, MAX_RETRY_AFTER_MS));
}

async function reportFailure(job: Job, thrown: Error, { logger, onDead }: WorkerSettings): Promise<void> {
  const error = toAppError(thrown.cause instanceof AppError ? thrown.cause : thrown);
  const facts = { err: error, job: job.id, kind: job.name, attempt: job.attemptsMade };
  const dead = thrown instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
  if (!dead) {
    logger.warn(facts, "job failed; it will be retried");
    return;
  }
  logger.error(facts, "job failed for good");
  try {
    await onDead?.({ id: job.id ?? "", kind: job.name }, error);
  } catch (err) {
    logger.error({ err, job: job.id }, "could not report a failed job; the sweeper will");
  }
}

/** A store that is away must not keep the process from starting: the worker connects when it is back. */
async function ready(worker: Worker): Promise<void> {
  await within(5_000, worker.waitUntilReady()).catch(() => undefined);
}
