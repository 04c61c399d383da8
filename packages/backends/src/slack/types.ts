import type { KnownBlock } from "@slack/types";

export interface SlackPost {
  readonly channel: string;
  /** The thread's parent; absent for a message of its own. */
  readonly threadTs?: string | undefined;
  /** The whole content as plain text: notifications and screen readers show this. */
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
  /** Written into the message's metadata, so that a post accepted just before a crash is found again and not made twice. */
  readonly postId: string;
}

export interface SlackMessage {
  readonly ts: string;
  readonly threadTs?: string;
  readonly text: string;
  readonly user?: string;
  readonly botId?: string;
  readonly postId?: string;
}

/** The part of Slack's Web API that speaks into a workspace. */
export interface SlackBackend {
  /** chat.postMessage; answers the message's ts. */
  post(post: SlackPost, signal: AbortSignal): Promise<{ ts: string }>;
  /** chat.update of one of our own messages. */
  update(
    message: { channel: string; ts: string; text: string; blocks?: readonly KnownBlock[] },
    signal: AbortSignal,
  ): Promise<void>;
  /** chat.postEphemeral: a note that only this person sees, gone when they reload. */
  whisper(
    note: {
      channel: string;
      user: string;
      threadTs?: string | undefined;
      text: string;
      blocks?: readonly KnownBlock[];
    },
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * The ts of the message that carries `postId` in its metadata, or null. With `threadTs` the thread is read
   * (conversations.replies), else the channel since `oldest` (conversations.history), at most 10 pages of 200.
   */
  findPost(
    place: { channel: string; threadTs?: string | undefined; oldest?: string | undefined },
    postId: string,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** auth.test: who we are, so that our own messages are never taken for alerts. */
  whoAmI(signal: AbortSignal): Promise<{ userId: string; botId?: string; teamUrl?: string }>;
}
