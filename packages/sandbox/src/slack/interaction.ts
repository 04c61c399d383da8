import { AppError } from "@oncall/core";
import { APP_ID, BOT_ID, type SlackMessage, TEAM_ID, type Workspace } from "./workspace.ts";

type Json = Readonly<Record<string, unknown>>;

/** A button in a message, by where Slack finds it. */
export interface Button {
  readonly message: SlackMessage;
  readonly blockId: string;
  readonly element: Json;
}

export interface ButtonPressed extends Button {
  readonly channel: string;
  /** A person's Slack id. */
  readonly user: string;
}

/** The button at this place of the app's own message; throws not_found when there is none. */
export function findButton(message: SlackMessage | undefined, block: number, element: number): Button {
  const at = message?.blocks?.[block];
  const found =
    at?.type === "section"
      ? [at.accessory as Json | undefined][element]
      : (at?.elements as Json[])?.[element];
  if (!message || message.bot_id !== BOT_ID || !at || found?.type !== "button")
    throw new AppError("not_found", "There is no such button any more; the message may have been edited.");
  return {
    message,
    // Slack names what the app has not named.
    blockId: typeof at.block_id === "string" ? at.block_id : `block-${block}`,
    element: { action_id: `action-${block}-${element}`, ...found },
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function blockActions(
  { message, blockId, element, channel, user }: ButtonPressed,
  workspace: Workspace,
  { triggerId, responseUrl, token }: { triggerId: string; responseUrl: string; token: string },
): object {
  const person = workspace.company.people.find(({ slack }) => slack === user);
  const { action_id, text, value, style, url } = element;
  const inThread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  return {
    type: "block_actions",
    user: { id: user, username: person?.login, name: person?.login, team_id: TEAM_ID },
    api_app_id: APP_ID,
    token,
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel,
      is_ephemeral: false,
      ...inThread,
    },
    trigger_id: triggerId,
    team: { id: TEAM_ID, domain: "acme-corp" },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: workspace.channel(channel)?.name },
    message,
    state: { values: {} },
    response_url: responseUrl,
    actions: [
      {
        type: "button",
        action_id,
        block_id: blockId,
        text,
        ...(value === undefined ? {} : { value }),
        ...(style === undefined ? {} : { style }),
        ...(url === undefined ? {} : { url }),
        action_ts: (Date.now() / 1000).toFixed(6),
      },
    ],
  };
}
