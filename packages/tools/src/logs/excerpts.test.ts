import { expect, test } from "vitest";
import { excerptsOf } from "./excerpts.ts";

const linesOf = (texts: readonly string[]) => texts.map((text, i) => ({ at: `t${i}`, text }));
const trace = [
  "2026-01-31 03:00:00 ERROR cannot place",
  "java.lang.IllegalStateException: no",
  "\tat a.B.c(B.java:1)",
  "Caused by: java.lang.OutOfMemoryError: Java heap space",
  "\t... 3 more",
];
const calm = (count: number, word = "calm") => Array.from({ length: count }, (_, i) => `INFO ${word} ${i}`);

test("the lines around an error and the end stay, the trace whole; what is left out is counted", () => {
  const lines = linesOf([...calm(100), ...trace, ...calm(100)]);
  const { excerpts, skipped, rootExceptions, failures } = excerptsOf(lines, 10_000);
  expect(excerpts.map(({ text }) => text)).toEqual([
    "INFO calm 98",
    "INFO calm 99",
    trace.join("\n"),
    "INFO calm 0",
    ...calm(100).slice(-8),
  ]);
  expect(excerpts[0]).toMatchObject({ skipped: 98, at: "t98" });
  expect(excerpts.reduce((sum, excerpt) => sum + excerpt.skipped, 0)).toBe(skipped);
  expect(skipped + excerpts.reduce((sum, { text }) => sum + text.split("\n").length, 0)).toBe(lines.length);
  expect(rootExceptions).toEqual(["java.lang.OutOfMemoryError: Java heap space"]);
  expect(failures).toMatchObject([{ failure: { name: "jvm_out_of_memory" }, count: 1 }]);
});

test("of an error that repeats the first and the last stay", () => {
  const lines = linesOf([
    ...calm(20),
    ...Array.from({ length: 500 }, (_, i) => `ERROR order ${i} lost`),
    ...calm(20),
  ]);
  const texts = excerptsOf(lines, 2_000).excerpts.map(({ text }) => text);
  expect(texts).toContain("ERROR order 0 lost");
  expect(texts).toContain("ERROR order 499 lost");
  expect(texts.length).toBeLessThan(20);
});

test.each([
  ["one line without end", [`ERROR ${"x".repeat(1_000_000)}`]],
  [
    "one trace without end",
    ["ERROR x", ...Array.from({ length: 50_000 }, (_, i) => `\tat a.B.c(B.java:${i})`)],
  ],
  [
    "many errors",
    Array.from(
      { length: 50_000 },
      (_, i) => `ERROR ${String.fromCharCode(97 + (i % 26)).repeat(i % 99)} lost`,
    ),
  ],
])("%s stays within its room", (_, texts) => {
  const { excerpts, skipped } = excerptsOf(linesOf(texts), 5_000);
  expect(excerpts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(5_000);
  expect(excerpts.length).toBeGreaterThan(0);
  expect(skipped).toBeLessThan(texts.length);
});

test("no lines, no excerpts", () => {
  expect(excerptsOf([], 1_000)).toEqual({ excerpts: [], failures: [], rootExceptions: [], skipped: 0 });
});
