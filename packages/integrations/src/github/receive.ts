import type { IncomingHttpHeaders } from "node:http";
import { Webhooks } from "@octokit/webhooks";
import { type PushEvent, parsePush } from "@oncall/catalog";
import { AppError } from "@oncall/core";

/** What GitHub delivered: a push to look at, or something that needs nothing. */
export type GithubDelivery =
  | { readonly kind: "push"; readonly deliveryId: string; readonly push: PushEvent }
  | { readonly kind: "ignored"; readonly why: string };

export type GithubEdge = (headers: IncomingHttpHeaders, rawBody: string) => Promise<GithubDelivery>;

/** The receiver for one webhook secret. */
export function createGithubEdge(secret: string): GithubEdge {
  const webhooks = new Webhooks({ secret });
  return (headers, rawBody) => receive(webhooks, headers, rawBody);
}

/**
 * Verifies the signature over the raw body (constant time), then reads the delivery.
 * Throws unauthenticated for a missing or wrong signature, invalid_input for what is not a delivery.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
async function receive(
  webhooks: Webhooks,
  headers: IncomingHttpHeaders,
  rawBody: string,
): Promise<GithubDelivery> {
  const signature = single(headers["x-hub-signature-256"]);
  if (signature === undefined)
    throw new AppError(
      "unauthenticated",
      "The request carries no X-Hub-Signature-256: give the webhook a secret.",
    );
  if (!(await webhooks.verify(rawBody, signature).catch(() => false))) {
    throw new AppError(
      "unauthenticated",
      "The GitHub signature does not hold: GITHUB_WEBHOOK_SECRET and the webhook's secret must be the same.",
    );
  }
  const event = single(headers["x-github-event"]);
  const deliveryId = single(headers["x-github-delivery"]);
  if (event === undefined || deliveryId === undefined) {
    throw new AppError(
      "invalid_input",
      "The request lacks X-GitHub-Event or X-GitHub-Delivery; this address is for GitHub webhooks.",
    );
  }
  if (event !== "push")
    return { kind: "ignored", why: event === "ping" ? "pong" : `${event} events are not used` };
  const push = parsePush(parseJson(rawBody));
  if (push === null)
    throw new AppError(
      "invalid_input",
      "The body is not a push payload; set the webhook's content type to application/json.",
    );
  return { kind: "push", deliveryId, push };
}

function parseJson(rawBody: string): unknown {
  try {
    return JSON.parse(rawBody);
  } catch (cause) {
    throw new AppError(
      "invalid_input",
      "The body is not JSON; set the webhook's content type to application/json.",
      { cause },
    );
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
