import type { Alert, Severity } from "@oncall/incidents";
import { type MessageText, messageText, type SlackMessageEvent } from "./message-text.ts";

/**
 * The alert a Slack message is, or null when it is none: chatter, an edit, a reply in a thread. Pure.
 * Understood are Alertmanager (default title, with label values but no names, and the usual detailed
 * templates), Grafana, Datadog, PagerDuty, CloudWatch, Sentry and a person who writes that something fires.
 * @param receivedAt when the message arrived, ISO 8601
 */
export function parseAlert(message: SlackMessageEvent, receivedAt: string): Alert | null {
  if (message.type !== "message" || (message.subtype !== undefined && message.subtype !== "bot_message"))
    return null;
  // A reply in a thread is talk about an alert, not an alert.
  if (message.thread_ts !== undefined && message.thread_ts !== message.ts) return null;
  const content = messageText(message);
  const fromBot =
    message.bot_id !== undefined || message.subtype === "bot_message" || message.app_id !== undefined;
  const status = fromBot ? statusFromBot(content) : statusFromPerson(content.text);
  if (status === null) return null;

  const labels = labelsOf(content);
  const title = titleParts(content.title);
  const name = labels.alertname ?? (fromBot ? title.name : nameFromPerson(content.text));
  const { alertname: _, ...about } = labels;
  return {
    name: name.slice(0, 200),
    status,
    severity: severityOf(labels, title.values, content.text, message.attachments?.[0]?.color),
    source: fromBot ? sourceOf(message, content) : "person",
    labels: about,
    values: title.values,
    text: content.text,
    ...startedAt(content.text),
    receivedAt,
    links: content.links,
  };
}

