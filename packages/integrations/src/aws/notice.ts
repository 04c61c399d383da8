import { firstText, text } from "../webhooks/body.ts";
import type { AlertParts } from "../webhooks/sender.ts";
import type { SnsMessage } from "./sns.ts";

const bad =
  /\b(?:fail(?:ed|ure)?|error|alarm|alert|stopped|aborted|unhealthy|degraded|down|critical|exceeded)\b/i;

/** Any other message of SNS, such as a service's own notices: an alert where its words tell of harm. */
export function notice({ subject, sentAt, body, words }: SnsMessage): AlertParts[] {
  const lines = body === null ? [words] : Object.values(body).map(text);
  const said = [subject, ...lines].filter((line) => line !== undefined).join("\n");
  if (!bad.test(said)) return [];
  const first = words?.split("\n", 1)[0];
  return [
    {
      name: firstText(subject, body === null ? first : "AWS notification") ?? "AWS notification",
      status: "firing",
      severity: [],
      labels: body === null ? [] : [body],
      startedAt: body?.["Event Time"] ?? sentAt,
      text: lines,
      links: lines,
    },
  ];
}
