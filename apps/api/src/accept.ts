import { type Inbox, type InboxEvent, type JobQueue, type Logger, within } from "@oncall/platform";

/** How long the acknowledgement waits for the queue; the row is committed by then, and the sweeper enqueues what was missed. */
const ENQUEUE_TIMEOUT_MS = 1_000;

export type Accept = (event: InboxEvent) => Promise<{ readonly id: string; readonly duplicate: boolean }>;

/** Makes an event durable, then its job. Once this returns the event is not lost, whatever happens to the queue. */
export function createAccept({
  inbox,
  queue,
  logger,
}: {
  readonly inbox: Inbox;
  readonly queue: JobQueue;
  readonly logger: Logger;
}): Accept {
  return async (event) => {
    const row = await inbox.record(event);
    await within(ENQUEUE_TIMEOUT_MS, queue.add(event.kind, row.id)).catch((err: unknown) =>
      logger.warn({ err, inbox: row.id }, "the queue did not take the job; the sweeper will"),
    );
    return row;
  };
}
