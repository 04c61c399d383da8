import { firstText, object, text } from "../webhooks/body.ts";
import type { WebhookSender } from "../webhooks/sender.ts";

/** Google Cloud Monitoring's webhook, schema 1.2 (https://cloud.google.com/monitoring/support/notification-options). */
export const gcpMonitoring: WebhookSender = {
  source: "gcp-monitoring",
  read(body) {
    const incident = object(body.incident);
    const name = firstText(incident.policy_name, incident.condition_name);
    if (name === undefined || text(incident.state) === undefined) return null;
    const [resource, metric] = [object(incident.resource), object(incident.metric)];
    const userLabels = object(incident.policy_user_labels);
    return [
      {
        name,
        status: /^closed$/i.test(text(incident.state) ?? "") ? "resolved" : "firing",
        severity: [incident.severity, userLabels.severity],
        labels: [
          userLabels,
          resource.labels,
          metric.labels,
          { condition: incident.condition_name, resource_type: resource.type, metric: metric.type },
          { project_id: incident.scoping_project_id, resource_name: incident.resource_name },
        ],
        startedAt: incident.started_at,
        text: [incident.summary, object(incident.documentation).content, incident.condition_name],
        links: [incident.url],
      },
    ];
  },
};
