import { object, text } from "../webhooks/body.ts";
import type { WebhookSender } from "../webhooks/sender.ts";

/**
 * Splunk's webhook of a search that found something (https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks):
 * the search and its first result. It never tells that a search finds nothing any more.
 */
export const splunk: WebhookSender = {
  source: "splunk",
  read(body) {
    const name = text(body.search_name);
    if (name === undefined || text(body.sid) === undefined) return null;
    const result = object(body.result);
    return [
      {
        name,
        status: "firing",
        severity: [result.severity, result.urgency, result.priority],
        labels: [result, { app: body.app }],
        startedAt: result._time,
        text: [result._raw, result.message],
        links: [body.results_link],
      },
    ];
  },
};
