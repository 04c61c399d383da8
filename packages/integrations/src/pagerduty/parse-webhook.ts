import { type Body, firstText, object, text } from "../webhooks/body.ts";
import type { AlertParts, WebhookSender } from "../webhooks/sender.ts";

const firing = new Set(["triggered", "reopened", "escalated", "unacknowledged"]);

/**
 * PagerDuty's webhooks version 3 (https://developer.pagerduty.com/docs/webhooks-overview) and an event of its Events
 * API version 2. An acknowledgement, a note and a new assignee tell nothing new of the world.
 */
export const pagerduty: WebhookSender = {
  source: "pagerduty",
  read(body) {
    const event = object(body.event);
    if (/^(?:incident|service|pagey)\./.test(text(event.event_type) ?? "")) return incident(event);
    return /^(?:trigger|acknowledge|resolve)$/.test(text(body.event_action) ?? "") ? sent(body) : null;
  },
};

function incident(event: Body): AlertParts[] {
  const what = (text(event.event_type) ?? "").replace(/^incident\./, "");
  const data = object(event.data);
  const name = firstText(data.title, data.summary);
  if (name === undefined || !(firing.has(what) || what === "resolved")) return [];
  return [
    {
      name,
      status: what === "resolved" ? "resolved" : "firing",
      severity: [object(data.priority).summary, data.urgency],
      labels: [
        {
          service: object(data.service).summary,
          incident: data.id,
          incident_key: data.incident_key,
          escalation_policy: object(data.escalation_policy).summary,
        },
      ],
      startedAt: data.created_at ?? event.occurred_at,
      text: [object(data.body).details, data.description],
      links: [data.html_url],
    },
  ];
}

function sent(body: Body): AlertParts[] {
  const payload = object(body.payload);
  const name = firstText(payload.summary, body.dedup_key);
  if (name === undefined || body.event_action === "acknowledge") return [];
  const details = object(payload.custom_details);
  return [
    {
      name,
      status: body.event_action === "resolve" ? "resolved" : "firing",
      severity: [payload.severity],
      labels: [
        { service: payload.component, source: payload.source, group: payload.group, class: payload.class },
        details,
      ],
      startedAt: payload.timestamp,
      text: Object.values(details),
      links: [
        body.client_url,
        ...(Array.isArray(body.links) ? body.links.map((link) => object(link).href) : []),
      ],
    },
  ];
}
