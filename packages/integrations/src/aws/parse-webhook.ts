import type { Body } from "../webhooks/body.ts";
import type { AlertParts, WebhookSender } from "../webhooks/sender.ts";
import { alarm } from "./cloudwatch-alarm.ts";
import { event } from "./eventbridge.ts";
import { notice } from "./notice.ts";
import { snsMessages } from "./sns.ts";

/** CloudWatch alarms and AWS' events, by SNS, by Lambda, or bare. */
export const aws: WebhookSender = {
  source: "aws",
  read(body) {
    const messages = snsMessages(body);
    if (messages === null) return known(body);
    return messages.flatMap((message) => (message.body && known(message.body)) ?? notice(message));
  },
};

function known(body: Body): AlertParts[] | null {
  return alarm(body) ?? event(body);
}
