import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Alert } from "@oncall/incidents";
import { parseWebhook } from "@oncall/integrations";
import { type Measured, share } from "./task.ts";

const ARRIVED = "2026-11-20T10:00:00Z";

/** Where a sender's documentation puts what; dots lead into objects, `!` parses the JSON text that stands there. */
interface Fields {
  /** A place that only this sender's bodies have. */
  readonly when: string;
  /** Null where such a body is no alert. */
  readonly name: readonly string[] | null;
  /** A value at a place that means that the alert is over. */
  readonly over?: readonly [place: string, value: string];
  readonly severity?: readonly string[];
  readonly startedAt?: readonly string[];
  readonly service?: readonly string[];
}

const SNS = "Records.0.Sns.Message!";
const senders: readonly Fields[] = [
  {
    when: "alerts.0.labels",
    name: ["alerts.0.labels.alertname"],
    over: ["alerts.0.status", "resolved"],
    severity: ["alerts.0.labels.severity"],
    startedAt: ["alerts.0.startsAt"],
    service: ["alerts.0.labels.service"],
  },
  {
    when: "alert.alerts.0.labels",
    name: ["alert.alerts.0.labels.alertname"],
    severity: ["alert.alerts.0.labels.severity"],
    startedAt: ["alert.alerts.0.startsAt"],
  },
  // Before the common labels: such bodies name the alert themselves.
  {
    when: "alert_name",
    name: ["alert_name"],
    severity: ["severity"],
    startedAt: ["startsAt"],
    service: ["labels.service"],
  },
  { when: "commonLabels.alertname", name: ["commonLabels.alertname"], severity: ["commonLabels.severity"] },
  {
    when: "labels.alertname",
    name: ["labels.alertname"],
    over: ["status", "resolved"],
    severity: ["labels.severity"],
    startedAt: ["startsAt"],
    service: ["labels.service"],
  },
  {
    when: `${SNS}.AlarmName`,
    name: [`${SNS}.AlarmName`],
    over: [`${SNS}.NewStateValue`, "OK"],
    startedAt: [`${SNS}.StateChangeTime`],
  },
  { when: "detail.eventTypeCode", name: ["detail.eventTypeCode"], startedAt: ["detail.startTime"] },
  { when: "detail.title", name: ["detail.title"], startedAt: ["detail.service.eventFirstSeen"] },
  { when: `${SNS}.detail-type`, name: [`${SNS}.detail-type`], startedAt: [`${SNS}.time`] },
  { when: "Records.0.Sns.Subject", name: ["Records.0.Sns.Subject"] },
  {
    when: "culprit",
    name: ["event.title"],
    severity: ["level"],
    startedAt: ["event.timestamp"],
    service: ["project_slug"],
  },
  { when: "monitor_id", name: ["title"], severity: ["priority"] },
  {
    when: "incident.policy_name",
    name: ["incident.policy_name", "incident.condition_name"],
    over: ["incident.state", "closed"],
    startedAt: ["incident.started_at"],
  },
  {
    when: "issueUrl",
    name: ["alertConditionNames.0", "title"],
    over: ["state", "CLOSED"],
    severity: ["priority"],
    startedAt: ["createdAt"],
  },
  {
    when: "event.event_type",
    name: ["event.data.title"],
    over: ["event.event_type", "incident.resolved"],
    startedAt: ["event.data.created_at"],
    service: ["event.data.service.summary"],
  },
  { when: "event_definition_title", name: ["event_definition_title"], startedAt: ["event.timestamp"] },
  { when: "event.monitorID", name: ["event.title"], startedAt: ["event.timestamp"] },
  { when: "notification_type", name: ["summary"], over: ["notification_type", "RECOVERY"] },
  { when: "alert_action", name: ["name"], over: ["alert_action", "resolve"] },
  // An inventory's record that was created.
  { when: "snapshots", name: null },
];

const grades: Readonly<Record<string, string>> = {
  critical: "critical",
  high: "critical",
  error: "critical",
  fatal: "critical",
  p1: "critical",
  p2: "critical",
  warning: "warning",
  medium: "warning",
  p3: "warning",
  info: "info",
  low: "info",
  p4: "info",
  p5: "info",
};

