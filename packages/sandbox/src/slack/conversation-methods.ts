import { channelOf } from "./chat-methods.ts";
import { type Arguments, type Method, SlackError } from "./method.ts";
import { type SlackMessage, TEAM_ID, type Workspace } from "./workspace.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 999;

/** `conversations.*`: what the bot may read. */
export function conversationMethods(workspace: Workspace): Record<string, Method> {
  const describe = (channel: { id: string; name: string }) => ({
    ...channel,
    name_normalized: channel.name,
    is_channel: true,
    is_private: false,
    is_archived: false,
    is_member: true,
    context_team_id: TEAM_ID,
  });
  return {
    "conversations.info": (args) => ({ channel: describe(channelOf(workspace, args)) }),
    "conversations.list": (args) => {
      const { items, ...paging } = page(workspace.company.channels, args);
      return { channels: items.map(describe), response_metadata: paging.response_metadata };
    },
    "conversations.history"(args) {
      const channel = channelOf(workspace, args);
      const roots = workspace
        .messages(channel.id)
        .filter((message) => !isReply(message) && inRange(message, args));
      const { items, ...paging } = page([...roots].reverse(), args);
      return { messages: items.map((message) => shown(workspace, channel.id, message, args)), ...paging };
    },
    "conversations.replies"(args) {
      const channel = channelOf(workspace, args);
      const asked = workspace.find(channel.id, String(args.ts ?? ""));
      if (!asked) throw new SlackError("thread_not_found");
      const rootTs = asked.thread_ts ?? asked.ts;
      const thread = workspace
        .messages(channel.id)
        // The parent is always there; the range is about its replies.
        .filter(
          (message) => message.ts === rootTs || (message.thread_ts === rootTs && inRange(message, args)),
        );
      const { items, ...paging } = page(thread, args);
      return { messages: items.map((message) => shown(workspace, channel.id, message, args)), ...paging };
    },
  };
}

function isReply(message: SlackMessage): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

/** A message as the API shows it: threads are counted at their parent, metadata only comes when asked for. */
function shown(workspace: Workspace, channelId: string, message: SlackMessage, args: Arguments): object {
  const { metadata, ...plain } = message;
  const replies = workspace
    .messages(channelId)
    .filter((other) => other.thread_ts === message.ts && other.ts !== message.ts);
  const withMetadata =
    String(args.include_all_metadata ?? "false") === "true" || String(args.include_all_metadata) === "1";
  return {
    ...plain,
    ...(metadata && withMetadata ? { metadata } : {}),
    ...(replies.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          latest_reply: replies.at(-1)?.ts,
          reply_users_count: new Set(replies.map((reply) => reply.user)).size,
        }
      : {}),
  };
}

function inRange(message: SlackMessage, args: Arguments): boolean {
  const inclusive = String(args.inclusive ?? "false") === "true";
  const [oldest, latest] = [Number(args.oldest ?? 0), Number(args.latest ?? Number.POSITIVE_INFINITY)];
  const at = Number(message.ts);
  return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
}

function page<T>(all: readonly T[], args: Arguments) {
  const asked = Number(args.limit ?? DEFAULT_LIMIT);
  if (!(asked >= 1 && asked <= MAX_LIMIT)) throw new SlackError("invalid_limit");
  const cursor = typeof args.cursor === "string" && args.cursor !== "" ? args.cursor : undefined;
  const start =
    cursor === undefined ? 0 : Number(/^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1]);
  if (Number.isNaN(start)) throw new SlackError("invalid_cursor");
  const end = start + asked;
  const more = end < all.length;
  return {
    items: all.slice(start, end),
    has_more: more,
    response_metadata: { next_cursor: more ? Buffer.from(`next:${end}`).toString("base64") : "" },
  };
}
