import type { Inbox } from "./inbox.ts";
import type { Logger } from "./logger.ts";
import type { JobQueue } from "./queue.ts";

export interface SweeperOptions {
  readonly inbox: Inbox;
  readonly queue: JobQueue;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Younger rows are left to the process that is enqueueing them just now. */
  readonly olderThanSeconds: number;
}

export interface Sweeper {
  /** One pass now; answers how many rows it enqueued. */
  sweep(): Promise<number>;
  /** Stops, after the pass under way. */
  close(): Promise<void>;
}

const ROWS_PER_PASS = 500;

/**
 * Enqueues inbox rows whose job is missing, and marks those whose job is dead: what a crash between commit and
 * enqueue, or a lost Redis, leaves behind. Several may run; the job's id makes their work harmless.
 */
export function startSweeper(options: SweeperOptions): Sweeper {
  const { inbox, queue, logger, intervalMs, olderThanSeconds } = options;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<unknown> = Promise.resolve();

  async function sweep(): Promise<number> {
    let enqueued = 0;
    for (const { id, kind } of await inbox.unfinished(olderThanSeconds, ROWS_PER_PASS)) {
      if (closed) break;
      const state = await queue.state(id);
      if (state === "missing") {
        await queue.add(kind, id);
        enqueued += 1;
      } else if (state === "failed") {
        await inbox.fail(id, "The job failed for good; its error is in the queue's failed jobs.");
      }
    }
    if (enqueued > 0) logger.warn({ enqueued }, "enqueued events whose job was missing");
    return enqueued;
  }

  function next(): void {
    timer = setTimeout(() => {
      pass = sweep()
        .catch((err: unknown) => logger.warn({ err }, "sweep failed; the next one tries again"))
        .finally(() => {
          if (!closed) next();
        });
    }, intervalMs);
    timer.unref();
  }
  next();

  return {
    sweep,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await pass;
    },
  };
}
