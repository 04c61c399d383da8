import { linkLabels } from "./link-labels.ts";
import type { MessageText } from "./message-text.ts";

const labelLine = /^\s*(?:[-•*·]\s*)?([A-Za-z_][A-Za-z0-9_. /-]{0,63}?)\s*[=:]\s*(\S(?:.{0,254}\S)?)\s*$/;
const tag = /^([A-Za-z_][A-Za-z0-9_./-]{0,63})[:=]"?([^\s:="](?:[^\s"]{0,254}[^\s"])?)"?$/;

const MAX_LINES = 500;
const MAX_LABELS = 100;
/** A longer value is a sentence, not a label's. */
const MAX_WORDS = 8;

/**
 * Words before a colon that lay the message out, or that differ between the firing and the resolution of one
 * alert: they are no labels of it.
 */
const headings = new Set(
  (
    "alert alerts description summary message runbook runbook_url details labels annotations source silence " +
    "value values graph dashboard panel started startsat starts_at ends_at since duration http https firing " +
    "resolved status state current_state old_state new_state reason alarm_reason state_reason alarm_description " +
    "event_description link link_to_alarm link_to_event link_to_finding time timestamp date start_time end_time " +
    "event_time first_seen last_seen count events users metric_value note notes more_info tags notified view " +
    "annotation link_to_dashboard assigned_to acknowledged_by"
  ).split(" "),
);

/**
 * `name: value` and `name = value` lines, tags (`service:orders, env:prod`), Prometheus label sets and fields, as
 * labels, and what its links say; names in lower case with underscores. Of several alerts in one message the first one's are taken.
 */
export function labelsOf({ text, fields, links }: MessageText): Record<string, string> {
  const labels = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const key = name
      .trim()
      .toLowerCase()
      .replace(/[\s/-]+/g, "_");
    const isLabel = /^[a-z_][a-z0-9_.]{0,63}$/.test(key) && !headings.has(key) && !labels.has(key);
    if (isLabel && labels.size < MAX_LABELS && value.trim().split(/\s+/).length <= MAX_WORDS)
      labels.set(key, value.trim());
  };

  let inAnnotations = false;
  for (const line of text.split("\n").slice(0, MAX_LINES)) {
    if (/^\s*annotations\s*:/i.test(line)) inAnnotations = true;
    if (/^\s*(?:labels\s*:|\*\*)/i.test(line)) inAnnotations = false;
    if (inAnnotations) continue;
    const tags = tagsOf(line);
    const single = tags.length === 0 ? labelLine.exec(line) : null;
    // A second name begins a second alert.
    const name = tags.find(([key]) => /^alertname$/i.test(key))?.[1] ?? alertnameOf(single);
    if (name !== undefined && labels.has("alertname")) break;
    for (const [key, value] of tags) add(key, value);
    if (single?.[1] && single[2] && !single[2].startsWith("//")) add(single[1], single[2]);
  }
  for (const [name, value] of fields) add(name, value);
  const named = /^\W{0,6}alert(?: name)?:\W{0,6}([A-Za-z][\w.-]{2,100})\W{0,4}$/im.exec(text)?.[1];
  if (named !== undefined) add("alertname", named);

  const name = ["alertname", "alert_name", "alarm_name", "alarmname", "monitor", "rule", "rule_name"]
    .map((key) => labels.get(key))
    .find((value) => value !== undefined);
  if (name !== undefined) labels.set("alertname", name);
  for (const [key, value] of linkLabels(links, labels.get("alertname"))) add(key, value);
  return Object.fromEntries(labels);
}

function alertnameOf(match: RegExpExecArray | null): string | undefined {
  return /^alertname$/i.test(match?.[1] ?? "") ? match?.[2] : undefined;
}

/** A line that is nothing but tags: at least two of them, or a set in braces. */
function tagsOf(line: string): (readonly [name: string, value: string])[] {
  const bare = line.trim().replace(/^(?:tags|labels)\s*[:=]\s*/i, "");
  const inBraces = /^\w{0,100}\{([^{}]{1,2000})\}$/.exec(bare)?.[1];
  const words = (inBraces ?? bare).slice(0, 4_000).split(/\s*,\s*|\s+/);
  const tags = words.flatMap((word) => {
    const match = tag.exec(word);
    return match?.[1] && match[2] && !match[2].startsWith("//") ? [[match[1], match[2]] as const] : [];
  });
  return tags.length === words.length && (tags.length > 1 || inBraces !== undefined) ? tags : [];
}
