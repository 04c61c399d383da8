import type { Alert } from "@oncall/incidents";
import { parseAlert, parseWebhook, type SlackMessageEvent } from "@oncall/integrations";

/** Names that webhooks give their fields and chat messages do not. */
const webhookNames = [
  "alerts",
  "title",
  "name",
  "alert_name",
  "severity",
  "status",
  "state",
  "labels",
  "summary",
];
const MAX_PRINTED = 10;

interface Understood {
  /** The one that fires, where the body holds several; null when the content is no alert. */
  readonly first: Alert | null;
  readonly others: readonly Alert[];
  readonly notes: readonly string[];
}

/** The alert that content is understood as: lines for people, and what `--json` prints (SPEC §16). */
export function alertReport(content: unknown, now: Date): { lines: readonly string[]; answer: unknown } {
  const { first, others, notes } = understoodAlerts(content, now);
  const remarks = notes.map((note) => `note: ${note}`);
  if (first === null) return { answer: { alert: null, notes }, lines: ["This is no alert.", ...remarks] };
  return {
    answer: {
      alert: printed(first),
      ...(others.length === 0 ? {} : { others: others.map(printed) }),
      notes,
    },
    lines: [
      line(first),
      ...Object.entries(first.labels).map(([key, value]) => `  ${key}: ${value}`),
      ...others.slice(0, MAX_PRINTED).map((other) => `also: ${line(other)}`),
      ...(others.length > MAX_PRINTED ? [`and ${others.length - MAX_PRINTED} more (--json shows them)`] : []),
      ...remarks,
    ],
  };
}

/** What a chat message, as an event, an API or an incoming webhook holds it, or another sender's body is understood as. */
function understoodAlerts(content: unknown, now: Date): Understood {
  const message = slackMessage(content);
  if (message !== null) {
    const first = parseAlert(message, now.toISOString());
    return {
      first,
      others: [],
      notes:
        first === null
          ? ["It was read as a Slack message, and says neither that something fires nor that it is over."]
          : [],
    };
  }
  const read = parseWebhook(content, now.toISOString());
  if (read === null) {
    return {
      first: null,
      others: [],
      notes: [
        "Neither a Slack message nor a webhook body with a name and a state or severity. Understood are those of Alertmanager, Grafana, Datadog, PagerDuty, CloudWatch and SNS, Sentry, Opsgenie, Google Cloud Monitoring, New Relic, Splunk, Uptime Kuma, and any body with fields such as title, status, severity.",
      ],
    };
  }
  const first = read.alerts.find(({ status }) => status === "firing") ?? read.alerts[0] ?? null;
  return {
    first,
    others: read.alerts.filter((alert) => alert !== first),
    notes: [
      ...(first === null ? [`This is a message from ${read.source} that tells of no alert.`] : []),
      ...(read.omitted === 0 ? [] : [`Alerts that the body or we left out: ${read.omitted}.`]),
    ],
  };
}

function slackMessage(content: unknown): SlackMessageEvent | null {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return null;
  const { event, ...body } = content as SlackMessageEvent & { readonly event?: SlackMessageEvent };
  const isEvent = (body as { type?: unknown }).type === "event_callback" && typeof event === "object";
  const message: SlackMessageEvent = isEvent && event !== null ? event : body;
  const isMessage =
    message.type === "message" ||
    Array.isArray(message.attachments) ||
    Array.isArray(message.blocks) ||
    (typeof message.text === "string" && !webhookNames.some((name) => name in message));
  if (!isMessage) return null;
  // What is posted by an incoming webhook names neither a type nor who posts it.
  const isPosted = message.user === undefined && message.bot_id === undefined && message.type === undefined;
  return { type: "message", ...(isPosted ? { subtype: "bot_message" } : {}), ...message };
}

function printed({ name, status, severity, labels, startedAt, source }: Alert): object {
  return {
    name,
    status,
    severity,
    ...(labels.service === undefined ? {} : { service: labels.service }),
    labels,
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
    source,
  };
}

function line({ name, status, severity, startedAt, source }: Alert): string {
  return `${status} ${severity}: ${name} (from ${source}${startedAt === undefined ? "" : `, began ${startedAt}`})`;
}
