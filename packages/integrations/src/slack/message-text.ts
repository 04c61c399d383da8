/** A Slack message as the Events API delivers it; only what we read, everything optional. */
export interface SlackMessageEvent {
  readonly type?: string;
  readonly subtype?: string;
  readonly channel?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly bot_profile?: { readonly app_id?: string; readonly name?: string };
  readonly username?: string;
  readonly text?: string;
  readonly attachments?: readonly SlackAttachment[];
  readonly blocks?: readonly unknown[];
}

export interface SlackAttachment {
  readonly color?: string;
  readonly fallback?: string;
  readonly pretext?: string;
  readonly title?: string;
  readonly title_link?: string;
  readonly text?: string;
  readonly footer?: string;
  readonly fields?: readonly { readonly title?: string; readonly value?: string }[];
  readonly blocks?: readonly unknown[];
}

export interface MessageText {
  /** First line that says what it is about. */
  readonly title: string;
  /** Every word of the message, mark-up removed, line by line. */
  readonly text: string;
  /** `title: value` pairs that the message lays out as fields. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly links: readonly string[];
}

/** Longest text that is read of one message; Slack itself allows 40,000 characters. */
const MAX_TEXT = 40_000;
const MAX_LINKS = 20;
/** Block Kit nests four deep at most; hostile input may nest deeper. */
const MAX_DEPTH = 8;

/** All the words of a message: text, attachments and blocks in the order a person reads them. */
export function messageText(message: SlackMessageEvent): MessageText {
  const parts: string[] = [];
  const fields: (readonly [string, string])[] = [];
  const titles: string[] = [];
  const add = (text: unknown): void => {
    if (typeof text === "string" && text.trim() !== "") parts.push(text);
  };

  add(message.text);
  // `text` is often a copy of the blocks and sometimes only their headline: what it lacks is added.
  const said = plain(message.text ?? "");
  const pair = (name: string, value: string): void => {
    fields.push([name, value]);
  };
  collectBlocks(message.blocks, (text) => said.includes(plain(text).trim()) || add(text), pair);
  for (const attachment of message.attachments ?? []) {
    add(attachment.pretext);
    if (attachment.title) titles.push(attachment.title);
    add(attachment.title);
    add(attachment.text);
    for (const field of attachment.fields ?? []) {
      if (field.title && field.value) fields.push([plain(field.title), plain(field.value)]);
      add([field.title, field.value].filter(Boolean).join(": "));
    }
    collectBlocks(attachment.blocks, add, pair);
    if (!attachment.title && !attachment.text && !attachment.fields?.length && !attachment.blocks?.length)
      add(attachment.fallback);
    add(attachment.footer);
  }

  const raw = parts.join("\n").slice(0, MAX_TEXT);
  const text = plain(raw);
  const firstLine = text.split("\n").find((line) => line.trim() !== "") ?? "";
  const alertTitle = titles.map(plain).find((title) => title !== "");
  return {
    title: alertTitle ?? firstLine.trim(),
    text,
    fields,
    links: linksOf(
      [raw, ...(message.attachments ?? []).map((attachment) => attachment.title_link ?? "")].join("\n"),
    ),
  };
}

/** Walks Block Kit for its texts, whatever the block type, and for the name and value pairs of section fields. */
function collectBlocks(
  blocks: readonly unknown[] | undefined,
  add: (text: string) => void,
  pair: (name: string, value: string) => void,
  depth = 0,
): void {
  if (depth > MAX_DEPTH || !Array.isArray(blocks)) return;
  for (const block of blocks) {
    if (block === null || typeof block !== "object") continue;
    const node = block as Record<string, unknown>;
    if (typeof node.text === "string") add(node.text);
    else if (node.text !== undefined) collectBlocks([node.text], add, pair, depth + 1);
    if (typeof node.url === "string" && node.text === undefined) add(`<${node.url}>`);
    if (Array.isArray(node.fields)) {
      for (const field of node.fields) pairOf(field, pair);
      collectBlocks(node.fields, add, pair, depth + 1);
    }
    // The pieces of one rich-text line are one line.
    const pieces: string[] = [];
    const isLine = typeof node.type === "string" && /^rich_text_/.test(node.type);
    if (Array.isArray(node.elements))
      collectBlocks(node.elements, isLine ? (text) => pieces.push(text) : add, pair, depth + 1);
    if (pieces.length > 0) add(pieces.join(""));
  }
}

/** A section's field is usually laid out as a bold name, a line break and the value. */
function pairOf(field: unknown, pair: (name: string, value: string) => void): void {
  const text = (field as { text?: unknown } | null)?.text;
  const [name, value] = typeof text === "string" ? plain(text).split("\n", 2) : [];
  if (name && value) pair(name.trim().replace(/:$/, ""), value.trim());
}

/** Slack's mark-up as plain words: links as their label, escapes undone, emphasis and code marks removed. */
export function plain(text: string): string {
  return text
    .replace(/<(?:https?|mailto):[^|>]{0,4000}\|([^>]{0,2000})>/g, "$1")
    .replace(/<((?:https?|mailto):[^|>]{0,4000})>/g, "$1")
    .replace(/<[@#!][^|>]{0,200}\|([^>]{0,200})>/g, "$1")
    .replace(/<[@#!]([^>]{0,200})>/g, "$1")
    .replace(/(^|[\s(])[*_~`]{1,3}(?=\S)/gm, "$1")
    .replace(/(\S)[*_~`]{1,3}(?=[\s).,;:]|$)/gm, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function linksOf(raw: string): string[] {
  const found = raw.match(/https?:\/\/[^\s|>)"]{1,2000}/g) ?? [];
  return [...new Set(found.map((link) => link.replaceAll("&amp;", "&")))].slice(0, MAX_LINKS);
}
