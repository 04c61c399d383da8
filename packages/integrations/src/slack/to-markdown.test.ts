import { expect, test } from "vitest";
import { link, literal } from "./mrkdwn.ts";
import { toMarkdown } from "./to-markdown.ts";

const markdown = (text: string) => toMarkdown({ text });

test("our own mark-up becomes Markdown's", () => {
  expect(markdown(`*First look* · x\n• *a* – b ${link("https://oncall.example/1?a=1&b=2", "inc_1")}`)).toBe(
    "**First look** · x\n- **a** – b [inc_1](https://oncall.example/1?a=1&b=2)",
  );
});

test.each([
  ["![x](https://evil.example/p)", "![x]\\(`https://evil.example/p`)"],
  ["<script>", "\\<script>"],
  ["<https://evil.example|open>", "<`https://evil.example|open`>"],
])("text from outside brings nothing alive: %s", (hostile, inert) => {
  expect(markdown(`Log: ${literal(hostile)}`)).toBe(`Log: ${inert}`);
});

test("a label cannot end its link", () => {
  expect(markdown(link("https://git.example/c", "fix](https://evil.example)["))).toBe(
    "[fix\\](https://evil.example)\\[](https://git.example/c)",
  );
});
