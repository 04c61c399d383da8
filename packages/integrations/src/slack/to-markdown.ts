import { inertMarkdown } from "@oncall/core";
import type { Rendered } from "./rendered.ts";

/**
 * What we render for Slack as Markdown, for those who read it elsewhere. Only for our own mark-up: in it every `*` that
 * begins a line or a bullet is emphasis, every `<…|…>` a link of ours. Text from outside, which is escaped there, brings
 * no link, image or HTML of its own.
 */
export function toMarkdown({ text }: Pick<Rendered, "text">): string {
  return text
    .replace(/^(• )?\*([^*\n]+)\*/gm, "$1**$2**")
    .replace(/^• /gm, "- ")
    .split(/(<https?:[^|>\s]+\|[^>\n]*>)/)
    .map((part, i) => (i % 2 === 0 ? inertMarkdown(unescaped(part)) : ownLink(part)))
    .join("");
}

function ownLink(part: string): string {
  const [, url = "", label = ""] = /^<([^|]*)\|(.*)>$/.exec(part) ?? [];
  return `[${unescaped(label).replace(/[[\]]/g, "\\$&")}](${unescaped(url)})`;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
