import { withoutInvisible } from "@oncall/core";
import type { KnownBlock } from "@slack/types";

/**
 * Text from outside as one line of harmless mrkdwn: no link, mention, entity, code span or line of its own can
 * come alive.
 */
export function literal(text: string): string {
  return withoutInvisible(oneLine(text))
    .replaceAll("`", "'")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function oneLine(text: string): string {
  const lines = text.split(/[\n\r\u2028\u2029]/);
  if (lines.length === 1) return text;
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** `` `code` `` that cannot be ended from inside. */
export function code(text: string): string {
  return `\`${literal(text)}\``;
}

/** A link of ours; only http(s) URLs become one. */
export function link(url: string, label: string): string {
  return /^https?:\/\/[^\s<>|]+$/.test(url)
    ? `<${url.replaceAll("&", "&amp;")}|${literal(label).replaceAll("|", "/")}>`
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
    elements: [{ type: "mrkdwn", text: shorten(text, MAX_SECTION), verbatim: true }],
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

/** A line within the limit, cut between words where there are any and never inside an entity or a character. */
function hardSplit(line: string): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > MAX_SECTION) {
    const piece = wholeStart(rest, MAX_SECTION);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

/** At most `max` characters of mrkdwn; what is cut is said to be. */
export function shorten(text: string, max: number): string {
  const note = " … (cut)";
  return text.length <= max ? text : wholeStart(text, max - note.length) + note;
}

function wholeStart(text: string, max: number): string {
  const start = text.slice(0, max).replace(/(?:&[a-z]{0,4}|[\ud800-\udbff])$/, "");
  const space = start.lastIndexOf(" ");
  return space > max / 2 ? start.slice(0, space + 1) : start;
}
