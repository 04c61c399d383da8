import { AppError } from "@oncall/core";
import {
  createPostgresBackend,
  type JobsOptions,
  type Processor,
  Queue,
  runMigrations,
  Worker,
  type WorkerOptions,
} from "bullmq";
import pg from "pg";
import type { Logger } from "./logger.ts";

export interface QueueStoreOptions {
  /** Redis when given; it wants `maxmemory-policy noeviction`. */
  readonly redisUrl?: string | undefined;
  /** Holds the queue, in the schema `bullmq`, when there is no Redis. */
  readonly databaseUrl: string;
  /** Separates installations that share a store. */
  readonly prefix: string;
}

type WorkerSettings = Omit<WorkerOptions, "connection">;

/** What differs between the two stores: how BullMQ's classes are made. */
export interface QueueStore {
  /** For messages. */
  readonly where: "Redis" | "Postgres";
  queue(defaultJobOptions: JobsOptions): Queue;
  worker(process: Processor, settings: WorkerSettings): Worker;
}

const SCHEMA = "bullmq";

/** Opens nothing yet, but on Postgres brings BullMQ's own tables up to date. */
export async function openQueueStore(options: QueueStoreOptions): Promise<QueueStore> {
  const name = `${options.prefix}-jobs`;
  return options.redisUrl === undefined
    ? await postgresStore(name, options.databaseUrl)
    : redisStore(name, options.redisUrl);
}

function redisStore(name: string, url: string): QueueStore {
  // BullMQ's own keys go under `bull:<name>`; the first retry comes soon, later ones at most every 5 s.
  const retryStrategy = (times: number): number => Math.min(100 * 2 ** Math.min(times, 6), 5_000);
  return {
    where: "Redis",
    // A producer has a caller who waits: it fails at once instead of keeping commands for later.
    queue: (defaultJobOptions) =>
      new Queue(name, {
        connection: { url, retryStrategy, maxRetriesPerRequest: 1, enableOfflineQueue: false },
        defaultJobOptions,
      }),
    worker: (process, settings) =>
      new Worker(name, process, {
        ...settings,
        connection: { url, retryStrategy, maxRetriesPerRequest: null },
      }),
  };
}

async function postgresStore(name: string, databaseUrl: string): Promise<QueueStore> {
  const connection = (max: number): Record<string, unknown> => ({
    connectionString: databaseUrl,
    schema: SCHEMA,
    max,
    application_name: "oncall-queue",
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  await migrateQueue(databaseUrl);
  return {
    where: "Postgres",
    queue: (defaultJobOptions) =>
      new Queue(
        name,
        { connection: connection(4), defaultJobOptions },
        createPostgresBackend,
      ) as unknown as Queue,
    worker: (process, settings) =>
      new Worker(
        name,
        process,
        { ...settings, connection: connection(Math.min(10, 2 + (settings.concurrency ?? 1))) },
        createPostgresBackend,
      ) as unknown as Worker,
  };
}

async function migrateQueue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: "oncall-queue-migrate",
    connectionTimeoutMillis: 10_000,
    lock_timeout: 60_000,
  });
  client.on("error", () => undefined); // the query in flight reports it
  try {
    await client.connect();
    await runMigrations(client, SCHEMA);
  } catch (cause) {
    throw new AppError(
      "unavailable",
      "The queue's tables could not be prepared in Postgres: check DATABASE_URL, and that its user may create a schema.",
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

const QUIET_MS = 60_000;

/**
 * An error listener for a store that may be away for long: BullMQ reconnects by itself and reports every
 * attempt. One line a minute at most, with the number of those left out.
 */
export function logStoreErrors(logger: Logger, where: string): (error: Error) => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  let suppressed = 0;
  return (err) => {
    const now = performance.now();
    if (now - lastAt < QUIET_MS) {
      suppressed += 1;
      return;
    }
    logger.warn({ err, store: where, suppressed }, "job queue trouble; it reconnects by itself");
    lastAt = now;
    suppressed = 0;
  };
}
