import { AppError, newId } from "@oncall/core";
import { jsonb, type Sql } from "./database.ts";

export type InboxStatus = "received" | "done" | "failed";

/** One event from outside. Its id is the id of its job. */
export interface InboxRow {
  readonly id: string;
  readonly source: string;
  readonly deliveryId: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly status: InboxStatus;
  /** Why it failed for good. */
  readonly error: string | null;
  /** How often it was finished or failed; more than 1 after a replay. */
  readonly attempts: number;
  readonly receivedAt: Date;
  readonly finishedAt: Date | null;
}

export interface InboxEvent {
  /** Who sent it: `github`, `slack`, `api`. */
  readonly source: string;
  /** The sender's own id of this delivery; the same (source, deliveryId) is recorded once. */
  readonly deliveryId: string;
  /** The job that handles it, e.g. `sync-catalog`. */
  readonly kind: string;
  /** Any JSON value but null. */
  readonly payload: unknown;
}

export interface Inbox {
  /** Commits the event; a delivery seen before answers its first id and `duplicate: true`. */
  record(event: InboxEvent): Promise<{ id: string; duplicate: boolean }>;
  /** Throws `not_found` for an id that was never recorded. */
  get(id: string): Promise<InboxRow>;
  finish(id: string): Promise<void>;
  fail(id: string, error: string): Promise<void>;
  /** Makes a finished or failed row due again, for a replay. */
  reopen(id: string): Promise<void>;
  /** Rows received at least `olderThanSeconds` ago and not finished, oldest first, `limit` at most. */
  unfinished(
    olderThanSeconds: number,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly kind: string }[]>;
}

const MAX_ERROR_CHARACTERS = 4_000;

/** The table that makes "nothing acknowledged is lost" true: committed before the acknowledgement. */
export function createInbox(sql: Sql): Inbox {
  return {
    async record({ source, deliveryId, kind, payload }) {
      const id = newId("in");
      // The update changes nothing: it makes the row of a duplicate come back from the same statement.
      const [row] = await sql<{ id: string }[]>`
        insert into inbox (id, source, delivery_id, kind, payload)
        values (${id}, ${source}, ${deliveryId}, ${kind}, ${jsonb(sql, payload)})
        on conflict (source, delivery_id) do update set source = excluded.source
        returning id`;
      if (row === undefined) throw new AppError("bug", "The inbox answered no row to an insert.");
      return { id: row.id, duplicate: row.id !== id };
    },

    async get(id) {
      const [row] = await sql<InboxRow[]>`
        select id, source, delivery_id as "deliveryId", kind, payload, status, error, attempts,
               received_at as "receivedAt", finished_at as "finishedAt"
        from inbox where id = ${id}`;
      if (row === undefined) throw new AppError("not_found", `No event ${id} in the inbox.`);
      return row;
    },

    async finish(id) {
      await sql`update inbox set status = 'done', error = null, attempts = attempts + 1, finished_at = now()
                where id = ${id}`;
    },

    async fail(id, error) {
      await sql`update inbox set status = 'failed', error = ${cut(error)}, attempts = attempts + 1, finished_at = now()
                where id = ${id}`;
    },

    async reopen(id) {
      await sql`update inbox set status = 'received', error = null, finished_at = null where id = ${id}`;
    },

    async unfinished(olderThanSeconds, limit) {
      return await sql<{ id: string; kind: string }[]>`
        select id, kind from inbox
        where status = 'received' and received_at <= now() - make_interval(secs => ${olderThanSeconds})
        order by received_at limit ${limit}`;
    },
  };
}

function cut(error: string): string {
  const over = error.length - MAX_ERROR_CHARACTERS;
  return over > 0 ? `${error.slice(0, MAX_ERROR_CHARACTERS)} [cut: ${over} more characters]` : error;
}
