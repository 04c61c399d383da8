import { type Body, firstText, object, text } from "./body.ts";
import type { AlertParts, WebhookSender } from "./sender.ts";
import { tagLabels } from "./tags.ts";
import { withoutMarks } from "./words.ts";

/** Objects under which senders put the alert itself. */
const inner = [
  "alert",
  "event",
  "incident",
  "alarm",
  "issue",
  "problem",
  "monitor",
  "check",
  "essentials",
  "attributes",
  "rule",
] as const;
// Keys as they read in lower case with underscores: `ProblemTitle` and `problemTitle` are `problem_title`.
const names =
  "alertname alert_name alarm_name monitor_name monitorname check_name rule_name alert_rule problem_title event_definition_title message_title alert_title event_name monitor_friendly_name entity_display_name title name detector alarm rule search_name summary subject service_name host_name";
const states =
  "status state event_status incident_status service_state host_state message_type alert_type_friendly_name alert_type action_group alert_status alert_state notification_type alert_action action event_type event current_state new_state monitor_condition trigger_type severity";
const starts =
  "starts_at started_at start_time first_seen fired_date_time triggered_at opened_at timestamp created_at date time";
const grades =
  "severity priority level urgency criticality importance_level problem_severity event_severity impact message_type service_state host_state trigger_type alert_severity status";

const resolvedWord = /^(?:ok|up|recover\w*|resolved?|closed?|clear(?:ed)?|normal|success|healthy|inactive)$/i;
const firingWord =
  /^(?:firing|alerting|alert|alarm|trigger(?:ed)?|fired|opened|open|active|activated|problem|critical|down|fail(?:ed|ure|ing)?|error|warning|warn|unhealthy|started|investigating|identified|live|triage|query matched|threshold met)$/i;

const MAX_LEAVES = 300;

/**
 * A body of no sender we know: an alert where it has a name and a word for its state or for how bad it is, under the
 * names that most systems use.
 */
export const anySender: WebhookSender = {
  source: "webhook",
  read(body) {
    const around = [body, object(body.data)].map(lowerKeys);
    const places = [
      ...around.slice(0, 1),
      ...around.flatMap((place) => inner.map((key) => lowerKeys(object(place[key])))),
      // An event's content under the event's name.
      lowerKeys(object(body[text(body.event_type) ?? ""])),
    ];
    const name = firstOf(places, names) ?? shortMessage(body);
    if (name === undefined) return null;
    const labels = places.flatMap((at) => [at.labels, at.common_labels, at.tags, at.fields]);
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

/** Fields by their names in lower case with underscores. */
function lowerKeys(place: Body): Body {
  return Object.fromEntries(
    Object.entries(place)
      .slice(0, MAX_LEAVES)
      .map(([key, value]) => [
        key
          .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
          .replaceAll("-", "_")
          .toLowerCase(),
        value,
      ]),
  );
}

function firstOf(places: readonly Body[], keys: string): string | undefined {
  for (const place of places) {
    const found = firstText(...keys.split(" ").flatMap((key) => [place[key], object(place[key]).name]));
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
  const words = [...places.flatMap((place) => states.split(" ").map((key) => stateWord(place[key]))), marked];
  if (words.some((word) => word !== undefined && resolvedWord.test(word))) return "resolved";
  return words.some((word) => word !== undefined && firingWord.test(word)) ? "firing" : null;
}

/** `ALERT_RECOVERY` is a recovery; a state may be an object with a name or category. */
function stateWord(value: unknown): string | undefined {
  const { category, name } = object(value);
  return firstText(value, category, name)?.replace(/^alert[_ ](?=\w)/i, "");
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
