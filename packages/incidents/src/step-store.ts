import { AppError } from "@oncall/core";
import type { Sql } from "postgres";
import { insertCall } from "./ledger.ts";
import type { StepStore } from "./run-types.ts";

const UNIQUE_VIOLATION = "23505";

/** The steps of agent runs in Postgres; a step that was a model call and its row in the ledger are one statement. */
export function createStepStore(sql: Sql): StepStore {
  return {
    async list(runId) {
      const rows =
        await sql`select seq, kind, body, elapsed_ms from agent_steps where run_id = ${runId} order by seq`;
      return rows.map((row) => ({ seq: row.seq, kind: row.kind, body: row.body, elapsedMs: row.elapsed_ms }));
    },

    async record(runId, { seq, kind, body, elapsedMs }, call) {
      const insert = sql`
        insert into agent_steps (run_id, seq, kind, body, elapsed_ms)
        values (${runId}, ${seq}, ${kind}, ${JSON.stringify(body)}::text::json, ${elapsedMs})`;
      try {
        if (call === undefined) await insert;
        else await sql`with step as (${insert}) ${insertCall(sql, call)}`;
      } catch (cause) {
        if ((cause as { code?: unknown }).code !== UNIQUE_VIOLATION) throw cause;
        throw new AppError("conflict", "Another worker has carried this run on; this one stops.", { cause });
      }
    },
  };
}

/** Drops steps that are older than the evidence they read; answers how many. */
export async function dropOldSteps(sql: Sql, keepDays = 90): Promise<number> {
  const { count } = await sql`delete from agent_steps where at < now() - make_interval(days => ${keepDays})`;
  return count;
}
