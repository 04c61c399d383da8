import { AppError } from "@oncall/core";
import type { Sql } from "postgres";
import type { Problem } from "./problem.ts";

export type SyncResult = "synced" | "unchanged" | "invalid" | "refused" | "skipped" | "failed";

/** What became of one file of a push. */
export interface FileOutcome {
  readonly path: string;
  /** The service's name; null when the file does not say. */
  readonly service: string | null;
  readonly outcome: "synced" | "unchanged" | "archived" | "invalid" | "refused" | "skipped";
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A commit status that was set, or why it could not be. */
export interface StatusOutcome {
  readonly repository: string;
  readonly commit: string;
  readonly state: "success" | "failure" | "error";
  readonly description: string;
  readonly error: string | null;
}

/** What became of one push. */
export interface SyncOutcome {
  /** `sync_…` */
  readonly id: string;
  readonly inboxId: string | null;
  readonly repository: string;
  readonly commit: string;
  readonly outcome: SyncResult;
  /** What else there is to say: why it was skipped or failed, what was left out. */
  readonly note: string | null;
  readonly files: readonly FileOutcome[];
  readonly statuses: readonly StatusOutcome[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface SyncLog {
  /** Throws not_found. */
  get(id: string): Promise<SyncOutcome>;
  /** Null while the inbox row's job has not run. */
  byInbox(inboxId: string): Promise<SyncOutcome | null>;
  /** Newest first, at most 200; `before` is the id of the last one seen. */
  list(page?: { readonly limit?: number; readonly before?: string }): Promise<readonly SyncOutcome[]>;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** What every sync came to, for people and `GET /api/catalog/syncs`. */
export function createSyncLog(sql: Sql): SyncLog {
  const get = async (id: string): Promise<SyncOutcome> => {
    const [row] = await sql<Row[]>`select * from catalog_syncs where id = ${id}`;
    if (row === undefined)
      throw new AppError("not_found", `No catalog sync ${id}; list them to see which there are.`);
    return toOutcome(row);
  };
  return {
    get,
    async byInbox(inboxId) {
      const [row] = await sql<Row[]>`select * from catalog_syncs where inbox_id = ${inboxId}`;
      return row === undefined ? null : toOutcome(row);
    },
    async list({ limit = DEFAULT_LIMIT, before } = {}) {
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
        throw new AppError("invalid_input", `limit is ${limit}; give a whole number from 1 to ${MAX_LIMIT}.`);
      }
      const last = before === undefined ? null : await get(before);
      const older = last === null ? sql`` : sql`where (started_at, id) < (${last.startedAt}, ${last.id})`;
      const rows = await sql<Row[]>`
        select * from catalog_syncs ${older} order by started_at desc, id desc limit ${limit}`;
      return rows.map(toOutcome);
    },
  };
}

/** Writes an outcome; a job that runs again for the same inbox row replaces what it said before and keeps its id. */
export async function recordSync(sql: Sql, outcome: SyncOutcome): Promise<SyncOutcome> {
  const [row] = await sql<Row[]>`
    insert into catalog_syncs
      (id, inbox_id, repository, commit, outcome, note, files, statuses, started_at, finished_at)
    values (${outcome.id}, ${outcome.inboxId}, ${outcome.repository}, ${outcome.commit}, ${outcome.outcome},
      ${outcome.note}, ${sql.json(outcome.files as never)}, ${sql.json(outcome.statuses as never)},
      ${outcome.startedAt}, ${outcome.finishedAt})
    on conflict (inbox_id) do update set
      outcome = excluded.outcome, note = excluded.note, files = excluded.files, statuses = excluded.statuses,
      started_at = excluded.started_at, finished_at = excluded.finished_at
    returning *`;
  if (row === undefined) throw new AppError("bug", "Recording a catalog sync answered no row.");
  return toOutcome(row);
}

interface Row {
  readonly id: string;
  readonly inbox_id: string | null;
  readonly repository: string;
  readonly commit: string;
  readonly outcome: SyncResult;
  readonly note: string | null;
  readonly files: readonly FileOutcome[];
  readonly statuses: readonly StatusOutcome[];
  readonly started_at: Date;
  readonly finished_at: Date;
}

function toOutcome(row: Row): SyncOutcome {
  return {
    id: row.id,
    inboxId: row.inbox_id,
    repository: row.repository,
    commit: row.commit,
    outcome: row.outcome,
    note: row.note,
    files: row.files,
    statuses: row.statuses,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at.toISOString(),
  };
}
