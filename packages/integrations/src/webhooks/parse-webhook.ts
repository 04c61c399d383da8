import type { Alert } from "@oncall/incidents";
import { alertmanager } from "../alertmanager/parse-webhook.ts";
import { aws } from "../aws/parse-webhook.ts";
import { datadog } from "../datadog/parse-webhook.ts";
import { gcpMonitoring } from "../gcp-monitoring/parse-webhook.ts";
import { grafana } from "../grafana/parse-webhook.ts";
import { newRelic } from "../new-relic/parse-webhook.ts";
import { opsgenie } from "../opsgenie/parse-webhook.ts";
import { pagerduty } from "../pagerduty/parse-webhook.ts";
import { sentry } from "../sentry/parse-webhook.ts";
import { splunk } from "../splunk/parse-webhook.ts";
import { uptimeKuma } from "../uptime-kuma/parse-webhook.ts";
import { anySender } from "./any-sender.ts";
import { type Body, object } from "./body.ts";
import { toAlert, type WebhookSender } from "./sender.ts";

/** Who is asked in turn whose body it is; Grafana's is Alertmanager's with more in it, so it comes first. */
const senders: readonly WebhookSender[] = [
  grafana,
  alertmanager,
  pagerduty,
  aws,
  opsgenie,
  gcpMonitoring,
  newRelic,
  sentry,
  datadog,
  uptimeKuma,
  splunk,
];

const MAX_ALERTS = 1_000;

export interface WebhookAlerts {
  readonly source: string;
  /** In the body's order, at most 1,000; empty when the body tells of no alert. */
  readonly alerts: readonly Alert[];
  /** How many more the body holds, or says that it left out. */
  readonly omitted: number;
}

/**
 * The alerts of a webhook's body, by whichever sender's shape it has, else by the names most systems use; null when
 * it is no alert by any of them. Pure; never throws.
 * @param receivedAt when the body arrived, ISO 8601
 */
export function parseWebhook(body: unknown, receivedAt: string): WebhookAlerts | null {
  // A list is how Prometheus posts its alerts to Alertmanager.
  const content = Array.isArray(body) ? { alerts: body } : object(body);
  for (const [sender, from] of tries(content)) {
    const read = sender.read(from);
    if (read === null) continue;
    const alerts = read.slice(0, MAX_ALERTS).map((parts) => toAlert(parts, sender.source, receivedAt));
    const left = Number(from.truncatedAlerts) || 0;
    return {
      source: alerts[0]?.source ?? sender.source,
      alerts,
      omitted: read.length - alerts.length + Math.max(0, left),
    };
  }
  return null;
}

/** Queues and proxies put a sender's body into an envelope of their own. */
function tries(body: Body): (readonly [WebhookSender, Body])[] {
  const contents = [body, ...["alert", "payload", "body", "data"].map((key) => object(body[key]))];
  return [
    ...contents.flatMap((content) => senders.map((sender) => [sender, content] as const)),
    [anySender, body],
  ];
}
