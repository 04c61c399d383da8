import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.parse("2026-03-02T03:05:00Z");

test.each([
  ["30", 30_000],
  ["0.5", 500],
  ["0", 0],
  ["Mon, 02 Mar 2026 03:05:20 GMT", 20_000],
  ["Mon, 02 Mar 2026 03:04:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
])("%j is %s ms", (said, wait) => {
  expect(retryAfterMs(new Headers({ "retry-after": said }), now)).toBe(wait);
});

test("nothing said, nothing to wait for", () => {
  expect(retryAfterMs(new Headers(), now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});
