import { describe, expect, test } from "vitest";
import { blockHtml, colour, messageBody } from "./page/blocks.js";
import { mrkdwn } from "./page/mrkdwn.js";

const names = { U1: "Dana Reyes", C1: "commerce-oncall" };
const link = (url: string, label = url): string =>
  `<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;

describe("mrkdwn", () => {
  test.each<[string, string, string]>([
    ["bold, italic, struck", "*b* _i_ ~s~", "<b>b</b> <i>i</i> <s>s</s>"],
    ["marks inside words stay", "2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"],
    ["marks need something between them", "* a * ** __", "* a * ** __"],
    ["marks nest", "*_both_*", "<b><i>both</i></b>"],
    ["code keeps its marks", "`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"],
    ["a link", "<https://x.test/a?b=1&amp;c=2|here>", link("https://x.test/a?b=1&amp;c=2", "here")],
    ["a bold link", "*<https://x.test|here>*", `<b>${link("https://x.test", "here")}</b>`],
    ["a bare address", "see https://x.test/a.", `see ${link("https://x.test/a")}.`],
    ["a person", "<@U1> <@U2|sam> <@U3>", "@Dana Reyes @sam @U3"],
    ["a channel", "<#C1> <#C9|other>", "#commerce-oncall #other"],
    ["everybody", "<!channel> <!subteam^S1|@sre>", "@channel @sre"],
    ["a date", "<!date^1700000000^{time}|14:05>", "14:05"],
    ["mail is only words", "<mailto:a@x.test|write>", "write"],
    ["entities once", "a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp;amp; c"],
    ["emoji", ":warning: at 12:30:45 :constructor:", "⚠️ at 12:30:45 :constructor:"],
  ])("%s", (_, text, html) => {
    const plainMentions = mrkdwn(text, { names }).replace(/<span class="mention">(.*?)<\/span>/g, "$1");
    expect(plainMentions).toBe(`<div>${html}</div>`);
  });

  test.each<[string, string, string]>([
    ["script", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["a link to script", "<javascript:alert(1)|click>", "click"],
    ["data", "<data:text/html,x|click>", "click"],
    ["a quote in an address", '<https://x.test/"onclick="x|click>', "click"],
    ["markup in a label", "<https://x.test|<b>>", `${link("https://x.test", "")}&gt;`],
    ["escaped markup", "&lt;img src=x onerror=alert(1)&gt;", "&lt;img src=x onerror=alert(1)&gt;"],
    ["markup in code", "`<img src=x>`", "<code>&lt;img src=x&gt;</code>"],
    ["a name that is markup", "<@U1>", '<span class="mention">@&lt;i&gt;</span>'],
    ["our own placeholders", "\uE0000\uE001 `a`", "0 <code>a</code>"],
  ])("hostile: %s", (_, text, html) => {
    const out = mrkdwn(text, { names: { U1: "<i>" } });
    expect(out).not.toMatch(/<(?:script|img|b>)|javascript:|on\w+="/);
    expect(out).toContain(html.replace(link("https://x.test", ""), ""));
  });

  test("lines, bullets, quotes and code blocks", () => {
    expect(mrkdwn("one\n\n• two\n   • three\n&gt; four\n> five\n```\nx < y\n```\nsix")).toBe(
      [
        "<div>one</div>",
        '<div class="gap"></div>',
        '<div class="item"><span>•</span><div>two</div></div>',
        '<div class="item deeper"><span>•</span><div>three</div></div>',
        "<blockquote>four<br>five</blockquote>",
        "<pre>x &lt; y</pre>",
        "<div>six</div>",
      ].join(""),
    );
    expect(mrkdwn("a ``` b")).toBe("<div>a ``` b</div>");
  });

  test("long hostile text stays bounded", () => {
    const text = ["*".repeat(20_000), "_a".repeat(10_000), "<".repeat(20_000), "`".repeat(20_001)].join("\n");
    expect(mrkdwn(text).length).toBeLessThan(text.length * 8);
  });
});

