import { describe, expect, test } from "vitest";
import { bySpecificity, matchesPattern, overlaps, whyOwner } from "./patterns.ts";

test.each([
  ["ord-*", "ord-1234", true],
  ["ord-*", "ORD-1234", false],
  ["ord-*", "xord-1234", false],
  ["ord-1234", "ord-1234", true],
  ["ord-1234", "ord-12345", false],
  ["ord-*-eu", "ord-1-eu-eu", true],
  ["ord-*-eu", "ord-1-us", false],
  ["a*b*c", "a.b.b.c", true],
  ["a.c", "abc", false],
  ["a*", "", false],
])("%s on %s: %s", (pattern, id, matches) => {
  expect(matchesPattern(pattern, id)).toBe(matches);
});

test("a pattern of many stars on a long id is answered", () => {
  expect(matchesPattern(`a${"*a".repeat(60)}*b`, "a".repeat(5_000))).toBe(false);
});

const claim = (service: string, pattern: string) => ({ service, pattern });

// The first of each pair wins.
test.each([
  ["longer literal start", claim("b", "ord-eu-*"), claim("a", "ord-*"), 'literal start "ord-eu-" is longer'],
  ["fewer wildcards", claim("b", "ord-*"), claim("a", "ord-*-*"), "fewer wildcards"],
  ["more literals", claim("b", "ord-*-eu"), claim("a", "ord-*"), "spells out more"],
  ["name, when nothing else decides", claim("a", "ord-*"), claim("b", "ord-*"), "as specific"],
])("the most specific wins by %s", (_, winner, loser, why) => {
  expect([loser, winner].sort(bySpecificity)).toEqual([winner, loser]);
  expect([winner, loser].sort(bySpecificity)).toEqual([winner, loser]);
  expect(whyOwner("ord-eu-1-eu", winner, loser)).toContain(why);
});

test("an only match says so", () => {
  expect(whyOwner("ord-1", claim("orders", "ord-*"), undefined)).toBe(
    'ord-1 matches "ord-*" of orders, the only pattern that does.',
  );
});

describe("overlaps", () => {
  test.each([
    ["ord-*", "ord-*", true],
    ["ord-*", "ord-eu-*", true],
    ["ord-*", "usr-*", false],
    ["ord-*", "ord-1", true],
    ["ord-1", "ord-2", false],
    ["a*x", "a*y", false],
    ["a*x", "ab*", true],
    ["a*b*c", "a*c*b", false],
    ["a*b*", "a*c*", true],
    ["a*", "a", true],
    ["ab", "a*b", true],
    ["a*ba", "ab*a", true],
    ["a*bb", "ab", false],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
    expect(overlaps(b, a)).toBe(expected);
  });

  test("agrees with trying every short id", () => {
    const alphabet = ["a", "b", "*"];
    const patterns = alphabet
      .slice(0, 2)
      .flatMap((x) => alphabet.flatMap((y) => alphabet.flatMap((z) => [x + y + z, x + y])));
    const ids = ["a", "b"];
    for (let from = 0; ids[0] !== undefined && ids.length < 126; ) {
      const to = ids.length;
      for (; from < to; from++) ids.push(`${ids[from]}a`, `${ids[from]}b`);
    }
    for (const a of patterns) {
      for (const b of patterns) {
        const seen = ids.some((id) => matchesPattern(a, id) && matchesPattern(b, id));
        expect(`${a} ${b} ${overlaps(a, b)}`).toBe(`${a} ${b} ${seen}`);
      }
    }
  });
});
