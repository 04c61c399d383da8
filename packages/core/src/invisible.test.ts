import { expect, test } from "vitest";
import { hasInvisible, showInvisible, withoutInvisible } from "./invisible.ts";

test.each([
  ["a terminal's colours", "\u001b[31mred\u001b[0m", "red"],
  ["a terminal's link", "\u001b]8;;http://evil\u0007open", "]8;;http://evilopen"],
  ["a C1 introducer", "\u009b31mred", "red"],
  ["bells and backspaces", "a\u0007\u0008b", "ab"],
  ["direction", "\u202egpj\u202c \u2066x\u2069", "gpj x"],
  ["zero width", "or\u200bder\u2060-ser\ufeffvice", "order-service"],
  ["hidden words in tags", "ok\u{e0049}\u{e0067}", "ok"],
  ["bytes in variation selectors", "x\u{e0101}\ufe01", "x"],
  ["fillers", "a\u3164b\u115fc", "abc"],
])("%s are left out", (_, text, left) => {
  expect(hasInvisible(text)).toBe(true);
  expect(withoutInvisible(text)).toBe(left);
  expect(hasInvisible(withoutInvisible(text))).toBe(false);
});

test("what people write stays: lines, tabs, other scripts, emoji", () => {
  const text = "one\n\ttwo – ё 中文 العربية 💥";
  expect([hasInvisible(text), withoutInvisible(text), showInvisible(text)]).toEqual([false, text, text]);
});

test("shown as JSON writes them, and the same JSON", () => {
  expect(showInvisible("a\u001b[0m\u202e\u{e0049}")).toBe("a\\u001b[0m\\u202e\\udb40\\udc49");
  const value = { text: "c1 \u009b tag \u{e0049} line \u2028" };
  const printed = showInvisible(JSON.stringify(value));
  expect(hasInvisible(printed)).toBe(false);
  expect(JSON.parse(printed)).toEqual(value);
});
