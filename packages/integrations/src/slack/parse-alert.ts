import type { Alert, Severity } from "@oncall/incidents";
import { severityWord } from "../severity.ts";
import { labelsOf } from "./alert-labels.ts";
import { sourceOf } from "./alert-source.ts";
import { leadingMarks, nameFromPerson, siren, statusFromBot, statusFromPerson } from "./alert-status.ts";
import { toneOf } from "./colour.ts";
import { type MessageText, messageText, type SlackMessageEvent } from "./message-text.ts";

/** A plain message, a bot's, or one with a file; all others are edits, joins, broadcasts of replies and the like. */
const subtypes = new Set([undefined, "bot_message", "file_share"]);

const MAX_NAME = 200;
const MAX_VALUES = 50;

/**
 * The alert a Slack message is, or null when it is none: chatter, an edit, a reply in a thread. Pure.
 * Understood are Alertmanager (default title, with label values but no names, and the usual detailed
 * templates), Grafana, the senders that `alert-source.ts` names, and a person who writes that something fires.
 * @param receivedAt when the message arrived, ISO 8601
 */
export function parseAlert(message: SlackMessageEvent, receivedAt: string): Alert | null {
  if (message.type !== "message" || !subtypes.has(message.subtype)) return null;
  // A reply in a thread is talk about an alert, not an alert.
  if (message.thread_ts !== undefined && message.thread_ts !== message.ts) return null;
  const content = messageText(message);
  const fromBot =
    message.bot_id !== undefined || message.subtype === "bot_message" || message.app_id !== undefined;
  const source = fromBot ? sourceOf(message, content) : "person";
  const color = message.attachments?.[0]?.color;
  const status = fromBot ? statusFromBot(content, source, color) : statusFromPerson(content.text);
  if (status === null) return null;

  const labels = labelsOf(content);
  const title = titleParts(content.title);
  const name = labels.alertname ?? (fromBot ? null : nameFromPerson(content.text)) ?? title.name;
  const { alertname: _, ...about } = labels;
  return {
    name: name.slice(0, MAX_NAME),
    status,
    severity: severityOf(labels, title.values, content, color),
    source,
    labels: about,
    values: title.values,
    text: content.text,
    ...startedAt(content.text),
    receivedAt,
    links: content.links,
  };
}

interface TitleParts {
  readonly name: string;
  readonly values: readonly string[];
}

const mark = /^\[(?:FIRING|RESOLVED|Alerting|OK|Triggered|Recovered|Alert|No Data)\b[^\]]{0,60}\]\s*/i;
const word =
  /^(?:re-?)?(?:FIRING|(?:RESOLVED|RECOVERED|PROBLEM)(?: in [\w ]{1,30})?|(?:\w{1,20} ){0,2}(?:ALERT|incident)|ALARM|OK|Warn|No data|Triggered|Recovery|CRITICAL|WARNING|P[0-3]|SEV-?[0-3])(?:\s*#\d{1,12})?\s*[:\-–—]\s*/i;
/** What senders of incidents and alarms put around a name. */
const number = /^#?\d{1,12}: (?:\[[^\]]{1,60}\]: )?/;
const alarm = /^CloudWatch Alarm \| ([^|]{1,255}?) \| [a-z-]{2,20}\d? \|/i;
/** The state at a name's end is another one once it is over. */
const endState = / is (?:DOWN|UP|OK|CRITICAL|WARNING|UNKNOWN|UNREACHABLE)\b[!*. ]{0,6}$/;
const doer = /^((?:Resolved|Triggered)\b.{1,300}?) by [\p{Lu}][\p{L}'. -]{0,60}$/u;

/** `[FIRING:2] HighErrorRate orders (order-service critical)`: the name, then label values without names. */
function titleParts(title: string): TitleParts {
  const begin = title.replace(leadingMarks, "");
  const unmarked = begin.replace(mark, "");
  const undone = unmarked
    .replace(/^\[(?:CRITICAL|CRIT|WARNING|PROBLEM|DOWN)\]\s*/i, "")
    .replace(/(?:\s:[\w+-]{1,40}:){1,5}$/, "")
    .replace(doer, "$1");
  const bare = (
    alarm.exec(undone)?.[1] ?? undone.replace(word, "").replace(number, "").replace(endState, "")
  ).trim();
  const parenthesised = /\(([^()]*)\)$/.exec(bare);
  const outside = parenthesised ? bare.slice(0, parenthesised.index).trim() : bare;
  const inside = (parenthesised?.[1] ?? "").split(/[\s,]+/);
  const [first = "", ...rest] = outside.split(/\s+/);
  const values = (words: readonly string[]): string[] =>
    words.filter((value) => value !== "").slice(0, MAX_VALUES);
  // Only Alertmanager's and Grafana's titles are a name and then values; others are sentences.
  if (unmarked === begin) return { name: bare || "alert", values: [] };
  const isIdentifier =
    /^[A-Za-z][\w:.-]*$/.test(first) && (/[a-z0-9][A-Z]|[_:]/.test(first) || rest.length === 0);
  return isIdentifier
    ? { name: first, values: values([...rest, ...inside]) }
    : { name: outside || bare || "alert", values: values(inside) };
}

/** By label, then by a value in the title, a word of it, a sign before it, then by colour. */
function severityOf(
  labels: Record<string, string>,
  values: readonly string[],
  { title, text }: MessageText,
  color?: string,
): Severity {
  const isAlarm = /(?:→|->|=>)\s?ALARM\b/.test(text);
  const [, inTitle] =
    /\b(critical|warning|p[0-5]|sev-?[0-5])\b/i.exec(title.replace(/:[\w+-]{1,40}:/g, " ")) ?? [];
  const isGrave = toneOf(color) === "bad" || /\b(?:is|->|→) ?(?:DOWN|CRITICAL|ALARM)\b/.test(title);
  return (
    severityWord(labels.severity) ??
    severityWord(labels.priority) ??
    severityWord(labels.level) ??
    severityWord(values.find((value) => /^(?:critical|page|warning|info|none)$/i.test(value))) ??
    severityWord(inTitle) ??
    (isAlarm || isGrave || siren.test(title) ? "critical" : "warning")
  );
}

/** When the sender says it began, where it says so in ISO 8601; without a zone it is taken as UTC. */
function startedAt(text: string): { startedAt?: string } {
  const match =
    /\b(?:started(?:\s+at)?|start[_ ]?time|starts?[_ ]?at|since)\b\W{0,6}(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?\s?(Z|UTC|[+-]\d{2}:?\d{2})?/i.exec(
      text,
    );
  if (!match) return {};
  const [, day, time, zone = "Z"] = match;
  const at = new Date(`${day}T${time}${/^(?:z|utc)$/i.test(zone) ? "Z" : zone}`);
  return Number.isNaN(at.getTime()) ? {} : { startedAt: at.toISOString() };
}
