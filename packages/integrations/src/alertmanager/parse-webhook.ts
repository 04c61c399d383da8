import { type Body, firstText, object, objects, text } from "../webhooks/body.ts";
import type { AlertParts, WebhookSender } from "../webhooks/sender.ts";

/**
 * Alertmanager's webhook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), and
 * one alert as Prometheus posts and lists it. Every alert of a group has its own status; the group's is firing while
 * one of them is.
 */
export const alertmanager: WebhookSender = {
  source: "alertmanager",
  read(body) {
    if (Array.isArray(body.alerts)) return groupAlerts(body);
    const isOne = text(object(body.labels).alertname) !== undefined && "annotations" in body;
    return isOne ? [oneAlert(body, body)] : null;
  },
};

/** The alerts of a group as Alertmanager and Grafana send it; each has the group's common labels as well. */
export function groupAlerts(group: Body): AlertParts[] {
  return objects(group.alerts)
    .filter((alert) => "labels" in alert || "status" in alert || "annotations" in alert)
    .map((alert) => oneAlert(alert, group));
}

function oneAlert(alert: Body, group: Body): AlertParts {
  const labels = object(alert.labels);
  const common = object(group.commonLabels);
  const annotations = { ...object(group.commonAnnotations), ...object(alert.annotations) };
  return {
    name: firstText(labels.alertname, common.alertname, annotations.summary, group.title) ?? "alert",
    status: isResolved(alert, group) ? "resolved" : "firing",
    severity: [labels.severity, common.severity, labels.priority, labels.level],
    labels: [labels, common],
    startedAt: alert.startsAt ?? alert.activeAt,
    text: [
      annotations.summary,
      annotations.description,
      annotations.message,
      ...Object.values(annotations),
      alert.valueString,
    ],
    links: [
      alert.generatorURL,
      alert.dashboardURL,
      alert.panelURL,
      annotations.runbook_url,
      group.externalURL,
    ],
  };
}

/** The API says `{status: {state}}` of an alert, the webhook `status`, Prometheus' own list `state`. */
function isResolved(alert: Body, group: Body): boolean {
  const state = firstText(object(alert.status).state, alert.status, alert.state, group.status) ?? "";
  return /^(?:resolved|inactive|normal|ok)$/i.test(state);
}
