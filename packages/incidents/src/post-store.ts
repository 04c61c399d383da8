import { newId } from "@oncall/core";
import type { Row, Sql } from "postgres";
import type { SlackPlace } from "./types.ts";

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
export type PostOwner =
  | { readonly investigationId: string }
  | { readonly alertId: string }
  | { readonly turnId: string }
  | { readonly outageId: string };

export interface NewPost {
  readonly kind:
    | "first_look"
    | "progress"
    | "diagnosis"
    | "no_diagnosis"
    | "repeat"
    | "resolved"
    | "answer"
    | "degraded"
    | "recovered";
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
  /** It says something else now. */
  amended(id: string, text: string): Promise<void>;
  list(investigationId: string): Promise<readonly Post[]>;
  /** What a thread in which we have spoken is about; null for a thread that is not ours. */
  aboutOf(
    place: Required<SlackPlace>,
  ): Promise<{ readonly incidentId: string | null; readonly subject: string | null } | null>;
  /** What was said of an outage of the model, oldest first. */
  ofOutage(outageId: string): Promise<readonly Post[]>;
}

export function createPostStore(sql: Sql): PostStore {
  return {
    async reserve(owner, post) {
      const investigationId = "investigationId" in owner ? owner.investigationId : null;
      const alertId = "alertId" in owner ? owner.alertId : null;
      const turnId = "turnId" in owner ? owner.turnId : null;
      const outageId = "outageId" in owner ? owner.outageId : null;
      const [made] = await sql`
        insert into posts (id, investigation_id, alert_id, turn_id, outage_id, kind, channel, thread_ts, text)
        values (${newId("post")}, ${investigationId}, ${alertId}, ${turnId}, ${outageId}, ${post.kind}, ${post.channel}, ${post.threadTs ?? null}, ${post.text})
        on conflict do nothing returning *`;
      if (made) return { post: toPost(made), isNew: true };
      const [before] = await sql`
        select * from posts where kind = ${post.kind}
          and investigation_id is not distinct from ${investigationId} and alert_id is not distinct from ${alertId}
          and turn_id is not distinct from ${turnId} and outage_id is not distinct from ${outageId}`;
      return { post: toPost(before as Row), isNew: false };
    },

    async made(id, ts) {
      await sql`update posts set ts = ${ts}, posted_at = now() where id = ${id} and ts is null`;
    },

    async amended(id, text) {
      await sql`update posts set text = ${text} where id = ${id}`;
    },

    async list(investigationId) {
      const rows =
        await sql`select * from posts where investigation_id = ${investigationId} order by created_at, id limit 200`;
      return rows.map(toPost);
    },

    async aboutOf({ channel, threadTs }) {
      const [row] = await sql`
        select incidents.id as incident_id, incidents.service from posts
        left join investigations on investigations.id = posts.investigation_id
        left join alerts on alerts.id = posts.alert_id
        left join turns on turns.id = posts.turn_id
        left join conversations on conversations.id = turns.conversation_id
        left join incidents
          on incidents.id = coalesce(investigations.incident_id, alerts.incident_id, conversations.incident_id)
        where posts.channel = ${channel} and coalesce(posts.thread_ts, posts.ts) = ${threadTs} and posts.ts is not null
        order by incidents.id is null, posts.created_at desc limit 1`;
      return row ? { incidentId: row.incident_id, subject: row.service } : null;
    },

    async ofOutage(outageId) {
      const rows = await sql`select * from posts where outage_id = ${outageId} order by created_at, id`;
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
