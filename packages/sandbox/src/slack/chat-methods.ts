import { blockProblems } from "./blocks.ts";
import { type Arguments, type Method, SlackError } from "./method.ts";
import {
  APP_ID,
  BOT_ID,
  BOT_USER_ID,
  type NewMessage,
  type SlackMessage,
  type SlackMetadata,
  TEAM_ID,
  type Workspace,
} from "./workspace.ts";

const MAX_TEXT = 40_000;
const MAX_ATTACHMENTS = 100;

/** `chat.*`: what the product's bot says. */
export function chatMethods(
  workspace: Workspace,
  onBotMessage: (channelId: string, message: SlackMessage) => void,
): Record<string, Method> {
  return {
    "chat.postMessage"(args) {
      const channel = channelOf(workspace, args);
      const thread = args.thread_ts === undefined ? undefined : String(args.thread_ts);
      if (thread !== undefined && !workspace.find(channel.id, thread))
        throw new SlackError("thread_not_found");
      const message = workspace.add(channel.id, {
        ...contentOf(args),
        user: BOT_USER_ID,
        bot_id: BOT_ID,
        app_id: APP_ID,
        team: TEAM_ID,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      });
      onBotMessage(channel.id, message);
      return { channel: channel.id, ts: message.ts, message };
    },
    "chat.update"(args) {
      const channel = channelOf(workspace, args);
      const ts = String(args.ts ?? "");
      const found = workspace.find(channel.id, ts);
      if (!found) throw new SlackError("message_not_found");
      if (found.bot_id !== BOT_ID) throw new SlackError("cant_update_message");
      const message = workspace.update(channel.id, ts, contentOf(args), BOT_USER_ID);
      return { channel: channel.id, ts, text: message?.text ?? "", message };
    },
    "chat.postEphemeral"(args) {
      const channel = channelOf(workspace, args);
      const user = String(args.user ?? "");
      if (!workspace.company.people.some((person) => person.slack === user))
        throw new SlackError("user_not_in_channel");
      const { text, blocks } = contentOf(args);
      const thread = args.thread_ts === undefined ? {} : { thread_ts: String(args.thread_ts) };
      workspace.addEphemeral({ channel: channel.id, user, text, ...thread, ...(blocks ? { blocks } : {}) });
      return { message_ts: `${Math.floor(Date.now() / 1000)}.000000` };
    },
    "chat.getPermalink"(args) {
      const channel = channelOf(workspace, args);
      const message = workspace.find(channel.id, String(args.message_ts ?? ""));
      if (!message) throw new SlackError("message_not_found");
      const thread =
        message.thread_ts === undefined ? "" : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
      return {
        channel: channel.id,
        permalink: `https://acme-corp.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`,
      };
    },
  };
}

export function channelOf(workspace: Workspace, args: Arguments): { id: string; name: string } {
  const channel = workspace.channel(String(args.channel ?? ""));
  if (!channel) throw new SlackError("channel_not_found");
  return channel;
}

function contentOf(args: Arguments): Pick<NewMessage, "text" | "blocks" | "attachments" | "metadata"> {
  const text = typeof args.text === "string" ? args.text : "";
  if (text.length > MAX_TEXT) throw new SlackError("msg_too_long");
  if (args.blocks !== undefined) {
    const problems = blockProblems(args.blocks);
    if (problems.length > 0) {
      throw new SlackError("invalid_blocks", {
        errors: problems,
        response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
      });
    }
  }
  const blocks = Array.isArray(args.blocks) && args.blocks.length > 0 ? args.blocks : undefined;
  const attachments =
    Array.isArray(args.attachments) && args.attachments.length > 0 ? args.attachments : undefined;
  if ((attachments?.length ?? 0) > MAX_ATTACHMENTS) throw new SlackError("too_many_attachments");
  if (text === "" && !blocks && !attachments) throw new SlackError("no_text");
  return {
    text,
    ...(blocks ? { blocks } : {}),
    ...(attachments ? { attachments } : {}),
    ...(args.metadata === undefined ? {} : { metadata: metadataOf(args.metadata) }),
  };
}

function metadataOf(value: unknown): SlackMetadata {
  const { event_type, event_payload } = (value ?? {}) as Partial<SlackMetadata>;
  if (typeof event_type !== "string" || typeof event_payload !== "object" || event_payload === null) {
    throw new SlackError("invalid_metadata_format");
  }
  return { event_type, event_payload };
}
