import { AppError } from "@oncall/core";
import {
  ALERTMANAGER_BOT_ID,
  BOT_ID,
  BOT_USER_ID,
  type EphemeralMessage,
  type SlackMessage,
  type Workspace,
} from "../slack/workspace.ts";

/** A message as the page draws it. */
export interface ShownMessage {
  readonly ts: string;
  readonly author: { readonly id: string; readonly name: string; readonly kind: "person" | "app" | "alerts" };
  readonly text: string;
  readonly blocks?: readonly unknown[];
  readonly attachments?: readonly unknown[];
  readonly edited: boolean;
  /** Only who reads this sees it. */
  readonly ephemeral: boolean;
  readonly replies: {
    readonly count: number;
    readonly last: string | null;
    readonly names: readonly string[];
  };
}

/** What one request shows of a channel; older messages are counted. */
const MAX_SHOWN = 200;
const NONE: ShownMessage["replies"] = { count: 0, last: null, names: [] };

/** What a person sees in the workspace. */
export function timeline(workspace: Workspace) {
  const shown = (message: SlackMessage): ShownMessage => ({
    ts: message.ts,
    author: authorOf(workspace, message),
    text: message.text,
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    edited: message.edited !== undefined,
    ephemeral: false,
    replies: NONE,
  });
  const whispered = (message: EphemeralMessage): ShownMessage => ({
    ts: message.ts,
    author:
      message.username === undefined
        ? { id: BOT_USER_ID, name: "On-Call Assistant", kind: "app" }
        : { id: message.username, name: message.username, kind: "alerts" },
    text: message.text,
    ...(message.blocks ? { blocks: message.blocks } : {}),
    edited: false,
    ephemeral: true,
    replies: NONE,
  });
  /** What this person sees of a channel, oldest first, each with the thread it stands in. */
  const everything = (id: string, user: string) => {
    const said = workspace
      .messages(id)
      .map((message) => ({ thread: threadOf(message), message: shown(message) }));
    const whispers = workspace.ephemerals
      .filter((message) => message.channel === id && message.user === user)
      .map((message) => ({ thread: message.thread_ts ?? null, message: whispered(message) }));
    return [...said, ...whispers].sort((a, b) => Number(a.message.ts) - Number(b.message.ts));
  };

  return {
    /** Every channel, with the newest messages of others in it: what has not been read is the page's to know. */
    channels: (user: string) =>
      workspace.company.channels.map(({ id, name }) => ({
        id,
        name,
        latest: workspace
          .messages(id)
          .filter((message) => message.user !== user)
          .slice(-MAX_SHOWN)
          .map(({ ts }) => ts),
      })),
    channel(id: string, user: string) {
      const said = everything(id, user);
      const repliesTo = new Map<string, ShownMessage[]>();
      for (const { thread, message } of said)
        if (thread !== null) repliesTo.set(thread, [...(repliesTo.get(thread) ?? []), message]);
      const all = said
        .filter(({ thread }) => thread === null)
        .map(({ message }) => withReplies(message, repliesTo.get(message.ts) ?? []));
      return { messages: all.slice(-MAX_SHOWN), omitted: Math.max(0, all.length - MAX_SHOWN) };
    },
    thread(id: string, ts: string, user: string) {
      const root = workspace.find(id, ts);
      if (!root) throw new AppError("not_found", `There is no message ${ts} in this channel.`);
      const replies = everything(id, user).flatMap(({ thread, message }) => (thread === ts ? [message] : []));
      return {
        messages: [shown(root), ...replies.slice(-MAX_SHOWN)],
        omitted: Math.max(0, replies.length - MAX_SHOWN),
      };
    },
  };
}

function withReplies(message: ShownMessage, replies: readonly ShownMessage[]): ShownMessage {
  const names = [...new Set(replies.map(({ author }) => author.name))].slice(0, 4);
  return { ...message, replies: { count: replies.length, last: replies.at(-1)?.ts ?? null, names } };
}

/** A message from Slack itself, which only this person sees. */
export function slackbotSays(workspace: Workspace, channel: string, user: string, text: string): void {
  workspace.addEphemeral({ channel, user, text, username: "Slackbot" });
}

/** The thread that a reply stands in; null for what stands in the channel itself. */
function threadOf({ ts, thread_ts }: SlackMessage): string | null {
  return thread_ts === undefined || thread_ts === ts ? null : thread_ts;
}

function authorOf(workspace: Workspace, message: SlackMessage): ShownMessage["author"] {
  const name = workspace.nameOf(message);
  if (message.bot_id === BOT_ID) return { id: BOT_USER_ID, name, kind: "app" };
  if (message.bot_id === ALERTMANAGER_BOT_ID || message.bot_id !== undefined)
    return { id: message.bot_id, name, kind: "alerts" };
  return { id: message.user ?? name, name, kind: "person" };
}