function statusFromBot({ title, text }: MessageText): Alert["status"] | null {
  const head = `${title}\n${text.slice(0, 2000)}`;
  if (
    /\[RESOLVED\b|\bRESOLVED\b|^\s*(?:✅\s*)?(?:Resolved|Recovered)\b/m.test(head) &&
    !/\[FIRING\b/.test(head)
  )
    return "resolved";
  if (/\bFIRING\b|\*\*Firing\*\*|\balert(?:s|ing)?\b|\balarm\b|\btriggered\b|\bincident\b/i.test(head))
    return "firing";
  return null;
}

/** Alert names are words in upper camel case: two capitals and a small letter at least, such as `KubeAPIDown`. */
const alertNamePattern = /\b[A-Z](?=[A-Za-z0-9]{0,60}[a-z])(?=[A-Za-z0-9]{0,60}[A-Z])[A-Za-z0-9]{3,100}\b/;

/** A person must say that something fires, not only use the word. */
function statusFromPerson(text: string): Alert["status"] | null {
  if (/\bRESOLVED\b/.test(text)) return "resolved";
  if (/\bFIRING\b/.test(text)) return "firing";
  if (/\b(?:[A-Z][a-z0-9]+){2,}\b[^.?!\n]{0,40}\b(?:is\s+)?(?:firing|fired|triggered)\b/.test(text))
    return "firing";
  if (/^\s*(?::\w+:\s*)?alert\s*[:!]/i.test(text)) return "firing";
  return null;
}

function nameFromPerson(text: string): string {
  return alertNamePattern.exec(text)?.[0] ?? text.split("\n", 1)[0]?.trim() ?? "alert";
}

interface TitleParts {
  readonly name: string;
  readonly values: readonly string[];
}

/** `[FIRING:2] HighErrorRate orders (order-service critical)`: the name, then label values without names. */
function titleParts(title: string): TitleParts {
  const bare = title
    .replace(/^\s*\[(?:FIRING|RESOLVED)(?::\s*\d+)?[^\]]*\]\s*/i, "")
    .replace(/^\s*(?:FIRING|RESOLVED|ALERT|ALARM|Triggered|Recovered|Resolved)\s*[:\-–]\s*/i, "")
    .trim();
  const parenthesised = /\(([^()]*)\)\s*$/.exec(bare);
  const outside = parenthesised ? bare.slice(0, parenthesised.index).trim() : bare;
  const [first = "", ...rest] = outside.split(/\s+/);
  // Only Alertmanager's and Grafana's titles are one name and then values; others are sentences.
  const isLabelList = parenthesised !== null && /^[A-Za-z][\w:.-]*$/.test(first);
  const inside = (parenthesised?.[1] ?? "").split(/[\s,]+/);
  return {
    name: isLabelList ? first : bare || "alert",
    values: isLabelList ? [...rest, ...inside].filter((value) => value !== "") : [],
  };
}

const labelLine = /^\s*(?:[-•*·]\s*)?([A-Za-z_][A-Za-z0-9_.-]{0,63})\s*(?:=|:)\s*(\S(?:.{0,254}\S)?)\s*$/;
/** Words before a colon that lay out the message and are no labels. */
const headings = new Set([
  "alert",
  "alerts",
  "description",
  "summary",
  "message",
  "runbook",
  "runbook_url",
  "details",
  "labels",
  "annotations",
  "source",
  "silence",
  "value",
  "graph",
  "dashboard",
  "started",
  "startsat",
  "starts_at",
  "since",
  "duration",
  "http",
  "https",
  "panel",
  "firing",
  "resolved",
]);

/** `name: value`, `name = value` and field pairs, as labels; names in lower case with underscores. */
function labelsOf({ text, fields }: MessageText): Record<string, string> {
  const labels: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    const key = name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_");
    if (!headings.has(key) && /^[a-z_][a-z0-9_.]{0,63}$/.test(key) && !(key in labels))
      labels[key] = value.trim();
  };
  let inAnnotations = false;
  for (const line of text.split("\n").slice(0, 500)) {
    if (/^\s*annotations\s*:/i.test(line)) inAnnotations = true;
    if (/^\s*labels\s*:/i.test(line)) inAnnotations = false;
    const match = inAnnotations ? null : labelLine.exec(line);
    if (match?.[1] && match[2] && !/^\/\//.test(match[2])) add(match[1], match[2]);
  }
  for (const [name, value] of fields) add(name, value);
  const name =
    labels.alertname ?? labels.alert_name ?? labels.alarm_name ?? labels.alarmname ?? labels.monitor;
  if (name !== undefined) labels.alertname = name;
  return labels;
}

const severities: readonly (readonly [RegExp, Severity])[] = [
  [/^(?:critical|crit|page|fatal|emergency|disaster|error|high|major|p1|p2|sev-?1|sev-?2)$/i, "critical"],
  [/^(?:warning|warn|medium|average|minor|p3|sev-?3)$/i, "warning"],
  [/^(?:info|information|informational|none|low|notice|p4|p5|sev-?[45])$/i, "info"],
];

function severityWord(word: string): Severity | undefined {
  return severities.find(([pattern]) => pattern.test(word))?.[1];
}

function severityOf(
  labels: Record<string, string>,
  values: readonly string[],
  text: string,
  color?: string,
): Severity {
  const named = severityWord(labels.severity ?? labels.priority ?? labels.level ?? "");
  if (named) return named;
  for (const value of values) {
    const found = /^(?:critical|page|warning|info|none)$/i.test(value) ? severityWord(value) : undefined;
    if (found) return found;
  }
  const inText = /\b(critical|warning|info)\b/i.exec(text)?.[1];
  if (inText) return severityWord(inText) ?? "warning";
  return color !== undefined && /^#?(?:a30200|danger|d00000|e01e5a|d63232)$/i.test(color)
    ? "critical"
    : "warning";
}

const sources: readonly (readonly [RegExp, string])[] = [
  [/grafana/i, "grafana"],
  [/datadog/i, "datadog"],
  [/pagerduty/i, "pagerduty"],
  [/sentry/i, "sentry"],
  [/cloudwatch|aws/i, "cloudwatch"],
  [/alertmanager|prometheus/i, "alertmanager"],
];

function sourceOf(message: SlackMessageEvent, content: MessageText): string {
  for (const place of [
    message.username ?? "",
    message.attachments?.[0]?.footer ?? "",
    content.links.join(" "),
    content.text,
  ]) {
    const found = sources.find(([pattern]) => pattern.test(place));
    if (found) return found[1];
  }
  return /^\[(?:FIRING|RESOLVED)/.test(content.title) ? "alertmanager" : "bot";
}

/** When the sender says it began, where it says so in ISO 8601. */
function startedAt(text: string): { startedAt?: string } {
  const match =
    /\b(?:started(?:\s+at)?|starts?_?at|since)\b\W{0,6}(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)/i.exec(
      text,
    );
  if (!match?.[1]) return {};
  const at = new Date(match[1].replace(/\s?UTC$/, "Z").replace(" ", "T"));
  return Number.isNaN(at.getTime()) ? {} : { startedAt: at.toISOString() };
}
