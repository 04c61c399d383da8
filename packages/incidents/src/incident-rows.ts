import { AppError, newId, storable } from "@oncall/core";
import type { Row, TransactionSql } from "postgres";
import type { AlertInput, Begun } from "./incident-store.ts";
import type { Alert, FirstLook, Incident, Investigation, SlackPlace } from "./types.ts";

/** A job that ran before finds its own investigation, or that its alert was a repeat. */
export async function beganBefore(tx: TransactionSql, inboxId: string): Promise<Begun | null> {
  const [mine] = await tx`select * from investigations where inbox_id = ${inboxId}`;
  if (mine) {
    const [incident] = await tx`select * from incidents where id = ${mine.incident_id}`;
    if (incident)
      return { state: "investigate", incident: toIncident(incident), investigation: toInvestigation(mine) };
  }
  const [repeat] = await tx`
    select incidents.*, alerts.id as alert_id from alerts join incidents on incidents.id = alerts.incident_id
    where alerts.inbox_id = ${inboxId}`;
  return repeat ? { state: "repeat", incident: toIncident(repeat), alertId: String(repeat.alert_id) } : null;
}

export interface NewIncident {
  readonly fingerprint: string;
  readonly title: string;
  readonly severity: Incident["severity"];
  readonly service: string | null;
  readonly place: SlackPlace | null;
  readonly startedAt: string;
}

/** The open incident of that fingerprint, made when there is none; the unique index settles a race. */
export async function openIncident(
  tx: TransactionSql,
  incident: NewIncident,
): Promise<{ incident: Incident; isNew: boolean }> {
  const [made] = await tx`
    insert into incidents (id, fingerprint, title, status, severity, service, channel, thread_ts, started_at)
    values (${newId("inc")}, ${incident.fingerprint}, ${incident.title}, 'open', ${incident.severity}, ${incident.service},
      ${incident.place?.channel ?? null}, ${incident.place?.threadTs ?? null}, ${incident.startedAt})
    on conflict (fingerprint) where status = 'open' do nothing
    returning *`;
  if (made) return { incident: toIncident(made), isNew: true };
  const [open] =
    await tx`select * from incidents where fingerprint = ${incident.fingerprint} and status = 'open' for update`;
  // Resolved between the two statements: rare enough to run the job again.
  if (!open)
    throw new AppError(
      "unavailable",
      "The open incident was resolved while its alert was added; the job runs again.",
    );
  return { incident: toIncident(open), isNew: false };
}

export async function addAlert(tx: TransactionSql, incidentId: string, input: AlertInput): Promise<string> {
  const id = newId("al");
  await tx`
    insert into alerts (id, incident_id, inbox_id, alert, channel, thread_ts)
    values (${id}, ${incidentId}, ${input.inboxId}, ${tx.json(storable(input.alert))}, ${input.place?.channel ?? null},
      ${input.place?.threadTs ?? null})`;
  return id;
}

export async function addInvestigation(
  tx: TransactionSql,
  incidentId: string,
  inboxId: string,
  kind: Investigation["kind"],
  question: string | null,
): Promise<Investigation> {
  const [row] = await tx`
    insert into investigations (id, incident_id, inbox_id, kind, question, status)
    values (${newId("inv")}, ${incidentId}, ${inboxId}, ${kind}, ${question}, 'running') returning *`;
  return toInvestigation(row as Row);
}

const MAX_TITLE = 200;

export function titleOf(alert: Alert): string {
  const about = alert.labels.service ?? alert.labels.job ?? alert.labels.deployment;
  const title = about && !alert.name.includes(about) ? `${alert.name} · ${about}` : alert.name;
  return title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title;
}

export function iso(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

export function toIncident(row: Row): Incident {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    title: row.title,
    status: row.status,
    severity: row.severity,
    service: row.service,
    place:
      row.channel === null
        ? null
        : { channel: row.channel, ...(row.thread_ts === null ? {} : { threadTs: row.thread_ts }) },
    startedAt: iso(row.started_at),
    createdAt: iso(row.created_at),
    resolvedAt: row.resolved_at === null ? null : iso(row.resolved_at),
  };
}

/** First looks stored before candidates had reasons hold their names alone. */
export function storedFirstLook(stored: FirstLook | null): FirstLook | null {
  if (stored === null) return null;
  const candidates: readonly (string | FirstLook["candidates"][number])[] = stored.candidates;
  return {
    ...stored,
    candidates: candidates.map((one) => (typeof one === "string" ? { service: one, why: "" } : one)),
  };
}

export function toInvestigation(row: Row): Investigation {
  return {
    id: row.id,
    incidentId: row.incident_id,
    inboxId: row.inbox_id,
    kind: row.kind,
    question: row.question,
    status: row.status,
    firstLook: storedFirstLook(row.first_look),
    appended: row.appended,
    awaitsLate: row.awaits_late,
    diagnosis: row.diagnosis,
    diagnosisSkipped: row.diagnosis_skipped,
    createdAt: iso(row.created_at),
    finishedAt: row.finished_at === null ? null : iso(row.finished_at),
  };
}
