import { AppError, newId } from "@oncall/core";
import type { Row, Sql, TransactionSql } from "postgres";
import type { Conversation, Turn } from "./conversation-types.ts";
import { iso } from "./incident-rows.ts";
import { toTurn } from "./turn-store.ts";
import type { SlackPlace } from "./types.ts";

/** A conversation nobody adds to is over after this; every question moves the end. */
export const SESSION_MINUTES = 30;
/** An expired conversation can be named as such for this long; then it is deleted with its turns. */
const KEPT_DAYS = 7;
/** Turns that are read of one conversation; the latest. */
const MAX_TURNS = 100;

export interface ConversationStore {
  begin(): Promise<Conversation>;
  /** Moves the expiry. Throws not_found (404) for an unknown id and the same as 410 for one that expired. */
  touch(id: string): Promise<Conversation>;
  /** Without moving its expiry; throws as `touch` does. */
  get(id: string): Promise<Conversation>;
  /** Whether it expired or not, for work that began in time; throws not_found. */
  find(id: string): Promise<Conversation>;
  /** The live conversation of that thread, its expiry moved, else a new one that begins with `about`. */
  ofThread(
    place: Required<SlackPlace>,
    about: { readonly incidentId: string | null; readonly subject: string | null },
  ): Promise<Conversation>;
  /** What it is about from now on; null leaves what is known. */
  isAbout(
    id: string,
    about: { readonly incidentId: string | null; readonly subject: string | null },
  ): Promise<void>;
  /** Oldest first; of a long conversation the latest 100. */
  turns(id: string): Promise<readonly Turn[]>;
  /** Deletes what expired a week ago or longer, with all its turns; answers how many. */
  removeExpired(): Promise<number>;
}

export function createConversationStore(sql: Sql): ConversationStore {
  async function found(id: string, row: Row | undefined): Promise<Conversation> {
    if (row) return toConversation(row);
    const [expired] = await sql`select expires_at from conversations where id = ${id}`;
    if (!expired) {
      throw new AppError(
        "not_found",
        `There is no session ${id}. Leave session_id out to begin a new one, or begin it with POST /session.`,
      );
    }
    throw new AppError(
      "not_found",
      `The session ${id} expired at ${iso(expired.expires_at)}, ${SESSION_MINUTES} minutes after its last question. Leave session_id out to begin a new one.`,
      { status: 410 },
    );
  }

  return {
    async begin() {
      const [row] =
        await sql`insert into conversations (id, expires_at) values (${newId("ses")}, ${inAWhile(sql)}) returning *`;
      return toConversation(row as Row);
    },

    async touch(id) {
      const [row] = await sql`
        update conversations set expires_at = ${inAWhile(sql)} where id = ${id} and expires_at > now() returning *`;
      return found(id, row);
    },

    async get(id) {
      const [row] = await sql`select * from conversations where id = ${id} and expires_at > now()`;
      return found(id, row);
    },

    async find(id) {
      const [row] = await sql`select * from conversations where id = ${id}`;
      return found(id, row);
    },

    ofThread: (place, { incidentId, subject }) =>
      sql.begin(async (tx) => {
        // Two messages at once in one thread begin one conversation.
        await tx`select pg_advisory_xact_lock(hashtext(${`${place.channel} ${place.threadTs}`}))`;
        const [live] = await tx`
          update conversations set expires_at = ${inAWhile(tx)}
          where id = (select id from conversations
            where channel = ${place.channel} and thread_ts = ${place.threadTs} and expires_at > now()
            order by expires_at desc limit 1) returning *`;
        if (live) return toConversation(live);
        const [row] = await tx`
          insert into conversations (id, incident_id, subject, channel, thread_ts, expires_at)
          values (${newId("ses")}, ${incidentId}, ${subject}, ${place.channel}, ${place.threadTs}, ${inAWhile(tx)})
          returning *`;
        return toConversation(row as Row);
      }),

    async isAbout(id, { incidentId, subject }) {
      await sql`
        update conversations set incident_id = coalesce(${incidentId}, incident_id), subject = coalesce(${subject}, subject)
        where id = ${id}`;
    },

    async turns(id) {
      const rows = await sql`
        select * from turns where conversation_id = ${id} order by created_at desc, id desc limit ${MAX_TURNS}`;
      return rows.map(toTurn).reverse();
    },

    async removeExpired() {
      const { count } =
        await sql`delete from conversations where expires_at < now() - make_interval(days => ${KEPT_DAYS})`;
      return count;
    },
  };
}

function inAWhile(sql: Sql | TransactionSql) {
  return sql`now() + make_interval(mins => ${SESSION_MINUTES})`;
}

function toConversation(row: Row): Conversation {
  return {
    id: row.id,
    subject: row.subject,
    incidentId: row.incident_id,
    place: row.channel === null ? null : { channel: row.channel, threadTs: row.thread_ts },
    createdAt: iso(row.created_at),
    expiresAt: iso(row.expires_at),
  };
}
