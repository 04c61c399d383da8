import type { SlackMessage } from "./workspace.ts";

type Json = Readonly<Record<string, unknown>>;

/** A thread as a person reads it in Slack: author, time (UTC), text; links as `text (url)`, buttons as `[text]`. */
export function renderThread(
  messages: readonly SlackMessage[],
  nameOf: (message: SlackMessage) => string = plainName,
): string {
  return messages
    .map((message, i) => {
      const time = new Date(Number(message.ts) * 1000).toISOString().slice(11, 16);
      const edited = message.edited ? " (edited)" : "";
      const body = bodyOf(message)
        .split("\n")
        .map((line) => `  ${line}`.trimEnd());
      const text = [`${nameOf(message)}  ${time}${edited}`, ...body].join("\n");
      // Replies stand under what they answer.
      return i === 0 ? text : text.replace(/^(?=.)/gm, "    ");
    })
    .join("\n\n");
}

function plainName(message: SlackMessage): string {
  return message.username ?? message.user ?? "unknown";
}

function bodyOf(message: SlackMessage): string {
  const blocks = (message.blocks ?? []).map(blockText).filter((text) => text !== "");
  const own = blocks.length > 0 ? blocks : [mrkdwn(message.text)];
  return [...own, ...(message.attachments ?? []).map(attachmentText)]
    .filter((text) => text !== "")
    .join("\n");
}

function blockText(block: Json): string {
  const elements = (block.elements ?? []) as Json[];
  switch (block.type) {
    case "header":
      return textOf(block.text).toUpperCase() === ""
        ? ""
        : `${textOf(block.text)}\n${"=".repeat(textOf(block.text).length)}`;
    case "divider":
      return "-".repeat(40);
    case "actions":
      return elements.map((element) => `[${textOf(element.text)}]`).join(" ");
    case "context":
      return elements.map((element) => textOf(element)).join("  ");
    case "image":
      return `[image: ${String(block.alt_text ?? "")}]`;
    case "markdown":
      return String(block.text ?? "");
    case "rich_text":
      return richText(elements);
    default:
      return [textOf(block.text), ...((block.fields ?? []) as Json[]).map(textOf)]
        .filter((text) => text !== "")
        .join("\n");
  }
}

function attachmentText(attachment: Json): string {
  const fields = ((attachment.fields ?? []) as Json[]).map(
    (field) => `${String(field.title ?? "")}: ${mrkdwn(String(field.value ?? ""))}`,
  );
  const title =
    attachment.title === undefined ? "" : withLink(String(attachment.title), attachment.title_link);
  const blocks = ((attachment.blocks ?? []) as Json[]).map(blockText);
  return [
    String(attachment.pretext ?? ""),
    title,
    mrkdwn(String(attachment.text ?? "")),
    ...fields,
    ...blocks,
  ]
    .filter((text) => text !== "")
    .join("\n")
    .replace(/^/gm, "| ");
}

function withLink(text: string, url: unknown): string {
  return typeof url === "string" ? `${text} (${url})` : text;
}

function textOf(object: unknown): string {
  if (typeof object !== "object" || object === null) return "";
  const { type, text, alt_text } = object as Json;
  if (type === "image") return `[image: ${String(alt_text ?? "")}]`;
  return mrkdwn(typeof text === "string" ? text : "");
}

function richText(elements: readonly Json[]): string {
  return elements
    .map((element) => {
      if (Array.isArray(element.elements)) return richText(element.elements as Json[]);
      if (element.type === "link")
        return withLink(String(element.text ?? element.url), element.text ? element.url : undefined);
      return String(element.text ?? "");
    })
    .join("");
}

/** Slack's escapes undone: `<url|text>` as `text (url)`, `&lt;` as `<`. Bold and code marks stay readable as they are. */
function mrkdwn(text: string): string {
  return text
    .replace(/<(https?:[^|>]+|mailto:[^|>]+)\|([^>]+)>/g, "$2 ($1)")
    .replace(/<(https?:[^|>]+)>/g, "$1")
    .replace(/<[#@!]([^|>]+)\|([^>]+)>/g, "$2")
    .replace(/<([#@!][^>]+)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
