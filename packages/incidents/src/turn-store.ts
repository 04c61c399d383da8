import { AppError, newId, storable } from "@oncall/core";
import type { Row, Sql } from "postgres";
import type { NumberedEvent, Turn, TurnEvent, TurnFacts, TurnStatus } from "./conversation-types.ts";
import { iso } from "./incident-rows.ts";

/** LISTEN channels; the payload is a turn's id, nothing else: a notification holds 8 kB at most and may be lost. */
export const turnChannels = { events: "turn_events", cancels: "turn_cancels" } as const;

/** Events read at once. */
const MAX_EVENTS = 500;

export interface NewTurn {
  readonly conversationId: string;
  readonly question: string;
  readonly askedBy: string | null;
}

export interface TurnOutcome {
  readonly status: Exclude<TurnStatus, "queued" | "running">;
  readonly response: string;
  readonly facts: TurnFacts;
}

export interface TurnStore {
  /** Records a question; with an `id` of the caller's own the same question is recorded once. */
  ask(turn: NewTurn, id?: string): Promise<Turn>;
  /** Throws not_found. */
  get(id: string): Promise<Turn>;
  /** The turn is worked on from now on, or again after a crash; null when it has ended already. */
  start(id: string): Promise<Turn | null>;
  /** How many attempts at an answer have been told: those of a run that was cut short are void. */
  attempts(id: string): Promise<number>;
  /** Appends what happened and wakes who follows. */
  record(id: string, event: TurnEvent): Promise<void>;
  /** What happened after event number `after`, oldest first, at most 500. */
  events(id: string, after: number): Promise<readonly NumberedEvent[]>;
  /** The first outcome stays. Answers the turn as it stands. */
  end(id: string, outcome: TurnOutcome): Promise<Turn>;
  /** Ends a turn that waits, asks one that runs to stop, leaves one that ended as it is. */
  cancel(id: string): Promise<Turn>;
}

/** A turn that no worker took. */
const cancelledUnseen: TurnOutcome = {
  status: "cancelled",
  response: "Cancelled before it began.",
  facts: {
    tokens_used: 0,
    cost_usd: 0,
    tools_called: [],
    model: null,
    route: "question",
    evidence: [],
    incident: null,
  },
};

export function createTurnStore(sql: Sql): TurnStore {
  async function get(id: string): Promise<Turn> {
    const [row] = await sql`select * from turns where id = ${id}`;
    if (!row) {
      throw new AppError(
        "not_found",
        `There is no question ${id}; questions are kept for a week after their session expired.`,
      );
    }
    return toTurn(row);
  }

  async function record(id: string, event: TurnEvent): Promise<void> {
    await sql`
      with added as (
        insert into turn_events (turn_id, event) values (${id}, ${sql.json(storable(event))}) returning turn_id
      )
      select pg_notify(${turnChannels.events}, turn_id) from added`;
  }

  async function end(id: string, { status, response, facts }: TurnOutcome): Promise<Turn> {
    const [row] = await sql`
      with ended as (
        update turns set status = ${status}, response = ${response}, finished_at = now(),
          metadata = jsonb_build_object('query_time',
            to_char(greatest(extract(epoch from clock_timestamp() - created_at), 0), 'FM999990.0') || 's') || ${sql.json(storable(facts))}
        where id = ${id} and status in ('queued', 'running') returning *
      ), told as (
        insert into turn_events (turn_id, event) select id, ${sql.json({ kind: "end" })} from ended
      )
      select ended.*, pg_notify(${turnChannels.events}, ended.id) from ended`;
    return row ? toTurn(row) : get(id);
  }

  return {
    async ask({ conversationId, question, askedBy }, id = newId("turn")) {
      await sql`
        insert into turns (id, conversation_id, question, asked_by, status)
        values (${id}, ${conversationId}, ${storable(question) as string}, ${askedBy}, 'queued') on conflict (id) do nothing`;
      return get(id);
    },

    get,

    async start(id) {
      const [row] = await sql`
        update turns set status = 'running' where id = ${id} and status in ('queued', 'running') returning *`;
      return row ? toTurn(row) : null;
    },

    async attempts(id) {
      const [row] = await sql`
        select coalesce(max((event->>'attempt')::int) + 1, 0) as attempts from turn_events
        where turn_id = ${id} and event->>'kind' = 'text'`;
      return row?.attempts ?? 0;
    },

    record,

    async events(id, after) {
      const rows = await sql`
        select seq, event from turn_events where turn_id = ${id} and seq > ${after} order by seq limit ${MAX_EVENTS}`;
      return rows.map((row) => ({ seq: Number(row.seq), event: row.event as TurnEvent }));
    },

    end,

    async cancel(id) {
      const [row] = await sql`
        with asked as (
          update turns set cancel_requested = true where id = ${id} and status in ('queued', 'running') returning *
        )
        select asked.*, pg_notify(${turnChannels.cancels}, asked.id) from asked`;
      if (!row) return get(id);
      // A worker that takes it just now sees the request and stops as well.
      return row.status === "queued" ? end(id, cancelledUnseen) : toTurn(row);
    },
  };
}

export function toTurn(row: Row): Turn {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    question: row.question,
    askedBy: row.asked_by,
    status: row.status,
    response: row.response,
    metadata: row.metadata,
    cancelRequested: row.cancel_requested,
    createdAt: iso(row.created_at),
    finishedAt: row.finished_at === null ? null : iso(row.finished_at),
  };
}
