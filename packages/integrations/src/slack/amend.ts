import type { SlackBackend } from "@oncall/backends";
import type { PostStore } from "@oncall/incidents";
import { type Delivery, findMade } from "./deliver.ts";
import type { Rendered } from "./rendered.ts";

/**
 * Changes in place what was posted of this kind; false when nothing was. Twice with the same content is once, so a run
 * after a crash may do it again. The message keeps its metadata, which Slack leaves alone when none is sent.
 * https://docs.slack.dev/reference/methods/chat.update
 */
export async function amend(
  { slack, posts }: { readonly slack: SlackBackend; readonly posts: PostStore },
  investigationId: string,
  kind: Delivery["kind"],
  { text, blocks }: Rendered,
  signal: AbortSignal,
): Promise<boolean> {
  const made = (await posts.list(investigationId)).find((post) => post.kind === kind);
  if (made === undefined) return false;
  const ts = made.ts ?? (await findMade(slack, made, signal));
  if (ts === null) return false;
  if (made.ts === null) await posts.made(made.id, ts);
  await slack.update({ channel: made.channel, ts, text, blocks }, signal);
  await posts.amended(made.id, text);
  return true;
}
