import { type Body, firstText, object, text } from "../webhooks/body.ts";
import type { AlertParts, WebhookSender } from "../webhooks/sender.ts";

/**
 * Sentry's webhooks: issue alerts, metric alerts and issues of its integration platform
 * (https://docs.sentry.io/organization/integrations/integration-platform/webhooks/), and the older plugin's.
 */
export const sentry: WebhookSender = {
  source: "sentry",
  read(body) {
    const data = object(body.data);
    const action = text(body.action) ?? "";
    if ("metric_alert" in data) return [metricAlert(object(data.metric_alert), data, action)];
    if (action !== "" && "event" in data) return [issue(object(data.event), data, "firing")];
    if (action !== "" && "issue" in data) return issueChange(object(data.issue), action);
    const isPlugin = text(body.project_slug ?? body.project) !== undefined && "culprit" in body;
    return isPlugin ? [issue(object(body.event), body, "firing")] : null;
  },
};

function metricAlert(alert: Body, data: Body, action: string): AlertParts {
  const rule = object(alert.alert_rule);
  const project = Array.isArray(alert.projects) ? text(alert.projects[0]) : undefined;
  return {
    name: firstText(rule.name, alert.title, data.description_title) ?? "Sentry metric alert",
    status: action === "resolved" ? "resolved" : "firing",
    severity: [action],
    labels: [{ service: project, project, environment: rule.environment }],
    startedAt: alert.date_started ?? alert.date_detected,
    text: [data.description_title, data.description_text],
    links: [data.web_url],
  };
}

/** Assigned, archived and ignored issues tell nothing new. */
function issueChange(found: Body, action: string): AlertParts[] {
  if (action === "resolved") return [issue(found, {}, "resolved")];
  return action === "created" || action === "unresolved" ? [issue(found, {}, "firing")] : [];
}

function issue(event: Body, around: Body, status: AlertParts["status"]): AlertParts {
  const project = firstText(
    object(event.project).slug,
    around.project_slug,
    around.project,
    /\/projects\/[^/]+\/([^/]+)\//.exec(text(event.url) ?? "")?.[1],
  );
  return {
    name:
      firstText(event.title, object(event.metadata).title, around.message, event.message) ?? "Sentry issue",
    status,
    severity: [event.level, around.level],
    labels: [
      { service: project, project, environment: event.environment, culprit: event.culprit ?? around.culprit },
      event.tags,
    ],
    startedAt: event.firstSeen ?? event.datetime ?? event.timestamp,
    text: [
      around.message,
      object(event.logentry).formatted,
      event.message,
      around.culprit,
      around.triggered_rule,
    ],
    links: [event.web_url, event.permalink, around.url, event.issue_url],
  };
}