describe("blocks", () => {
  const words = { type: "mrkdwn", text: "*b*" };
  const button = { type: "button", text: { type: "plain_text", text: "Go <on>" }, style: "primary" };
  test.each<[string, object, string | RegExp]>([
    [
      "header",
      { type: "header", text: { type: "plain_text", text: "*A*" } },
      '<h3 class="block-header">*A*</h3>',
    ],
    ["section", { type: "section", text: words }, /<div class="words"><div><b>b<\/b><\/div><\/div>/],
    ["fields", { type: "section", fields: [words, words] }, /(?:<div class="field">.*?){2}/],
    [
      "plain text",
      { type: "section", text: { type: "plain_text", text: "*a*\n<b>" } },
      /<div>\*a\*<br>&lt;b&gt;<\/div>/,
    ],
    ["context", { type: "context", elements: [words] }, /class="block-context"><div><div><b>b/],
    ["divider", { type: "divider" }, '<hr class="block-divider">'],
    [
      "a button",
      { type: "actions", elements: [{}, button] },
      /class="button primary" data-block="3" data-element="1">Go &lt;on&gt;<\/button>/,
    ],
    [
      "a button that is a link",
      { type: "actions", elements: [{ ...button, url: "https://x.test" }] },
      /<a href="https:\/\/x\.test"[^>]*data-block="3"/,
    ],
    [
      "a button to script",
      { type: "actions", elements: [{ ...button, url: "javascript:x" }] },
      /^(?!.*javascript).*<button/,
    ],
    [
      "an accessory",
      { type: "section", text: words, accessory: button },
      /class="accessory"><button[^>]*data-element="0"/,
    ],
    [
      "a select",
      { type: "actions", elements: [{ type: "static_select", placeholder: { text: "Pick" } }] },
      /disabled[^>]*>Pick/,
    ],
    [
      "an image is not loaded",
      { type: "image", image_url: "https://x.test/i.png", alt_text: "graph" },
      /^(?!.*x\.test).*graph/,
    ],
    [
      "rich text",
      {
        type: "rich_text",
        elements: [
          { type: "rich_text_section", elements: [{ type: "text", text: "<a>", style: { bold: true } }] },
        ],
      },
      "<div><b>&lt;a&gt;</b></div>",
    ],
    ["what is not known", { type: "nonsense", text: "<b>" }, ""],
  ])("%s", (_, block, html) => {
    const out = blockHtml(block, 3);
    if (typeof html === "string") expect(out).toBe(html);
    else expect(out).toMatch(html);
  });

  test("blocks stand for the text, attachments come after", () => {
    const html = messageBody({
      text: "fallback",
      blocks: [{ type: "section", text: words }],
      attachments: [
        {
          color: "a30200",
          pretext: "before",
          title: "[FIRING:1] <x>",
          title_link: "https://x.test",
          text: "a _b_",
          fields: [{ title: "severity", value: "critical", short: true }],
          footer: "prometheus",
        },
      ],
    });
    expect(html).not.toContain("fallback");
    expect(html).toMatch(
      /<b>b<\/b>.*before.*data-colour="#a30200".*<a href="https:\/\/x\.test"[^>]*>\[FIRING:1\] &lt;x&gt;<\/a>.*<i>b<\/i>.*class="field"><b>severity<\/b>.*critical.*prometheus/,
    );
    expect(messageBody({ text: "hi", attachments: null, blocks: "x" })).toContain("hi");
  });

  test.each([
    ["danger", "#e01e5a"],
    ["#ABC", "#ABC"],
    ["36a64f", "#36a64f"],
    ['red" onload="x', "#dddddd"],
    [undefined, "#dddddd"],
    ["constructor", "#dddddd"],
  ])("colour %s", (wanted, shown) => expect(colour(wanted)).toBe(shown));
});
