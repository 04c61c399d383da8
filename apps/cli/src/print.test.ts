import { expect, test } from "vitest";
import { inert } from "./print.ts";

test("nothing in a value's texts or names is left for a terminal to obey", () => {
  expect(inert({ "\u001b[0m": ["a\u0007", { n: 1, none: null }] })).toEqual({
    "\\u001b[0m": ["a\\u0007", { n: 1, none: null }],
  });
});
