import { storable } from "@oncall/core";
import type { Sql } from "postgres";
import { fingerprintOf } from "./fingerprint.ts";
import {
  addAlert,
  addInvestigation,
  beganBefore,
  iso,
  openIncident,
  storedFirstLook,
  titleOf,
  toIncident,
  toInvestigation,
} from "./incident-rows.ts";
import type { Alert, Appended, Diagnosis, FirstLook, Incident, Investigation, SlackPlace } from "./types.ts";

/** What an alert or question led to: a new investigation, one to resume, or nothing more to find out. */
export type Begun =
  | { readonly state: "investigate"; readonly incident: Incident; readonly investigation: Investigation }
  | { readonly state: "repeat"; readonly incident: Incident; readonly alertId: string };

export interface AlertInput {
  readonly inboxId: string;
  readonly alert: Alert;
  readonly place: SlackPlace | null;
}

export interface QuestionInput {
  readonly inboxId: string;
  readonly question: string;
  /** The service it is about, when one was found. */
  readonly service: string | null;
  readonly place: SlackPlace | null;
  readonly askedAt: string;
}

export interface IncidentStore {
  /** Idempotent by inbox row: a job that runs again gets what it got before. */
  beginAlert(input: AlertInput): Promise<Begun>;
  /** Joins the open incident of that service, else opens one of its own. */
  beginQuestion(input: QuestionInput): Promise<Extract<Begun, { state: "investigate" }>>;
  /** Resolves the open incident this alert belongs to; null when none is open. */
  resolve(input: AlertInput): Promise<{ readonly incident: Incident; readonly alertId: string } | null>;
  /** The first one saved stays: what was posted is what is stored. Answers the one that stands. */
  saveFirstLook(
    investigationId: string,
    firstLook: FirstLook,
    more?: { readonly awaitsLate: boolean },
  ): Promise<FirstLook>;
  /** Beside the first look, which stays what it was. */
  saveAppended(investigationId: string, appended: Appended): Promise<void>;
  /** What was late is in and told, or given up. */
  lateIsOver(investigationId: string): Promise<void>;
  saveDiagnosis(investigationId: string, diagnosis: Diagnosis): Promise<Diagnosis>;
  skipDiagnosis(investigationId: string, why: string): Promise<void>;
  finish(investigationId: string, status: "done" | "failed"): Promise<void>;
  /** Its job failed for good: the investigation ends as failed. Answers its id; null when the job began none. */
  abandon(inboxId: string): Promise<string | null>;
  /** One verdict a person: a second one replaces the first. */
  giveFeedback(investigationId: string, person: string, helpful: boolean): Promise<void>;
  /** The same alert or question once more: a new investigation of the incident that `investigationId` belongs to. */
  beginAgain(
    investigationId: string,
    inboxId: string,
  ): Promise<Extract<Begun, { state: "investigate" }> | null>;
  /** What an investigation was asked: the inbox row that began it. */
  askedBy(investigationId: string): Promise<string | null>;
  get(id: string): Promise<Incident | null>;
  investigations(incidentId: string): Promise<readonly Investigation[]>;
  alerts(
    incidentId: string,
  ): Promise<readonly { readonly id: string; readonly alert: Alert; readonly receivedAt: string }[]>;
  /** Newest first, at most 200. */
  list(query: { status?: Incident["status"] | undefined; limit: number }): Promise<readonly Incident[]>;
}

