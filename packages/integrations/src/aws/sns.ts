import { type Body, object, objects, text } from "../webhooks/body.ts";

/** What an SNS notification carries: the JSON of its message, or its words. */
export interface SnsMessage {
  readonly subject: string | undefined;
  readonly sentAt: unknown;
  readonly body: Body | null;
  readonly words: string | undefined;
}

/**
 * The messages of an SNS delivery, by HTTP (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html)
 * or as the records that a Lambda function gets; null when it is none, empty for a confirmation of a subscription.
 */
export function snsMessages(body: Body): SnsMessage[] | null {
  const records = objects(body.Records).map(({ Sns }) => object(Sns));
  const envelopes = records.length > 0 ? records : [body];
  if (envelopes.some((envelope) => text(envelope.TopicArn) === undefined)) return null;
  return envelopes
    .filter(({ Type }) => Type === undefined || Type === "Notification")
    .map(({ Subject, Timestamp, Message }) => ({
      subject: text(Subject),
      sentAt: Timestamp,
      // Some relays have parsed the message already.
      body: typeof Message === "string" ? jsonOf(Message) : object(Message),
      words: text(Message),
    }));
}

function jsonOf(words: string): Body | null {
  try {
    const value: unknown = JSON.parse(words);
    return typeof value === "object" && value !== null ? object(value) : null;
  } catch {
    return null;
  }
}
