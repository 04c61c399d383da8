import { AppError } from "@oncall/core";
import type { SlackAlert } from "../data/scenario.ts";
import { deliver } from "../http/deliver.ts";
import { type ButtonPressed, blockActions } from "./interaction.ts";
import { type ResponseUrls, say } from "./response-urls.ts";
import {
  attempt,
  deliverEvent,
  type EventDelivery,
  type SlackTimings,
  signedHeaders,
} from "./signed-requests.ts";
import {
  ALERTMANAGER_BOT_ID,
  APP_ID,
  BOT_USER_ID,
  type SlackMessage,
  TEAM_ID,
  type Workspace,
} from "./workspace.ts";

export interface Posted extends EventDelivery {
  readonly channel: string;
  readonly ts: string;
}

export interface CommandInput {
  readonly command: string;
  readonly text: string;
  /** Id or name. */
  readonly channel: string;
  /** A person's Slack id; the first of company.yaml when left out. */
  readonly user?: string;
}

export interface SayInput {
  readonly channel: string;
  readonly text: string;
  readonly user?: string;
  readonly threadTs?: string;
}

/** What Slack sends: signed events about messages, commands, and the URL check. */
export interface SlackOutbound {
  postAlert(eventsUrl: string, alert: SlackAlert): Promise<Posted>;
  postPerson(eventsUrl: string, input: SayInput): Promise<Posted>;
  /** Delivers the bot's own message, as Slack does, to where events went last; in the background. */
  echo(channelId: string, message: SlackMessage): void;
  command(commandsUrl: string, input: CommandInput): Promise<{ status: number; body: string; ms: number }>;
  /** A person presses a button of the app's own message: a signed `block_actions` interaction. */
  press(interactionsUrl: string, input: ButtonPressed): Promise<{ status: number; body: string; ms: number }>;
  /** The same event once more, marked as a retry. */
  redeliver(eventsUrl: string, eventId: string): Promise<EventDelivery>;
  verifyUrl(eventsUrl: string): Promise<boolean>;
  close(): Promise<void>;
}

interface OutboundOptions {
  readonly workspace: Workspace;
  readonly signingSecret: string;
  readonly timings: SlackTimings;
  readonly responseUrls: ResponseUrls;
  /** Where the Web API listens: response URLs begin with it. */
  readonly origin: () => string;
}

const VERIFICATION_TOKEN = "legacy-verification-token";
/** Sent events are kept for redelivery; the oldest are forgotten. */
const MAX_SENT = 1000;

