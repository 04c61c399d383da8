import { AppError, type ErrorKind } from "@oncall/core";
import { type HttpRequest, type HttpResponse, rateLimited, retryAfterMs } from "../http/index.ts";

const kinds: Readonly<Record<string, readonly [kind: ErrorKind, advice: string]>> = {
  invalid_auth: ["unauthenticated", "check SLACK_BOT_TOKEN"],
  not_authed: ["unauthenticated", "check SLACK_BOT_TOKEN"],
  token_revoked: ["unauthenticated", "install the app again and set the new SLACK_BOT_TOKEN"],
  token_expired: ["unauthenticated", "install the app again and set the new SLACK_BOT_TOKEN"],
  account_inactive: ["unauthenticated", "install the app again and set the new SLACK_BOT_TOKEN"],
  missing_scope: ["denied", "add the missing scope to the app and install it again"],
  restricted_action: ["denied", "ask a workspace admin to allow the bot to post there"],
  ekm_access_denied: ["denied", "ask a workspace admin"],
  channel_not_found: ["not_found", "invite the bot to the channel"],
  not_in_channel: ["not_found", "invite the bot to the channel"],
  is_archived: ["not_found", "the channel is archived; choose another"],
  thread_not_found: ["not_found", "the thread was deleted"],
  message_not_found: ["not_found", "the message was deleted"],
  internal_error: ["unavailable", "see status.slack.com"],
  fatal_error: ["unavailable", "see status.slack.com"],
  service_unavailable: ["unavailable", "see status.slack.com"],
  request_timeout: ["unavailable", "see status.slack.com"],
};

/** The error for `ok: false`. An answer that only our own request can have caused (`invalid_blocks`) is a bug. */
export function slackError(
  request: HttpRequest,
  response: HttpResponse,
  failure: { method: string; error: string; channel: string | undefined; details: readonly string[] },
): AppError {
  const { method, error, channel, details } = failure;
  if (error === "ratelimited" || error === "rate_limited")
    return rateLimited(request, retryAfterMs(response));
  const [kind, advice] = kinds[error] ?? (["bug", "our request was wrong"] as const);
  const where = channel === undefined ? "" : ` in ${channel}`;
  const more = details.length === 0 ? "" : ` (${details.slice(0, 5).join("; ")})`;
  return new AppError(kind, `Slack refused ${method}${where}: ${error}; ${advice}${more}.`);
}
