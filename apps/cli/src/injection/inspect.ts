import { hasInvisible } from "@oncall/core";
import type { MessagesRequest, SlackMessage } from "@oncall/sandbox";

export const surfaces = [
  "Slack",
  "REST",
  "terminal",
  "tools",
  "network",
  "secrets",
  "prompt",
  "claims",
] as const;
export type Surface = (typeof surfaces)[number];

/** Something hostile that came through. */
export interface Breach {
  readonly surface: Surface;
  readonly what: string;
  /** What stood around it; names the case. */
  readonly near: string;
}

const AROUND = 400;

/** Live links, mentions and invisible characters in what we posted. `own` are the origins that we may link to. */
export function slackBreaches(message: SlackMessage, own: readonly string[]): Breach[] {
  const blocks = message.blocks ?? [];
  const odd = blocks.filter(
    ({ type }) => !["section", "context", "actions", "header", "divider"].includes(String(type)),
  );
  const texts = [message.text, ...blocks.flatMap(textsOf)];
  return [
    ...odd.map(({ type }) => breach("Slack", `a block of type ${type}`, JSON.stringify(message))),
    ...blocks
      .flatMap((block) => unverbatim(block))
      .map((text) => breach("Slack", "Slack may link its words", text)),
    ...blocks
      .flatMap(urlsOf)
      .filter((url) => !isOwn(url, own))
      .map((url) => breach("Slack", "a button that leads away", url)),
    ...texts.flatMap((text) => [
      ...matches(text, /<([^<>\n]*)>/g)
        .filter(({ found }) => !isOwn(found[1]?.split("|")[0] ?? "", own))
        .map(({ found, near }) => breach("Slack", `live mark-up ${found[0].slice(0, 80)}`, near)),
      ...(hasInvisible(text) ? [breach("Slack", "an invisible or control character", text)] : []),
    ]),
  ];
}

/** Live links, images and HTML in Markdown. */
export function markdownBreaches(markdown: string, own: readonly string[]): Breach[] {
  const text = markdown
    .replace(/(`+)[^`][\s\S]*?\1/g, "")
    .replace(/\[[^\]]*\]\(([^)\s]*)\)/g, (link, url: string) => (isOwn(url, own) ? "" : link));
  return [
    ...matches(text, /\]\(|^\s*\[[^\]]*\]:|(?<!\\)<[a-z!/]|\b[a-z][a-z0-9+.-]*:\/\/|\bwww\./gim).map(
      ({ found, near }) => breach("REST", `live Markdown ${found[0]}`, near),
    ),
    ...(hasInvisible(markdown) ? [breach("REST", "an invisible or control character", markdown)] : []),
  ];
}

/** Whatever a terminal would obey. */
export function terminalBreaches(printed: string): Breach[] {
  return hasInvisible(printed) ? [breach("terminal", "a control or invisible character", printed)] : [];
}

/** What others wrote stands between marks that it cannot close, in everything that we sent. */
export function promptBreaches({ messages, system }: MessagesRequest, ids: readonly string[]): Breach[] {
  const ours = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  return [system ?? "", ...ours].flatMap((content) =>
    textsIn(content).flatMap((text) => {
      const outside = text.replace(/<data(?: from="[^"\n]*")?>\n[^\n]*\n<\/data>/g, "");
      const seen = ids.filter((id) => outside.includes(`/${id}`));
      return seen.map((id) =>
        breach("prompt", "outside the marks of data", `${id} ${outside.slice(0, AROUND)}`),
      );
    }),
  );
}

function breach(surface: Surface, what: string, near: string): Breach {
  return { surface, what, near };
}

function matches(text: string, pattern: RegExp) {
  return [...text.matchAll(pattern)].map((found) => ({
    found,
    near: text.slice(Math.max(0, found.index - AROUND), found.index + AROUND),
  }));
}

function isOwn(url: string, own: readonly string[]): boolean {
  return own.some((origin) => url === origin || url.startsWith(`${origin}/`));
}

type Json = Readonly<Record<string, unknown>>;

/** Every text of a block that Slack shows. */
function textsOf(value: unknown): string[] {
  return objectsIn(value).flatMap(({ text }) => (typeof text === "string" ? [text] : []));
}

function unverbatim(value: unknown): string[] {
  return objectsIn(value)
    .filter(({ type, verbatim }) => type === "mrkdwn" && verbatim !== true)
    .map(({ text }) => String(text));
}

function urlsOf(value: unknown): string[] {
  return objectsIn(value).flatMap(({ url, image_url }) =>
    [url, image_url].filter((found) => typeof found === "string"),
  );
}

function objectsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== "object" || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(objectsIn)];
}

/** The texts of a message's blocks, those inside tool results too. */
function textsIn(content: unknown): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: Json) =>
    typeof block.text === "string" ? [block.text] : textsIn(block.content),
  );
}
