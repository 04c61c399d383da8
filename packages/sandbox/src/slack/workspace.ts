import type { Company } from "../data/types.ts";

export interface SlackMetadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** A message as Slack's API prints it. */
export interface SlackMessage {
  readonly type: "message";
  readonly subtype?: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly username?: string;
  readonly team?: string;
  readonly blocks?: readonly Readonly<Record<string, unknown>>[];
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly metadata?: SlackMetadata;
  readonly edited?: { readonly user: string; readonly ts: string };
}

/** A message that only one person sees; it is in no history. */
export interface EphemeralMessage {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly ts: string;
  readonly thread_ts?: string;
  /** Who says it, when that is not the app. */
  readonly username?: string;
  readonly blocks?: readonly unknown[];
}

export type NewMessage = Omit<SlackMessage, "type" | "ts">;

export const TEAM_ID = "T07ACMECORP";
export const APP_ID = "A07ONCALLAPP";
export const BOT_USER_ID = "U07ONCALLBOT";
export const BOT_ID = "B07ONCALLBOT";
export const ALERTMANAGER_BOT_ID = "B07ALERTMGR1";

/** Acme's Slack: its channels and what has been said in them. */
export interface Workspace {
  readonly company: Company;
  readonly ephemerals: readonly EphemeralMessage[];
  /** A channel by id or name, with or without `#`. */
  channel(idOrName: string): { id: string; name: string } | undefined;
  /** Oldest first, replies included. */
  messages(channelId: string): readonly SlackMessage[];
  find(channelId: string, ts: string): SlackMessage | undefined;
  add(channelId: string, message: NewMessage): SlackMessage;
  update(channelId: string, ts: string, change: Partial<NewMessage>, by: string): SlackMessage | undefined;
  addEphemeral(message: Omit<EphemeralMessage, "ts">): void;
  nameOf(message: SlackMessage): string;
  /** Called after every message and every change; returns how to stop. */
  onChange(listener: () => void): () => void;
}

export function createWorkspace(company: Company, now: () => number): Workspace {
  const byChannel = new Map<string, SlackMessage[]>(company.channels.map((channel) => [channel.id, []]));
  const ephemerals: EphemeralMessage[] = [];
  const listeners = new Set<() => void>();
  let lastMicros = 0;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  /** Unique within the workspace and ever rising, as Slack's are within a channel. */
  const nextTs = (): string => {
    lastMicros = Math.max(lastMicros + 1, now() * 1000);
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
  };
  const workspace: Workspace = {
    company,
    ephemerals,
    channel: (wanted) =>
      company.channels.find((channel) => channel.id === wanted || channel.name === wanted.replace(/^#/, "")),
    messages: (channelId) => byChannel.get(channelId) ?? [],
    find: (channelId, ts) => byChannel.get(channelId)?.find((message) => message.ts === ts),
    add(channelId, message) {
      const made: SlackMessage = { type: "message", ...message, ts: nextTs() };
      byChannel.get(channelId)?.push(made);
      changed();
      return made;
    },
    update(channelId, ts, change, by) {
      const messages = byChannel.get(channelId) ?? [];
      const index = messages.findIndex((message) => message.ts === ts);
      const found = messages[index];
      if (!found) return undefined;
      const updated: SlackMessage = { ...found, ...change, edited: { user: by, ts: nextTs() } };
      messages[index] = updated;
      changed();
      return updated;
    },
    addEphemeral(message) {
      ephemerals.push({ ...message, ts: nextTs() });
      changed();
    },
    nameOf(message) {
      if (message.username !== undefined) return message.username;
      if (message.user === BOT_USER_ID) return "On-Call Assistant";
      return (
        company.people.find((person) => person.slack === message.user)?.name ?? message.user ?? "unknown"
      );
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return workspace;
}
