import { expect, test } from "vitest";
import { ownPatterns } from "./own-patterns.ts";

const one = (pattern: string) => ownPatterns([{ name: "Mine", pattern, severity: "info" }]);

test.each([
  ["an expression", "declin(ed|ing) for \\d+", "card declined for 7", true],
  ["plain text", "payment declined", "Payment DECLINED", true],
  ["the mark of other engines for any case", "(?i)payment DECLINED", "payment declined", true],
  ["an expression that could explode is plain text", "(a+)+$", "aaaaaaaa", false],
  ["and found as such", "(a+)+$", "seen (a+)+$ here", true],
  ["one that is no expression", "total[", "total[3]", true],
  ["many repeats", ".*.*.*x", "abcx", false],
  ["an optional group", "card (was )?declined", "card declined", true],
  ["a literal with escapes", "limit \\(5\\)\\.$", "over limit (5).", true],
  ["a class beside a literal", "code=[45]\\d\\d fail", "code=503 fail", true],
  ["a letter that may be missing is no part of the literal", "colou?r gone", "color gone", true],
  ["far into the text", "payment declined", `${"x".repeat(1_000)} payment declined`, true],
  [
    "an expression far into the text",
    "payment (declined|refused)",
    `${"x".repeat(1_000)} payment refused`,
    true,
  ],
])("%s", (_, pattern, text, found) => {
  expect(one(pattern).find(text)?.name).toBe(found ? "Mine" : undefined);
});

test.each([
  ["nested repeats", "(x+x+)+y"],
  ["repeated alternatives", "(a|a)*b"],
  ["a counted group", "(a{1,30}){1,30}b"],
  ["many letters that may be missing", `${"a?".repeat(60)}${"a".repeat(60)}`],
  ["many choices", `${"(a|a)".repeat(30)}b`],
  ["many ranges", `${"a{1,9}".repeat(20)}b`],
  ["large ranges", "a{1,99}a{1,99}a{1,99}b"],
  ["back references", "(a)\\1+b"],
  ["look-around", "(?=a*)a*b"],
  ["a long expression", `${"ab".repeat(150)}+`],
])("%s never run as an expression, and that is said", (_, pattern) => {
  const own = one(pattern);
  expect(own.plain).toEqual(["Mine"]);
  expect(own.find(`${"a".repeat(50_000)}!`)).toBeNull();
});

test("what all patterns cost together is bounded, and that is said", () => {
  const own = one("a.*a.*b");
  for (let i = 0; i < 100; i++) own.find("a".repeat(200));
  expect(own.exhausted()).toBe(false);
  const ruinous = one("a[ab]*a[ab]*c?d?e?f?");
  for (let i = 0; i < 400; i++) ruinous.find("a".repeat(4_000));
  expect(ruinous.exhausted()).toBe(true);
});
