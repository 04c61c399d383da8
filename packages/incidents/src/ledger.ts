import type { PendingQuery, Row, Sql } from "postgres";
import type { Ledger, ModelCall, Spending } from "./run-types.ts";

/** What model calls cost, in Postgres; days are UTC days of the database's clock. */
export function createLedger(sql: Sql): Ledger {
  return {
    async record(call) {
      await insertCall(sql, call);
    },

    async spent({ id, investigationId, service, team }) {
      const today = sql`date_trunc('day', now() at time zone 'utc') at time zone 'utc'`;
      const [row] = await sql`
        select
          (select coalesce(sum(cost_usd), 0) from model_calls
            where ${investigationId === null ? sql`run_id = ${id}` : sql`investigation_id = ${investigationId}`})::float8 as investigation,
          (select coalesce(sum(cost_usd), 0) from model_calls where service = ${service} and at >= ${today})::float8 as service,
          (select coalesce(sum(cost_usd), 0) from model_calls where team = ${team} and at >= ${today})::float8 as team,
          (select coalesce(sum(cost_usd), 0) from model_calls where at >= ${today})::float8 as day`;
      const { investigation = 0, service: ofService = 0, team: ofTeam = 0, day = 0 } = row ?? {};
      return { investigation, service: ofService, team: ofTeam, day };
    },

    async ofInvestigation(investigationId) {
      const [row] =
        await sql`select ${totals(sql)} from model_calls where investigation_id = ${investigationId}`;
      return toSpending(row);
    },

    async ofRuns(ids) {
      const [row] = await sql`
        select ${totals(sql)}, (array_agg(model order by id))[1] as model from model_calls
        where run_id = any(${[...ids]}) or investigation_id = any(${[...ids]})`;
      return { ...toSpending(row), model: row?.model ?? null };
    },

    async byDay({ days, service, team }) {
      const rows = await sql`
        select (at at time zone 'utc')::date::text as day, service, team, ${totals(sql)} from model_calls
        where at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc' - make_interval(days => ${days - 1})
          ${service === undefined ? sql`` : sql`and service = ${service}`}
          ${team === undefined ? sql`` : sql`and team = ${team}`}
        group by 1, service, team order by 1 desc, cost_usd desc nulls last, service limit 1000`;
      return rows.map((row) => ({ day: row.day, service: row.service, team: row.team, ...toSpending(row) }));
    },
  };
}

export function insertCall(sql: Sql, call: ModelCall): PendingQuery<Row[]> {
  const { run, usage } = call;
  return sql`
    insert into model_calls (run_id, investigation_id, service, team, role, model, input_tokens, output_tokens,
      cache_read_tokens, cache_write_tokens, cost_usd, took_ms, outcome)
    values (${run.id}, ${run.investigationId}, ${run.service}, ${run.team}, ${call.role}, ${call.model},
      ${usage.inputTokens}, ${usage.outputTokens}, ${usage.cacheReadTokens}, ${usage.cacheWriteTokens},
      ${call.costUsd}, ${call.tookMs}, ${call.outcome})`;
}

function totals(sql: Sql) {
  return sql`count(*)::int as calls, sum(input_tokens)::int8::float8 as input_tokens, sum(output_tokens)::int8::float8 as output_tokens,
    sum(cache_read_tokens)::int8::float8 as cache_read_tokens, sum(cache_write_tokens)::int8::float8 as cache_write_tokens,
    sum(cost_usd)::float8 as cost_usd, (count(*) filter (where cost_usd is null))::int as unpriced`;
}

function toSpending(row: Row | undefined): Spending {
  return {
    usage: {
      calls: row?.calls ?? 0,
      inputTokens: row?.input_tokens ?? 0,
      outputTokens: row?.output_tokens ?? 0,
      cacheReadTokens: row?.cache_read_tokens ?? 0,
      cacheWriteTokens: row?.cache_write_tokens ?? 0,
    },
    costUsd: row?.cost_usd ?? null,
    unpricedCalls: row?.unpriced ?? 0,
  };
}
