import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzipSync } from "node:zlib";
import { AppError, storable } from "@oncall/core";
import type { ParameterOrJSON, Row, Sql } from "postgres";
import type { Evidence, EvidenceStore } from "./evidence-types.ts";
import { together } from "./together.ts";

const decompress = promisify(gunzip);

/** Compressed size a recorded result may have. The registry's own bound on answers lies far below. */
const MAX_RESULT_BYTES = 1024 * 1024;
/** Tables for texts of some 20 KB: zlib's own are larger than what is compressed here, and are made each time. */
const SMALL = { windowBits: 13, memLevel: 6, level: 3 };
/** How many pieces of evidence are recorded at once. */
const MAX_TOGETHER = 8;
/** How many pieces of evidence one investigation lists. */
const MAX_LISTED = 1000;

interface Rows {
  readonly result: { readonly sha256: Buffer; readonly body: Buffer };
  readonly evidence: Record<string, ParameterOrJSON<never>>;
}

/** Evidence in Postgres: the summary beside the compressed result, which is stored once per content and month. */
export function createEvidenceStore(sql: Sql): EvidenceStore {
  const insert = together(MAX_TOGETHER, (all: readonly Rows[]) => {
    const results = all.map(({ result }) => result);
    const evidence = all.map((rows) => rows.evidence);
    return sql`
      with result as (insert into evidence_results ${sql(results)} on conflict do nothing)
      insert into evidence ${sql(evidence)}`;
  });

  return {
    async record(evidence) {
      // At most 6,000 tokens by the registry's bound: a tenth of a millisecond here, five times that through a thread.
      const body = gzipSync(JSON.stringify(evidence.result), SMALL);
      if (body.length > MAX_RESULT_BYTES) {
        throw new AppError(
          "invalid_input",
          `The result of ${evidence.tool} is ${body.length} bytes compressed; at most ${MAX_RESULT_BYTES} are recorded.`,
        );
      }
      const sha256 = createHash("sha256").update(body).digest();
      await insert({
        result: { sha256, body },
        evidence: {
          id: evidence.id,
          investigation_id: evidence.investigationId,
          tool: evidence.tool,
          input: sql.json(storable(evidence.input)),
          state: evidence.state,
          summary: evidence.summary,
          link: evidence.link,
          at: evidence.at,
          duration_ms: evidence.durationMs,
          queries: sql.json(storable(evidence.queries)),
          cached: evidence.cached,
          result_sha256: sha256,
        },
      });
    },

    async get(id) {
      const [row] = await sql`
        select evidence.*, evidence_results.body from evidence
        join evidence_results on evidence_results.sha256 = evidence.result_sha256
          and evidence_results.month = date_trunc('month', evidence.recorded_at at time zone 'utc')::date
        where evidence.id = ${id}`;
      if (!row) return null;
      return { ...toEvidence(row), result: JSON.parse((await decompress(row.body)).toString("utf8")) };
    },

    async list(investigationId) {
      const rows = await sql`
        select * from evidence where investigation_id = ${investigationId} order by recorded_at, id limit ${MAX_LISTED}`;
      return rows.map(toEvidence);
    },
  };
}

/** Keeps this and the next two months' partitions and drops what is older than `keepDays`; answers what was dropped. */
export async function keepEvidencePartitions(sql: Sql, keepDays = 90): Promise<string[]> {
  const rows = await sql`select keep_evidence_partitions(${keepDays}) as dropped`;
  return rows.map((row) => String(row.dropped));
}

function toEvidence(row: Row): Evidence {
  return {
    id: row.id,
    investigationId: row.investigation_id,
    tool: row.tool,
    input: row.input,
    state: row.state,
    summary: row.summary,
    link: row.link,
    at: row.at instanceof Date ? row.at.toISOString() : String(row.at),
    durationMs: row.duration_ms,
    queries: row.queries,
    cached: row.cached,
  };
}
