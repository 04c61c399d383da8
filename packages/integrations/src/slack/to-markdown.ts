import type { Rendered } from "./rendered.ts";

/**
 * What we render for Slack as Markdown, for those who read it elsewhere. Only for our own mark-up: in it every `*` that
 * begins a line or a bullet is emphasis, every `<…|…>` a link of ours, and text from outside is escaped.
 */
export function toMarkdown({ text }: Pick<Rendered, "text">): string {
  return text
    .replace(/^(• )?\*([^*\n]+)\*/gm, "$1**$2**")
    .replace(/^• /gm, "- ")
    .replace(/<(https?:[^|>\s]+)\|([^>\n]*)>/g, "[$2]($1)")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
