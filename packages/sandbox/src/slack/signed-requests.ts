import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Delivery, deliver } from "../http/deliver.ts";

/** Slack's own behaviour: an answer within 3 seconds, else again at once, after a minute, after five. */
export interface SlackTimings {
  readonly timeoutMs: number;
  readonly retryDelaysMs: readonly number[];
}

export const SLACK_TIMINGS: SlackTimings = { timeoutMs: 3000, retryDelaysMs: [0, 60_000, 300_000] };

export interface EventDelivery extends Delivery {
  readonly eventId: string;
  /** 1 when it was accepted at once. */
  readonly attempts: number;
}

/** Headers of a request from Slack: v0 signature over the raw body, by the machine's own clock. */
export function signedHeaders(secret: string, body: string, contentType: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "content-type": contentType,
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${signature}`,
  };
}

/** Delivers an Events API request, and again until it is accepted or Slack would give up. */
export async function deliverEvent(
  url: string,
  secret: string,
  envelope: { readonly event_id: string },
  timings: SlackTimings,
  signal: AbortSignal,
): Promise<EventDelivery> {
  const body = JSON.stringify(envelope);
  let last = await attempt(url, secret, body, timings.timeoutMs);
  let attempts = 1;
  for (const delayMs of timings.retryDelaysMs) {
    if (accepted(last) || last.refusesRetry) break;
    try {
      await delay(delayMs, undefined, { signal });
    } catch {
      break;
    }
    last = await attempt(url, secret, body, timings.timeoutMs, { num: attempts, reason: reasonOf(last) });
    attempts++;
  }
  const { refusesRetry: _refusesRetry, ...delivery } = last;
  return { ...delivery, eventId: envelope.event_id, attempts };
}

export async function attempt(
  url: string,
  secret: string,
  body: string,
  timeoutMs: number,
  retry?: { num: number; reason: string },
): Promise<Delivery & { refusesRetry: boolean }> {
  const headers = {
    ...signedHeaders(secret, body, "application/json"),
    ...(retry ? { "x-slack-retry-num": String(retry.num), "x-slack-retry-reason": retry.reason } : {}),
  };
  const delivery = await deliver(url, headers, body, timeoutMs);
  return { ...delivery, refusesRetry: delivery.headers["x-slack-no-retry"] === "1" };
}

function accepted(delivery: Delivery): boolean {
  return delivery.status >= 200 && delivery.status < 300;
}

function reasonOf(delivery: Delivery): string {
  if (delivery.status === 0)
    return /abort|timeout/i.test(delivery.error ?? "") ? "http_timeout" : "connection_failed";
  return "http_error";
}
