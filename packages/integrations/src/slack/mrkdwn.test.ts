import type { KnownBlock } from "@slack/types";
import { expect, test } from "vitest";
import { code, footer, link, literal, sections, shorten } from "./mrkdwn.ts";

test.each([
  [
    "<!channel> <@U1> <https://evil.example|click>",
    "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|click&gt;",
  ],
  ["a && b &lt;", "a &amp;&amp; b &amp;lt;"],
  ["\u001b[31mred\u001b[0m\u0007 \u001b]8;;x", "red ]8;;x"],
  ["or\u200bder\u202e-ser\ufeffvice", "order-service"],
  ["one\n*Root cause:* two\r\n\u2028three", "one *Root cause:* two three"],
  [`a${" ".repeat(50_000)}b\nc`, `a${" ".repeat(50_000)}b c`],
  ["a `b` c", "a 'b' c"],
])("literal %j", (text, expected) => {
  expect(literal(text)).toBe(expected);
  expect(code(text)).toBe(`\`${expected}\``);
});

test.each([
  ["https://a.example/?a=1&b=2", "x|y", "<https://a.example/?a=1&amp;b=2|x/y>"],
  ["javascript:alert(1)", "x", "x"],
  ["https://a.example/>evil", "<x>", "&lt;x&gt;"],
  ["https://a.example|evil", "x", "x"],
])("link %s", (url, label, expected) => {
  expect(link(url, label)).toBe(expected);
});

const textOf = (block: KnownBlock | undefined): string =>
  block?.type === "section" ? (block.text?.text ?? "") : "";

test.each([
  ["lines", Array(500).fill("a line of thirty characters...").join("\n")],
  ["words", "word ".repeat(2_000)],
  ["one word", "x".repeat(9_001)],
  ["entities", "&amp;".repeat(2_000)],
  ["characters of two units", `x${"💥".repeat(4_000)}`],
])("long %s become several sections within the limit, nothing lost", (_, text) => {
  const texts = sections([text]).map(textOf);
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join("").replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
  for (const part of texts) {
    expect(part.length).toBeLessThanOrEqual(3_000);
    expect(part).not.toMatch(/&[a-z]*$|[\ud800-\udbff]$/);
  }
});

test("more blocks than a message holds: the last one counts the rest", () => {
  const blocks = sections(Array(100).fill("x"));
  expect(blocks.length).toBeLessThan(50);
  expect(textOf(blocks.at(-1))).toBe("_53 more parts are in the incident's report._");
});

test("nothing is made of nothing", () => {
  expect(sections([""])).toEqual([]);
});

test("a cut says so", () => {
  expect(shorten("short", 100)).toBe("short");
  expect(shorten("word ".repeat(100), 50)).toMatch(/^(?:word )+ … \(cut\)$/);
  expect(JSON.stringify(footer("x".repeat(4_000)))).toContain("… (cut)");
});
