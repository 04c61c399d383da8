import { type Body, firstText, object, text } from "./body.ts";
import type { AlertParts, WebhookSender } from "./sender.ts";
import { tagLabels } from "./tags.ts";
import { withoutMarks } from "./words.ts";

/** Objects under which senders put the alert itself. */
const inner = ["alert", "event", "incident", "alarm", "issue", "problem"] as const;
const names =
  "alertname alert_name alertName alarm_name monitor_name rule_name event_definition_title title name summary subject";
const states =
  "status state alert_status notification_type alert_action action event_type event current_state severity";
const starts =
  "starts_at startsAt started_at startedAt start_time first_seen timestamp created_at createdAt date time";
const grades = "severity priority level urgency criticality";

const resolvedWord = /^(?:ok|up|recover\w*|resolved?|closed?|clear(?:ed)?|normal|success|healthy|inactive)$/i;
const firingWord =
  /^(?:firing|alerting|alert|alarm|trigger(?:ed)?|opened|open|active|activated|problem|critical|down|fail(?:ed|ure|ing)?|error|warning|warn|unhealthy|started)$/i;

const MAX_LEAVES = 300;

/**
 * A body of no sender we know: an alert where it has a name and a word for its state or for how bad it is, under the
 * names that most systems use.
 */
export const anySender: WebhookSender = {
  source: "webhook",
  read(body) {
    const places = [body, ...inner.map((key) => object(body[key]))];
    const name = firstOf(places, names) ?? shortMessage(body);
    if (name === undefined) return null;
    const labels = places.flatMap((at) => [at.labels, at.commonLabels, at.tags, at.fields]);
    const labelled = Object.fromEntries(pairsOf(labels));
    const grade = [firstOf(places, grades), labelled.severity, labelled.priority];
    const status = statusOf(places, name);
    if (status === null && grade.every((word) => word === undefined)) return null;
    return [
      {
        name: withoutMarks(name),
        status: status ?? "firing",
        severity: grade,
        labels: [
          ...labels,
          {
            service: firstOf(places, "service service_name application app"),
            host: firstOf(places, "host hostname"),
          },
        ],
        startedAt: firstOf(places, starts),
        text: leaves(body),
        links: leaves(body),
        source: text(body.alert_source)?.toLowerCase(),
      },
    ];
  },
};

function firstOf(places: readonly Body[], keys: string): string | undefined {
  for (const place of places) {
    const found = firstText(...keys.split(" ").map((key) => place[key]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function shortMessage(body: Body): string | undefined {
  const message = text(body.message);
  return message !== undefined && message.length <= 120 && !message.includes("\n") ? message : undefined;
}

function statusOf(places: readonly Body[], name: string): AlertParts["status"] | null {
  const marked = /^\W{0,3}(\w+)/.exec(name)?.[1];
  const words = [...places.flatMap((place) => states.split(" ").map((key) => text(place[key]))), marked];
  if (words.some((word) => word !== undefined && resolvedWord.test(word))) return "resolved";
  return words.some((word) => word !== undefined && firingWord.test(word)) ? "firing" : null;
}

function pairsOf(sets: readonly unknown[]): (readonly [string, string])[] {
  return sets.flatMap(tagLabels);
}

/** Every text in the body, in its order. */
function leaves(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > 6) return [];
  return Object.values(value)
    .slice(0, MAX_LEAVES)
    .flatMap((inside) => leaves(inside, depth + 1))
    .slice(0, MAX_LEAVES);
}
