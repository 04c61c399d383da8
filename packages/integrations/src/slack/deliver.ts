import type { SlackBackend } from "@oncall/backends";
import { AppError } from "@oncall/core";
import type { NewPost, Post, PostOwner, PostStore } from "@oncall/incidents";
import type { KnownBlock } from "@slack/types";

export interface Delivery extends NewPost {
  readonly blocks: readonly KnownBlock[];
}

/** Where to look for a post that may have been made: from a minute before it was reserved (clocks differ). */
const SLACK_CLOCK_SLACK_SECONDS = 60;

/**
 * Posts once, whatever dies in between. The post is reserved in Postgres first and its id travels in the
 * message's metadata; when an earlier run reserved it, or Slack's answer was lost, Slack is asked whether the
 * message is there before it is posted again.
 */
export async function deliverOnce(
  { slack, posts }: { readonly slack: SlackBackend; readonly posts: PostStore },
  owner: PostOwner,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<{ ts: string }> {
  const { post, isNew } = await posts.reserve(owner, delivery);
  if (post.ts !== null) return { ts: post.ts };

  const find = () => findMade(slack, post, signal);
  const send = () =>
    slack.post(
      {
        channel: post.channel,
        threadTs: post.threadTs ?? undefined,
        text: delivery.text,
        blocks: delivery.blocks,
        postId: post.id,
      },
      signal,
    );

  const ts = (isNew ? null : await find()) ?? (await sendOrFind(send, find));
  await posts.made(post.id, ts);
  return { ts };
}

/** The ts of a post that was reserved, when Slack has it all the same. */
export function findMade(slack: SlackBackend, post: Post, signal: AbortSignal): Promise<string | null> {
  const { channel, threadTs } = post;
  const oldest = String(new Date(post.createdAt).getTime() / 1000 - SLACK_CLOCK_SLACK_SECONDS);
  return slack.findPost({ channel, ...(threadTs === null ? { oldest } : { threadTs }) }, post.id, signal);
}

/** When Slack's answer got lost the message may be there all the same. */
async function sendOrFind(
  send: () => Promise<{ ts: string }>,
  find: () => Promise<string | null>,
): Promise<string> {
  try {
    return (await send()).ts;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== "unavailable") throw error;
    const ts = await find().catch(() => null);
    if (ts === null) throw error;
    return ts;
  }
}
