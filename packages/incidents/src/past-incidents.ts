import type { Row, Sql } from "postgres";
import { iso } from "./incident-rows.ts";
import type { Severity } from "./types.ts";

/** An incident of the past, with what it was found to come from. */
export interface PastIncident {
  readonly id: string;
  readonly title: string;
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly startedAt: string;
  /** Null while it is open. */
  readonly resolvedAt: string | null;
  /** By the diagnosis where there is one, else by the first look; null where neither named one. */
  readonly cause: { readonly service: string; readonly code: string; readonly summary: string } | null;
}

export interface PastQuery {
  readonly service: string;
  /** What makes two alerts the same; see `fingerprintOf`. */
  readonly fingerprint: string | null;
  readonly from: Date;
  /** Those that began earlier than this: the incident that is being looked at is not among them. */
  readonly before: Date;
  readonly limit: number;
}

/** What tools read of earlier incidents. */
export interface PastIncidents {
  /** Of the same alert, then of the service, newest first each, and how many there are in all. */
  find(query: PastQuery): Promise<{ readonly incidents: readonly PastIncident[]; readonly total: number }>;
}

export function createPastIncidents(sql: Sql): PastIncidents {
  return {
    async find({ service, fingerprint, from, before, limit }) {
      const rows = await sql`
        select incidents.*, count(*) over ()::int as total, known.cause
        from incidents
        left join lateral (
          select case
            when diagnosis #> '{root_causes,0}' is not null then jsonb_build_object(
              'service', diagnosis #>> '{root_causes,0,service}', 'code', diagnosis #>> '{root_causes,0,code}',
              'summary', diagnosis #>> '{root_causes,0,statement}')
            else coalesce(appended #> '{look,causes,0}', first_look #> '{causes,0}')
          end as cause
          from investigations where incident_id = incidents.id and status <> 'running'
          order by created_at desc limit 1
        ) known on true
        where (service = ${service} or fingerprint = ${fingerprint}) and fingerprint not like 'question:%'
          and started_at >= ${from} and started_at < ${before}
        order by fingerprint = ${fingerprint} desc nulls last, started_at desc, incidents.id limit ${limit}`;
      return { incidents: rows.map(toPast), total: rows[0]?.total ?? 0 };
    },
  };
}

function toPast(row: Row): PastIncident {
  const { service, code, summary } = row.cause ?? {};
  return {
    id: row.id,
    title: row.title,
    fingerprint: row.fingerprint,
    severity: row.severity,
    startedAt: iso(row.started_at),
    resolvedAt: row.resolved_at === null ? null : iso(row.resolved_at),
    cause: typeof service === "string" && typeof code === "string" ? { service, code, summary } : null,
  };
}
