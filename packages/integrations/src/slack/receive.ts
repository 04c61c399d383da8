import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@oncall/core";
import {
  type ButtonRequest,
  buttonActions,
  type InvestigateRequest,
  type QuestionRequest,
} from "@oncall/incidents";
import {
  App,
  type BlockAction,
  type Logger as BoltLogger,
  type EnvelopedEvent,
  HTTPReceiver,
  LogLevel,
  verifySlackRequest,
} from "@slack/bolt";
import { type DiagnoseCommand, diagnoseHelp, parseDiagnose } from "./command.ts";
import type { SlackMessageEvent } from "./message-text.ts";
import { code } from "./mrkdwn.ts";
import { parseAlert } from "./parse-alert.ts";
import { parseQuestion } from "./parse-question.ts";

/** What Slack sent that the worker has to act on. The delivery id makes redelivery harmless. */
export type SlackDelivery =
  | { readonly deliveryId: string; readonly kind: "investigate"; readonly request: InvestigateRequest }
  | { readonly deliveryId: string; readonly kind: "press-button"; readonly request: ButtonRequest }
  | { readonly deliveryId: string; readonly kind: "answer-question"; readonly request: QuestionRequest };

interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SlackEdgeOptions {
  readonly signingSecret: string;
  readonly botToken: string;
  /** Called before Slack is acknowledged: must commit the delivery or throw. */
  readonly record: (delivery: SlackDelivery) => Promise<void>;
  readonly logger: Logger;
}

const MAX_AHEAD_SECONDS = 300;

/** Paths that Slack is given as request URLs. */
export const slackPaths = {
  events: "/slack/events",
  commands: "/slack/commands",
  interactions: "/slack/interactions",
} as const;

export interface SlackEdge {
  /** Throws unauthenticated unless the signature over the raw body holds and is younger than five minutes. */
  verify(headers: IncomingMessage["headers"], rawBody: Buffer): void;
  /** Hands a verified request to Bolt, which answers it. The request must carry its raw body as `rawBody`. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Slack's events and commands by Bolt. `processBeforeResponse` makes Bolt acknowledge only after the listener
 * has recorded the delivery; listeners do nothing else, so the three seconds are never at stake.
 */
export function createSlackEdge(options: SlackEdgeOptions): SlackEdge {
  const { signingSecret, botToken, record, logger } = options;
  const boltLogger = adaptLogger(logger);
  const receiver = new HTTPReceiver({
    signingSecret,
    // Verified by `verify` already, which answers in problem details.
    signatureVerification: false,
    endpoints: Object.values(slackPaths),
    processBeforeResponse: true,
    unhandledRequestTimeoutMillis: 2_500,
    logger: boltLogger,
  });
  // Events name the bot they are for; nothing here calls Slack, so there is nobody to look up.
  const app = new App({
    receiver,
    authorize: async () => ({ botToken }),
    logger: boltLogger,
    ignoreSelf: false,
  });

  app.event("message", async ({ event, body }) => {
    const message = event as unknown as SlackMessageEvent;
    if (!message.channel || !message.ts || isOurOwn(message, body)) return;
    const receivedAt = new Date((body.event_time ?? Number(message.ts)) * 1000).toISOString();
    const deliveryId = body.event_id;
    const alert = parseAlert(message, receivedAt);
    if (alert) {
      const place = { channel: message.channel, threadTs: message.ts };
      await record({ deliveryId, kind: "investigate", request: { trigger: "alert", alert, place } });
      return;
    }
    const question = parseQuestion(message, botsOf(body));
    if (question) await record({ deliveryId, kind: "answer-question", request: question });
  });

  app.command("/diagnose", async ({ command, ack }) => {
    const parsed = parseDiagnose(command.text);
    if (parsed.kind === "help") {
      await ack({ response_type: "ephemeral", text: diagnoseHelp });
      return;
    }
    await record({
      deliveryId: command.trigger_id,
      kind: "investigate",
      request: toRequest(parsed, command.user_id, command.channel_id),
    });
    await ack({
      response_type: "ephemeral",
      text: `Looking into ${code(parsed.target)}. The answer is posted here in a moment.`,
    });
  });

  app.action(new RegExp(`^(?:${buttonActions.join("|")})$`), async ({ body, ack }) => {
    const press = body.type === "block_actions" ? pressed(body) : null;
    if (press && body.type === "block_actions")
      await record({ deliveryId: body.trigger_id, kind: "press-button", request: press });
    await ack();
  });

  return {
    verify(headers, rawBody) {
      const signature = headers["x-slack-signature"];
      const timestamp = Number(headers["x-slack-request-timestamp"]);
      if (typeof signature !== "string" || !Number.isFinite(timestamp)) {
        throw new AppError(
          "unauthenticated",
          "The request carries no Slack signature (X-Slack-Signature, X-Slack-Request-Timestamp).",
        );
      }
      // Bolt refuses what is too old; what is dated ahead could be replayed for longer than five minutes.
      if (timestamp - Date.now() / 1000 > MAX_AHEAD_SECONDS) {
        throw new AppError(
          "unauthenticated",
          "The Slack request is dated more than five minutes ahead: check the clock of this machine.",
        );
      }
      try {
        verifySlackRequest({
          signingSecret,
          body: rawBody.toString("utf8"),
          headers: { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp },
        });
      } catch (cause) {
        throw new AppError(
          "unauthenticated",
          "The Slack signature does not hold: check SLACK_SIGNING_SECRET and the clock.",
          { cause },
        );
      }
    },
    handle(request, response) {
      // Bolt reads fields of whatever JSON it gets; `null` would be an error that nobody catches.
      const { rawBody } = request as { rawBody?: Buffer };
      if (rawBody?.toString("utf8", 0, 64).trim().startsWith("null")) {
        response.writeHead(400).end();
        return;
      }
      receiver.requestListener(request, response);
    },
  };
}

/** Our own posts carry our own app's id and our bot's user; they are never alerts. */
function isOurOwn(message: SlackMessageEvent, body: EnvelopedEvent): boolean {
  const app = message.app_id ?? message.bot_profile?.app_id;
  if (app !== undefined && app === body.api_app_id) return true;
  return message.user !== undefined && botsOf(body).includes(message.user);
}

/** Our bot's user in the workspaces that an event is for. */
function botsOf({ authorizations }: EnvelopedEvent): string[] {
  return (authorizations ?? []).flatMap(({ is_bot, user_id }) => (is_bot && user_id ? [user_id] : []));
}

function toRequest(command: DiagnoseCommand, user: string, channel: string): InvestigateRequest {
  return {
    trigger: "question",
    target: command.target,
    question: command.question,
    askedBy: user,
    place: { channel },
    askedAt: new Date().toISOString(),
  };
}

/** Which button of which answer, by whom; null for what is no button of ours. */
function pressed({ actions, channel, message, user }: BlockAction): ButtonRequest | null {
  const [element] = actions;
  const action = buttonActions.find((name) => name === element?.action_id);
  if (!action || element?.type !== "button" || !element.value || !channel || !message) return null;
  const threadTs = String(message.thread_ts ?? message.ts);
  return { action, investigationId: element.value, user: user.id, place: { channel: channel.id, threadTs } };
}

/** Bolt logs lines of text; ours are fields with a constant message. */
function adaptLogger(logger: Logger): BoltLogger {
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (...parts: unknown[]): void =>
      logger[level]({ bolt: parts.map(String).join(" ").slice(0, 1000) }, "slack receiver");
  return {
    debug: write("debug"),
    info: write("debug"),
    warn: write("warn"),
    error: write("error"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
