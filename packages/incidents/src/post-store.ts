import { newId } from "@oncall/core";
import type { Row, Sql } from "postgres";

/** Something said outside, once. */
export interface Post {
  readonly id: string;
  readonly kind: string;
  readonly channel: string;
  readonly threadTs: string | null;
  readonly text: string;
  /** Slack's id of the message; null until it is known to be there. */
  readonly ts: string | null;
  readonly createdAt: string;
}

/** What the post belongs to. */
export type PostOwner = { readonly investigationId: string } | { readonly alertId: string };

export interface NewPost {
  readonly kind: "first_look" | "diagnosis" | "no_diagnosis" | "repeat" | "resolved";
  readonly channel: string;
  readonly threadTs: string | undefined;
  readonly text: string;
}

export interface PostStore {
  /**
   * Reserves the post of this kind, before it is made. `isNew` is false when an earlier run reserved it:
   * then Slack may have it already and is to be asked.
   */
  reserve(owner: PostOwner, post: NewPost): Promise<{ readonly post: Post; readonly isNew: boolean }>;
  made(id: string, ts: string): Promise<void>;
  list(investigationId: string): Promise<readonly Post[]>;
}

export function createPostStore(sql: Sql): PostStore {
  return {
    async reserve(owner, post) {
      const investigationId = "investigationId" in owner ? owner.investigationId : null;
      const alertId = "alertId" in owner ? owner.alertId : null;
      const [made] = await sql`
        insert into posts (id, investigation_id, alert_id, kind, channel, thread_ts, text)
        values (${newId("post")}, ${investigationId}, ${alertId}, ${post.kind}, ${post.channel}, ${post.threadTs ?? null}, ${post.text})
        on conflict do nothing returning *`;
      if (made) return { post: toPost(made), isNew: true };
      const [before] = await sql`
        select * from posts where kind = ${post.kind}
          and investigation_id is not distinct from ${investigationId} and alert_id is not distinct from ${alertId}`;
      return { post: toPost(before as Row), isNew: false };
    },

    async made(id, ts) {
      await sql`update posts set ts = ${ts}, posted_at = now() where id = ${id} and ts is null`;
    },

    async list(investigationId) {
      const rows =
        await sql`select * from posts where investigation_id = ${investigationId} order by created_at, id limit 200`;
      return rows.map(toPost);
    },
  };
}

function toPost(row: Row): Post {
  return {
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    threadTs: row.thread_ts,
    text: row.text,
    ts: row.ts,
    createdAt: row.created_at instanceof Date ? row.created_at.toISOString() : String(row.created_at),
  };
}
