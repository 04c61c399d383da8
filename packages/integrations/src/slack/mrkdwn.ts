import type { KnownBlock } from "@slack/types";

/** Text from outside as harmless mrkdwn: no link, mention or entity of its own can come alive. */
export function literal(text: string): string {
  return text.replace(controls, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// biome-ignore format: one class of characters a line
const controls = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f" + // control characters, terminal escapes among them
  "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]", // invisible and direction-changing ones
  "g",
);

/** `` `code` `` that cannot be ended from inside. */
export function code(text: string): string {
  return `\`${literal(text).replaceAll("`", "'")}\``;
}

/** A link of ours; only http(s) URLs become one. */
export function link(url: string, label: string): string {
  return /^https?:\/\/[^\s<>|]+$/.test(url)
    ? `<${url}|${literal(label).replaceAll("|", "/")}>`
    : literal(label);
}

/** Slack's limit for the text of one section, in characters. */
const MAX_SECTION = 3_000;
/** Slack's limit of blocks in one message. */
const MAX_BLOCKS = 50;

/**
 * Paragraphs as section blocks, each within Slack's 3,000 characters: longer ones are split at line ends, and
 * a message of more than 50 blocks says how many it left out. `verbatim` keeps Slack from making links out of
 * plain words.
 */
export function sections(paragraphs: readonly string[]): KnownBlock[] {
  const blocks = paragraphs
    .flatMap(splitAtLines)
    .map((text): KnownBlock => ({ type: "section", text: { type: "mrkdwn", text, verbatim: true } }));
  if (blocks.length <= MAX_BLOCKS - 2) return blocks;
  const kept = blocks.slice(0, MAX_BLOCKS - 3);
  return [
    ...kept,
    ...sections([`_${blocks.length - kept.length} more parts are in the incident's report._`]),
  ];
}

export function footer(text: string): KnownBlock {
  return {
    type: "context",
    elements: [{ type: "mrkdwn", text: text.slice(0, MAX_SECTION), verbatim: true }],
  };
}

function splitAtLines(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const line of text.split("\n").flatMap(hardSplit)) {
    if (part !== "" && part.length + 1 + line.length > MAX_SECTION) {
      parts.push(part);
      part = line;
    } else part = part === "" ? line : `${part}\n${line}`;
  }
  return part === "" ? parts : [...parts, part];
}

function hardSplit(line: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += MAX_SECTION) pieces.push(line.slice(at, at + MAX_SECTION));
  return pieces.length === 0 ? [""] : pieces;
}
