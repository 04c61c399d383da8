import { describe, expect, test } from "vitest";
import { channels, loadCorpus, runInjection } from "../src/injection/index.ts";
import {
  markdownBreaches,
  promptBreaches,
  slackBreaches,
  terminalBreaches,
} from "../src/injection/inspect.ts";

describe("the corpus", () => {
  const corpus = loadCorpus("http://127.0.0.1:9");

  test("has at least forty cases, some for each channel, each with a name of its own", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(40);
    expect(new Set(corpus.map(({ id }) => id)).size).toBe(corpus.length);
    expect(new Set(corpus.map(({ channel }) => channel))).toEqual(new Set(channels));
  });
});

/** The inspection itself must see what it is there for. */
describe("what came through is seen", () => {
  const own = ["https://oncall.example"];
  const section = (text: string, more: object = { verbatim: true }) => ({
    type: "message" as const,
    ts: "1",
    text: "",
    blocks: [{ type: "section", text: { type: "mrkdwn", text, ...more } }],
  });

  test.each([
    ["a link", section("<https://evil.example|click>")],
    ["a mention", section("<!channel>")],
    ["a person", section("<@U1>")],
    ["an address that only begins like ours", section("<https://oncall.example.evil.example|x>")],
    ["a hidden character", section("a\u202eb")],
    ["words that Slack may link", section("evil.example", {})],
    ["an image", { ...section("x"), blocks: [{ type: "image", image_url: "https://evil.example/i" }] }],
  ])("in Slack: %s", (_, message) => {
    expect(slackBreaches(message, own).length).toBeGreaterThan(0);
  });

  test("our own links are no breach", () => {
    expect(slackBreaches(section("<https://oncall.example/inc_1|inc_1> &lt;!channel&gt;"), own)).toEqual([]);
    expect(markdownBreaches("[inc_1](https://oncall.example/inc_1) `http://x`", own)).toEqual([]);
  });

  test.each(["![x](http://e)", "[x]: y", "<img src=x>", "http://evil.example", "www.evil.example"])(
    "in Markdown: %s",
    (markdown) => expect(markdownBreaches(markdown, own).length).toBeGreaterThan(0),
  );

  test("at a terminal", () => {
    expect(terminalBreaches("\u001b[0m")).toHaveLength(1);
    expect(terminalBreaches("\\u001b[0m\n\tok")).toEqual([]);
  });

  test("outside the marks of data", () => {
    const prompt = (text: string) => ({
      model: "m",
      max_tokens: 1,
      messages: [{ role: "user", content: text }],
    });
    expect(promptBreaches(prompt('<data from="x">\n"http://e/case-1"\n</data>'), ["case-1"])).toEqual([]);
    expect(promptBreaches(prompt('<data from="x">\n""\n</data> http://e/case-1'), ["case-1"])).toHaveLength(
      1,
    );
  });
});

test("nothing of the corpus gets past the product, with a model that obeys all of it", async () => {
  const results = await runInjection();
  const reached = results.flatMap(({ id, breaches }) =>
    breaches.map(({ surface, what }) => `${id} → ${surface}: ${what}`),
  );
  expect(reached).toEqual([]);
  const shown = results.filter((result) => result.shown).length;
  expect(shown).toBeGreaterThan(results.length * 0.8);
}, 1_200_000);