export function createIncidentStore(sql: Sql): IncidentStore {
  return {
    beginAlert: (input) =>
      sql.begin(async (tx) => {
        const before = await beganBefore(tx, input.inboxId);
        if (before) return before;
        const opened = await openIncident(tx, {
          fingerprint: fingerprintOf(input.alert),
          title: titleOf(input.alert),
          severity: input.alert.severity,
          service: null,
          place: input.place,
          startedAt: input.alert.startedAt ?? input.alert.receivedAt,
        });
        const alertId = await addAlert(tx, opened.incident.id, input);
        if (!opened.isNew) return { state: "repeat", incident: opened.incident, alertId };
        const investigation = await addInvestigation(tx, opened.incident.id, input.inboxId, "alert", null);
        return { state: "investigate", incident: opened.incident, investigation };
      }),

    beginQuestion: (input) =>
      sql.begin(async (tx) => {
        const before = await beganBefore(tx, input.inboxId);
        if (before?.state === "investigate") return before;
        const [open] = input.service
          ? await tx`select * from incidents where service = ${input.service} and status = 'open' order by created_at desc limit 1`
          : [];
        const incident = open
          ? toIncident(open)
          : (
              await openIncident(tx, {
                fingerprint: `question:${input.inboxId}`,
                title: input.question,
                severity: "info",
                service: input.service,
                place: input.place,
                startedAt: input.askedAt,
              })
            ).incident;
        const investigation = await addInvestigation(
          tx,
          incident.id,
          input.inboxId,
          "question",
          input.question,
        );
        return { state: "investigate", incident, investigation };
      }),

    resolve: (input) =>
      sql.begin(async (tx) => {
        const [known] = await tx`
          select incidents.*, alerts.id as alert_id from alerts join incidents on incidents.id = alerts.incident_id
          where alerts.inbox_id = ${input.inboxId}`;
        if (known) return { incident: toIncident(known), alertId: String(known.alert_id) };
        const [row] = await tx`
          update incidents set status = 'resolved', resolved_at = now()
          where fingerprint = ${fingerprintOf(input.alert)} and status = 'open' returning *`;
        if (!row) return null;
        const incident = toIncident(row);
        return { incident, alertId: await addAlert(tx, incident.id, input) };
      }),

    async saveFirstLook(investigationId, firstLook, { awaitsLate } = { awaitsLate: false }) {
      const [row] = await sql`
        with saved as (
          update investigations set first_look = coalesce(first_look, ${sql.json(storable(firstLook))}),
            awaits_late = case when first_look is null then ${awaitsLate} else awaits_late end
          where id = ${investigationId} returning first_look, incident_id
        ), named as (
          update incidents set service = coalesce(service, ${firstLook.service})
          where id = (select incident_id from saved)
        )
        select first_look from saved`;
      return storedFirstLook(row?.first_look) as FirstLook;
    },

    async saveAppended(investigationId, appended) {
      await sql`
        update investigations set appended = ${sql.json(storable(appended))} where id = ${investigationId}`;
    },

    async lateIsOver(investigationId) {
      await sql`update investigations set awaits_late = false where id = ${investigationId}`;
    },

    async saveDiagnosis(investigationId, diagnosis) {
      const [row] = await sql`
        update investigations set diagnosis = coalesce(diagnosis, ${sql.json(storable(diagnosis))}), diagnosis_skipped = null
        where id = ${investigationId} returning diagnosis`;
      return row?.diagnosis as Diagnosis;
    },

    async skipDiagnosis(investigationId, why) {
      await sql`update investigations set diagnosis_skipped = ${why} where id = ${investigationId} and diagnosis is null`;
    },

    async finish(investigationId, status) {
      await sql`
        with finished as (
          update investigations set status = ${status}, finished_at = now()
          where id = ${investigationId} and status = 'running' returning incident_id, kind, first_look
        )
        -- An answered question is no incident that stays open, unless it found something wrong.
        update incidents set status = 'resolved', resolved_at = now()
        from finished where incidents.id = finished.incident_id and incidents.fingerprint like 'question:%'
          and coalesce(finished.first_look->>'verdict', '') <> 'cause_found' and incidents.status = 'open'`;
    },

    async abandon(inboxId) {
      const [row] = await sql`
        with failed as (
          update investigations set status = 'failed', finished_at = now()
          where inbox_id = ${inboxId} and status = 'running'
        )
        select id from investigations where inbox_id = ${inboxId}`;
      return row?.id ?? null;
    },

    async giveFeedback(investigationId, person, helpful) {
      await sql`
        insert into feedback (investigation_id, person, helpful) values (${investigationId}, ${person}, ${helpful})
        on conflict (investigation_id, person) do update set helpful = excluded.helpful, given_at = now()`;
    },

    beginAgain: (investigationId, inboxId) =>
      sql.begin(async (tx) => {
        const before = await beganBefore(tx, inboxId);
        if (before?.state === "investigate") return before;
        const [row] = await tx`
          select incidents.*, investigations.kind, investigations.question from investigations
          join incidents on incidents.id = investigations.incident_id where investigations.id = ${investigationId}`;
        if (!row) return null;
        const incident = toIncident(row);
        const investigation = await addInvestigation(tx, incident.id, inboxId, row.kind, row.question);
        return { state: "investigate", incident, investigation };
      }),

    async askedBy(investigationId) {
      const [row] = await sql`select inbox_id from investigations where id = ${investigationId}`;
      return row?.inbox_id ?? null;
    },

    async get(id) {
      const [row] = await sql`select * from incidents where id = ${id}`;
      return row ? toIncident(row) : null;
    },

    async investigations(incidentId) {
      const rows =
        await sql`select * from investigations where incident_id = ${incidentId} order by created_at, id limit 200`;
      return rows.map(toInvestigation);
    },

    async alerts(incidentId) {
      const rows =
        await sql`select * from alerts where incident_id = ${incidentId} order by received_at, id limit 200`;
      return rows.map((row) => ({ id: row.id, alert: row.alert as Alert, receivedAt: iso(row.received_at) }));
    },

    async list({ status, limit }) {
      const rows = await sql`
        select * from incidents ${status ? sql`where status = ${status}` : sql``}
        order by created_at desc, id limit ${Math.min(limit, 200)}`;
      return rows.map(toIncident);
    },
  };
}
