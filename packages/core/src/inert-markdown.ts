import { withoutInvisible } from "./invisible.ts";

const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;
/** What Markdown readers make links of by themselves. */
const ADDRESS = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|mailto:|data:|javascript:)[^\s<>`)\]]*/gi;

/**
 * Markdown that others wrote, without anything in it that a reader loads or follows: addresses become code, links,
 * images and HTML plain characters. Emphasis, lists and code stay.
 */
export function inertMarkdown(markdown: string): string {
  return withoutInvisible(markdown)
    .split(CODE)
    .map((part, i) => (i % 2 === 1 ? part : inertText(part)))
    .join("");
}

function inertText(text: string): string {
  return text
    .split(ADDRESS)
    .map((part) => part.replace(/\](?=[([:])/g, "]\\").replace(/<(?=[a-z!/?])/gi, "\\<"))
    .reduce((joined, part, i) => `${joined}${code(text.match(ADDRESS)?.[i - 1] ?? "")}${part}`);
}

function code(address: string): string {
  return `\`${address}\``;
}
