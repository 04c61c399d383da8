import { randomUUID } from "node:crypto";
import { APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, type Workspace } from "./workspace.ts";

/** Slack's own bounds: five answers within half an hour. */
const MAX_ANSWERS = 5;
const LIFETIME_MS = 30 * 60_000;

/** Where answers to a slash command go: to everybody in the channel, or only to who asked. */
export interface ResponseUrls {
  /** A new address; its last segment. */
  open(channelId: string, user: string): string;
  /** Takes an answer; a string is the reason why not. */
  answer(id: string, body: Readonly<Record<string, unknown>>): string | null;
}

export function createResponseUrls(workspace: Workspace): ResponseUrls {
  const open = new Map<string, { channelId: string; user: string; left: number; untilMs: number }>();
  return {
    open(channelId, user) {
      const id = randomUUID();
      open.set(id, { channelId, user, left: MAX_ANSWERS, untilMs: Date.now() + LIFETIME_MS });
      return id;
    },
    answer(id, body) {
      const entry = open.get(id);
      if (!entry || entry.left === 0) return "used_url";
      if (Date.now() > entry.untilMs) return "expired_url";
      entry.left--;
      say(workspace, entry.channelId, entry.user, body);
      return null;
    },
  };
}

/** Puts a command's answer where its `response_type` says. */
export function say(
  workspace: Workspace,
  channelId: string,
  user: string,
  body: Readonly<Record<string, unknown>>,
): void {
  const text = typeof body.text === "string" ? body.text : "";
  const blocks = Array.isArray(body.blocks) ? body.blocks : undefined;
  if (body.response_type === "in_channel") {
    const author = { user: BOT_USER_ID, bot_id: BOT_ID, app_id: APP_ID, team: TEAM_ID };
    workspace.add(channelId, { text, ...author, ...(blocks ? { blocks } : {}) });
  } else {
    workspace.addEphemeral({ channel: channelId, user, text, ...(blocks ? { blocks } : {}) });
  }
}
