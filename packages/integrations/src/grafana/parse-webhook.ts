import { groupAlerts } from "../alertmanager/parse-webhook.ts";
import { type Body, firstText, object, objects, text } from "../webhooks/body.ts";
import type { AlertParts, WebhookSender } from "../webhooks/sender.ts";

/**
 * Grafana's webhook: a group in Alertmanager's shape with a title and a state of its own
 * (https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/),
 * and the one of Grafana before version 9 (`ruleName`, `evalMatches`).
 */
export const grafana: WebhookSender = {
  source: "grafana",
  read(body) {
    if (text(body.ruleName) !== undefined && text(body.state) !== undefined) return legacy(body);
    const isGrafana = "orgId" in body || (text(body.state) !== undefined && text(body.title) !== undefined);
    if (!isGrafana || !("commonLabels" in body || Array.isArray(body.alerts))) return null;
    if (Array.isArray(body.alerts)) return groupAlerts(body);
    // Some templates send the group without its alerts.
    const state = /^(?:ok|resolved|normal)$/i.test(text(body.state) ?? text(body.status) ?? "");
    return groupAlerts({ ...body, alerts: [{ status: state ? "resolved" : "firing" }] });
  },
};

function legacy(body: Body): AlertParts[] {
  const state = text(body.state) ?? "";
  // Paused and pending are neither.
  if (!/^(?:alerting|no_data|ok)$/i.test(state)) return [];
  const tags = object(body.tags);
  return [
    {
      name: text(body.ruleName) ?? "alert",
      status: /^ok$/i.test(state) ? "resolved" : "firing",
      severity: [tags.severity, tags.priority],
      labels: [tags, ...objects(body.evalMatches).map(({ tags: matched }) => matched)],
      text: [firstText(body.message), body.title],
      links: [body.ruleUrl, body.imageUrl],
    },
  ];
}