export interface ReadWebhook {
  readonly id: string;
  readonly payload: unknown;
  /** The first alert it is read as. */
  readonly alert: Alert | null;
  /** The labels that the body itself gives it. */
  readonly labels: Readonly<Record<string, string>>;
}

export function readWebhooks(paths: readonly string[]): ReadWebhook[] {
  return paths.map((path) => {
    const { payload } = JSON.parse(readFileSync(path, "utf8")) as { payload: unknown };
    const given = ["alerts.0.labels", "labels", "commonLabels"].map((place) => at(payload, place));
    return {
      id: basename(path),
      payload,
      alert: parseWebhook(payload, ARRIVED)?.alerts[0] ?? null,
      labels: (given.find((labels) => labels !== undefined) ?? {}) as Readonly<Record<string, string>>,
    };
  });
}

interface Count {
  right: number;
  of: number;
}

/**
 * Third-party bodies. A reading is right where it equals what stands in the field that its sender documents; a body of
 * a sender that the table does not have is counted as understood or not, and shown in the notes.
 */
export function measureWebhooks(bodies: readonly ReadWebhook[]): Measured {
  const counts = new Map<string, Count>();
  const notes: string[] = [];
  const count = (what: string, isRight: boolean, words: string): void => {
    const known = counts.get(what) ?? { right: 0, of: 0 };
    counts.set(what, { right: known.right + (isRight ? 1 : 0), of: known.of + 1 });
    if (!isRight) notes.push(words);
  };
  for (const { id, payload, alert } of bodies) {
    const fields = senders.find(({ when }) => at(payload, when) !== undefined);
    const read =
      alert === null ? "no alert" : `${alert.source}: ${alert.status} ${alert.severity} "${alert.name}"`;
    const say = (what: string): string => `${id}: ${what}; read as ${read}`;
    if (fields === undefined) {
      notes.push(say("a sender without a row in the protocol"));
      continue;
    }
    count("alert or not", (alert !== null) === (fields.name !== null), say("alert or not"));
    if (alert === null || fields.name === null) continue;
    const expected = (places: readonly string[] = []): string | undefined =>
      places
        .map((place) => at(payload, place))
        .find((value) => typeof value === "string" || typeof value === "number")
        ?.toString();
    const name = expected(fields.name);
    count("name", name !== undefined && bare(alert.name) === bare(name), say(`name ${name}`));
    const isOver = fields.over !== undefined && at(payload, fields.over[0]) === fields.over[1];
    count("status", alert.status === (isOver ? "resolved" : "firing"), say(isOver ? "is over" : "fires"));
    const grade = grades[(expected(fields.severity) ?? "").toLowerCase().replace(/^(?=\d$)/, "p")];
    if (grade !== undefined) count("severity", alert.severity === grade, say(`severity ${grade}`));
    const began = moment(expected(fields.startedAt));
    if (began !== null)
      count("started at", alert.startedAt === began, say(`began ${began}, not ${alert.startedAt}`));
    const service = expected(fields.service);
    if (service !== undefined) count("service", alert.labels.service === service, say(`service ${service}`));
  }
  return {
    figures: [...counts].map(([what, { right, of }]) => ({
      ...share(`webhook ${what}`, right, of, 0),
      bar: null,
      ok: true,
    })),
    notes,
  };
}

/** Without the state that some senders write before the name. */
function bare(name: string): string {
  return name.replace(/^(?:triggered|resolved):\s*/i, "").trim();
}

function moment(words: string | undefined): string | null {
  if (words === undefined) return null;
  const count = Number(words);
  const at = new Date(
    Number.isFinite(count) ? count * (count < 1e11 ? 1000 : 1) : words.replace(/ \+0000 UTC$/, "Z"),
  );
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function at(value: unknown, place: string): unknown {
  return place.split(".").reduce<unknown>((found, key) => {
    const inside =
      typeof found === "object" && found !== null
        ? (found as Record<string, unknown>)[key.replace(/!$/, "")]
        : undefined;
    return key.endsWith("!") && typeof inside === "string" ? parsed(inside) : inside;
  }, value);
}

function parsed(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return undefined;
  }
}
