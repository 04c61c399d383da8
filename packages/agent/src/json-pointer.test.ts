import { expect, test } from "vitest";
import { resolvePointer } from "./json-pointer.ts";

const document = { data: { list: [{ count: 3 }, null], "a/b": 1, "m~n": 2, "": 4, text: "t" } };

test.each([
  ["", document],
  ["/data/list/0/count", 3],
  ["/data/list/1", null],
  ["/data/a~1b", 1],
  ["/data/m~0n", 2],
  ["/data/", 4],
])("%j is found", (pointer, value) => {
  expect(resolvePointer(document, pointer)).toEqual({ found: true, value });
});

test.each([
  ["data/list", 'begins with "/"'],
  ["/data/list/2", "list of 2"],
  ["/data/list/-", "list of 2"],
  ["/data/list/00", "list of 2"],
  ["/data/lists", "it has list, a/b"],
  ["/data/text/0", "plain value"],
  ["/data/list/1/x", "plain value"],
  ["/toString", "it has data"],
])("%j is a miss that says why", (pointer, why) => {
  expect(resolvePointer(document, pointer)).toEqual({ found: false, reason: expect.stringContaining(why) });
});