export function createOutbound({
  workspace,
  signingSecret,
  timings,
  responseUrls,
  origin,
}: OutboundOptions): SlackOutbound {
  const closing = new AbortController();
  const background = new Set<Promise<unknown>>();
  const sent = new Map<string, object & { event_id: string }>();
  let lastEventsUrl: string | undefined;
  let counter = 0;

  const channelOf = (idOrName: string): { id: string; name: string } => {
    const channel = workspace.channel(idOrName);
    if (!channel) throw new AppError("not_found", `Acme's Slack has no channel ${idOrName}.`);
    return channel;
  };
  const personOf = (id: string | undefined): string =>
    id ?? workspace.company.people[0]?.slack ?? BOT_USER_ID;

  async function send(eventsUrl: string, channelId: string, message: SlackMessage): Promise<Posted> {
    lastEventsUrl = eventsUrl;
    const envelope = envelopeOf(channelId, message);
    if (sent.size >= MAX_SENT) sent.delete([...sent.keys()][0] ?? "");
    sent.set(envelope.event_id, envelope);
    const delivery = await deliverEvent(eventsUrl, signingSecret, envelope, timings, closing.signal);
    return { ...delivery, channel: channelId, ts: message.ts };
  }

  /** https://docs.slack.dev/apis/events-api/#event-type-structure */
  function envelopeOf(channelId: string, message: SlackMessage) {
    counter++;
    return {
      token: VERIFICATION_TOKEN,
      team_id: TEAM_ID,
      context_team_id: TEAM_ID,
      api_app_id: APP_ID,
      event: { ...message, channel: channelId, event_ts: message.ts, channel_type: "channel" },
      type: "event_callback",
      event_id: `Ev${message.ts.replace(".", "")}${counter.toString(36).toUpperCase()}`,
      event_time: Math.floor(Number(message.ts)),
      authorizations: [
        {
          enterprise_id: null,
          team_id: TEAM_ID,
          user_id: BOT_USER_ID,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
      event_context: `4-${channelId}-${counter}`,
    };
  }

  return {
    async postAlert(eventsUrl, alert) {
      const channel = channelOf(alert.channel);
      const { username, text, attachments } = alert;
      const numbered = attachments.map((attachment, i) => ({ id: i + 1, ...attachment }));
      const bot = { subtype: "bot_message", bot_id: ALERTMANAGER_BOT_ID, username };
      return send(eventsUrl, channel.id, workspace.add(channel.id, { ...bot, text, attachments: numbered }));
    },
    async postPerson(eventsUrl, { channel, text, user, threadTs }) {
      const { id } = channelOf(channel);
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      const said = { text: withMentions(text), user: personOf(user), team: TEAM_ID };
      return send(eventsUrl, id, workspace.add(id, { ...said, ...thread }));
    },
    echo(channelId, message) {
      if (lastEventsUrl === undefined) return;
      const delivery = send(lastEventsUrl, channelId, message).finally(() => background.delete(delivery));
      background.add(delivery);
    },
    async command(commandsUrl, { command, text, channel, user }) {
      const { id, name } = channelOf(channel);
      const userId = personOf(user);
      const person = workspace.company.people.find((entry) => entry.slack === userId);
      const body = new URLSearchParams({
        token: VERIFICATION_TOKEN,
        team_id: TEAM_ID,
        team_domain: "acme-corp",
        channel_id: id,
        channel_name: name,
        user_id: userId,
        user_name: person?.login ?? "unknown",
        command,
        text,
        api_app_id: APP_ID,
        is_enterprise_install: "false",
        response_url: `${origin()}/commands/${responseUrls.open(id, userId)}`,
        trigger_id: `${Date.now()}.${TEAM_ID.length}.${counter++}`,
      }).toString();
      const headers = signedHeaders(signingSecret, body, "application/x-www-form-urlencoded");
      const answer = await deliver(commandsUrl, headers, body, timings.timeoutMs);
      if (answer.status === 200 && answer.body !== "") say(workspace, id, userId, parseAnswer(answer.body));
      return { status: answer.status, body: answer.body, ms: answer.ms };
    },
    async press(interactionsUrl, input) {
      const payload = blockActions(input, workspace, {
        token: VERIFICATION_TOKEN,
        triggerId: `${Date.now()}.${TEAM_ID.length}.${counter++}`,
        responseUrl: `${origin()}/commands/${responseUrls.open(input.channel, input.user)}`,
      });
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const headers = signedHeaders(signingSecret, body, "application/x-www-form-urlencoded");
      const answer = await deliver(interactionsUrl, headers, body, timings.timeoutMs);
      return { status: answer.status, body: answer.body, ms: answer.ms };
    },
    async redeliver(eventsUrl, eventId) {
      const envelope = sent.get(eventId);
      if (!envelope) throw new AppError("not_found", `No event ${eventId} was sent.`);
      const retry = { num: 1, reason: "http_timeout" };
      const delivery = await attempt(
        eventsUrl,
        signingSecret,
        JSON.stringify(envelope),
        timings.timeoutMs,
        retry,
      );
      return { ...delivery, eventId, attempts: 1 };
    },
    async verifyUrl(eventsUrl) {
      const challenge = `challenge-${Date.now()}`;
      const body = JSON.stringify({ token: VERIFICATION_TOKEN, challenge, type: "url_verification" });
      const answer = await attempt(eventsUrl, signingSecret, body, timings.timeoutMs);
      return answer.status === 200 && answer.body.includes(challenge);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(background);
    },
  };
}

/** Slack's client sends the bot's id for its name. */
function withMentions(text: string): string {
  return text.replace(/(^|\s)@(?:on-?call(?: assistant)?)\b/gi, `$1<@${BOT_USER_ID}>`);
}

/** Bolt acknowledges with plain text or with a message as JSON. */
function parseAnswer(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null
      ? (parsed as Record<string, unknown>)
      : { text: String(parsed) };
  } catch {
    return { text: body };
  }
}
