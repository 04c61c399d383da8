import { AppError } from "@oncall/core";
import type { Job } from "bullmq";
import type { Logger } from "./logger.ts";
import { logStoreErrors, openQueueStore, type QueueStoreOptions } from "./queue-store.ts";
import { within } from "./shutdown.ts";

/** Where a job stands; `missing` when the queue does not know it (any more). */
export type JobState = "waiting" | "delayed" | "active" | "completed" | "failed" | "missing";

export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
}

/** One entry of the dead-letter queue. */
export interface FailedJob {
  readonly id: string;
  readonly kind: string;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: Date | null;
}

export interface QueueOptions extends QueueStoreOptions {
  readonly logger: Logger;
  /** How often a job is tried, and the first wait; it doubles up to a minute, with jitter. Default 10 times, 1 000 ms. */
  readonly retry?: { readonly attempts: number; readonly firstDelayMs: number };
}

/** Every operation throws `unavailable` when the queue's store does not answer within 5 s. */
export interface JobQueue {
  /** Enqueues the job `id`; one that the queue knows already is left as it is. */
  add(kind: string, id: string): Promise<void>;
  state(id: string): Promise<JobState>;
  counts(): Promise<JobCounts>;
  /** What failed for good, newest first. */
  failed(limit: number): Promise<readonly FailedJob[]>;
  /** Runs a failed job again, its attempts counted from none. Throws `not_found`, or `conflict` when it has not failed. */
  retry(id: string): Promise<void>;
  /** For readiness. */
  ping(): Promise<void>;
  close(): Promise<void>;
  /** Removes the queue with all its jobs from its store, for practice runs and tests. Nothing may be working on it. */
  destroy(): Promise<void>;
}

/** The name under which workers find the waits between attempts. */
export const BACKOFF = "oncall";
const OPERATION_TIMEOUT_MS = 5_000;
const KEEP_COMPLETED = { count: 1_000, age: 24 * 3_600 };
const KEEP_FAILED = { count: 5_000, age: 30 * 24 * 3_600 };

/** BullMQ on Redis when `redisUrl` is given, else on its own tables (schema `bullmq`) in the database. */
export async function createQueue(options: QueueOptions): Promise<JobQueue> {
  const { logger, retry = { attempts: 10, firstDelayMs: 1_000 } } = options;
  const store = await openQueueStore(options);
  const queue = store.queue({
    attempts: retry.attempts,
    backoff: { type: BACKOFF, delay: retry.firstDelayMs },
    removeOnComplete: KEEP_COMPLETED,
    removeOnFail: KEEP_FAILED,
  });
  // What goes wrong with connections that are being given up is nobody's trouble.
  let closed = false;
  const report = logStoreErrors(logger, store.where);
  queue.on("error", (error) => {
    if (!closed) report(error);
  });

  async function bounded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await within(OPERATION_TIMEOUT_MS, work());
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw new AppError("unavailable", `The job queue (${store.where}) does not answer.`, { cause: thrown });
    }
  }

  async function find(id: string): Promise<Job> {
    const job: Job | undefined = await queue.getJob(id);
    if (job === undefined) {
      throw new AppError(
        "not_found",
        `The queue has no job ${id}: it never had it, or dropped it after 30 days.`,
      );
    }
    return job;
  }

  return {
    add: (kind, id) =>
      bounded(async () => {
        await queue.add(kind, { id }, { jobId: id });
      }),

    state: (id) => bounded(async () => jobState(await queue.getJobState(id))),

    counts: () =>
      bounded(async () => {
        const {
          waiting = 0,
          prioritized = 0,
          active = 0,
          delayed = 0,
          failed = 0,
          completed = 0,
        } = await queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed", "completed");
        return { waiting: waiting + prioritized, active, delayed, failed, completed };
      }),

    failed: (limit) =>
      bounded(async () => {
        const jobs: Job[] = await queue.getFailed(0, Math.max(0, limit - 1));
        return jobs.map((job) => ({
          id: job.id ?? "",
          kind: job.name,
          error: job.failedReason ?? "",
          attempts: job.attemptsMade,
          failedAt: job.finishedOn == null ? null : new Date(job.finishedOn),
        }));
      }),

    retry: (id) =>
      bounded(async () => {
        const job = await find(id);
        if (!(await job.isFailed()))
          throw new AppError("conflict", `Job ${id} has not failed; nothing to retry.`);
        await job.retry("failed", { resetAttemptsMade: true });
      }),

    ping: () =>
      bounded(async () => {
        await queue.getJobCounts("waiting");
      }),

    destroy: () => bounded(() => queue.obliterate({ force: true })),

    close: async () => {
      closed = true;
      // A store that is away cannot say goodbye.
      await within(OPERATION_TIMEOUT_MS, queue.close()).catch(() => queue.disconnect());
    },
  };
}

function jobState(state: string): JobState {
  switch (state) {
    case "active":
    case "completed":
    case "delayed":
    case "failed":
      return state;
    case "unknown":
      return "missing";
    default:
      return "waiting";
  }
}
