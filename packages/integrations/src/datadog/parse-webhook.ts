import { type Body, firstText, object, text } from "../webhooks/body.ts";
import type { WebhookSender } from "../webhooks/sender.ts";
import { withoutMarks } from "../webhooks/words.ts";

/**
 * Datadog's webhook (https://docs.datadoghq.com/integrations/webhooks/): its default payload, the usual custom ones
 * (the names of Datadog's variables, with and without `$`), and a monitor as the API gives it.
 */
export const datadog: WebhookSender = {
  source: "datadog",
  read(body) {
    if (!isDatadog(body)) return null;
    const name = firstText(body.alert_title, body.monitor_name, body.title, body.event_title);
    const transition =
      firstText(body.alert_transition, body.transition, body.alert_status, body.status, body.overall_state) ??
      "";
    const about = `${transition} ${text(body.title) ?? ""}`;
    if (name === undefined || /^(?:muted|unmuted|test)/i.test(transition)) return [];
    return [
      {
        name: withoutMarks(name),
        status: /\b(?:re)?covered\b|\bresolved\b|^OK\b|^success\b/i.test(about) ? "resolved" : "firing",
        severity: [body.severity, priority(body), body.alert_type, body.event_type],
        labels: [
          body.tags,
          body.alert_scope,
          {
            host: body.hostname ?? object(body.host).name ?? body.host,
            env: body.env,
            service: body.service,
          },
        ],
        startedAt: firstText(body.alert_cycle_started_at, body.last_updated, body.date),
        text: [
          body.title,
          body.message,
          body.body,
          body.event_msg,
          body.text_only_msg,
          body.alert_query ?? body.query,
        ],
        links: [body.link, body.url, body.snapshot],
      },
    ];
  },
};

function isDatadog(body: Body): boolean {
  // Checkly has some of the names, with kinds of its own.
  if (/^ALERT_/.test(text(body.alert_type) ?? "")) return false;
  const type = firstText(body.event_type, body.type) ?? "";
  return (
    firstText(body.alert_transition, body.alert_title, body.alert_cycle_key, body.alert_scope) !==
      undefined ||
    (text(body.monitor_id) !== undefined && text(body.query) !== undefined) ||
    (/(?:metric|query|log|service|composite|synthetics|event)[\s_-](?:alert|check)|_monitor$|^service check$/i.test(
      type,
    ) &&
      firstText(body.title, body.body) !== undefined)
  );
}

/** `P3`, `3` and `normal` mean a priority; a monitor without one says nothing. */
function priority(body: Body): string | undefined {
  const words = firstText(body.priority, body.alert_priority);
  return words !== undefined && /^[1-5]$/.test(words) ? `P${words}` : words;
}
