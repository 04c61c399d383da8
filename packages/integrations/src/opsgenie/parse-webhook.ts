import { object, text } from "../webhooks/body.ts";
import type { WebhookSender } from "../webhooks/sender.ts";

const firing = new Set(["Create", "Escalate", "UnAcknowledge"]);

/** Opsgenie's webhook (https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/). */
export const opsgenie: WebhookSender = {
  source: "opsgenie",
  read(body) {
    const alert = object(body.alert);
    const action = text(body.action);
    if (action === undefined || text(alert.alertId) === undefined) return null;
    const name = text(alert.message);
    if (name === undefined || !(firing.has(action) || action === "Close")) return [];
    const details = object(alert.details);
    return [
      {
        name,
        status: action === "Close" ? "resolved" : "firing",
        severity: [details.severity, alert.priority],
        labels: [details, alert.tags, { entity: alert.entity, alias: alert.alias }],
        startedAt: alert.createdAt,
        text: [alert.description, alert.entity, alert.source],
        links: Object.values(details),
      },
    ];
  },
};
