import type { KnownBlock } from "@slack/types";
import { shorten } from "./mrkdwn.ts";

/** A message ready to be posted: the blocks, and the same content as text for notifications and logs. */
export interface Rendered {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** Slack's limit for `text`, in characters. */
const MAX_TEXT = 40_000;

export function rendered(
  paragraphs: readonly string[],
  blocks: readonly KnownBlock[],
  footerBlock: KnownBlock,
  footerText: string,
  buttonBlock?: KnownBlock,
): Rendered {
  return {
    text: shorten([...paragraphs, footerText].join("\n\n"), MAX_TEXT),
    blocks: [...blocks, ...(buttonBlock ? [buttonBlock] : []), footerBlock],
  };
}
