import { type Body, firstText, object, objects, text } from "../webhooks/body.ts";
import type { AlertParts, WebhookSender } from "../webhooks/sender.ts";

/**
 * New Relic's webhooks: an issue of its workflows
 * (https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook) and the older incident.
 */
export const newRelic: WebhookSender = {
  source: "new-relic",
  read(body) {
    if (text(body.issueUrl) !== undefined && text(body.state) !== undefined) return issue(body);
    return text(body.condition_name) !== undefined && text(body.current_state) !== undefined
      ? incident(body)
      : null;
  },
};

function issue(body: Body): AlertParts[] {
  const state = text(body.state) ?? "";
  const name = firstText(list(body.alertConditionNames)[0], body.title);
  if (name === undefined || !/^(?:created|activated|closed)$/i.test(state)) return [];
  const entity = text(list(body.impactedEntities)[0]);
  return [
    {
      name,
      status: /^closed$/i.test(state) ? "resolved" : "firing",
      severity: [body.priority],
      labels: [body.labels, { service: entity, entity, policy: list(body.alertPolicyNames)[0] }],
      startedAt: body.createdAt,
      text: [list(body.title)[0], body.title, ...list(body.impactedEntities)],
      links: [body.issueUrl],
    },
  ];
}

function incident(body: Body): AlertParts[] {
  const state = text(body.current_state) ?? "";
  const [target] = objects(body.targets);
  if (/^acknowledged$/i.test(state)) return [];
  return [
    {
      name: text(body.condition_name) ?? "New Relic incident",
      status: /^closed$/i.test(state) ? "resolved" : "firing",
      severity: [body.severity],
      labels: [
        object(target?.labels),
        { service: target?.name, entity: target?.name, policy: body.policy_name, account: body.account_name },
      ],
      startedAt: body.timestamp_utc_string ?? body.timestamp,
      text: [body.details, body.condition_family_id],
      links: [body.incident_url, body.runbook_url, target?.link],
    },
  ];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
