import { expect, test } from "vitest";
import { inertMarkdown } from "./inert-markdown.ts";

test.each([
  ["![x](http://evil.example/p.png?q=1)", "![x]\\(`http://evil.example/p.png?q=1`)"],
  ["[open](//evil.example)", "[open]\\(//evil.example)"],
  ["[open][r]\n\n[r]: https://evil.example", "[open]\\[r]\n\n[r]\\: `https://evil.example`"],
  ["<https://evil.example>", "<`https://evil.example`>"],
  ["<img src='http://evil.example/i'>", "\\<img src='`http://evil.example/i'`>"],
  ["see www.evil.example/x and mailto:a@b.example", "see `www.evil.example/x` and `mailto:a@b.example`"],
  ["a\u202eb", "ab"],
])("%j", (markdown, inert) => {
  expect(inertMarkdown(markdown)).toBe(inert);
});

test("what only looks stays", () => {
  const markdown = "**Pool** of `5`: 3 < 5, a[0], `curl https://x.example`\n- one\n```\n[a](b) <c>\n```\n";
  expect(inertMarkdown(markdown)).toBe(markdown);
});
