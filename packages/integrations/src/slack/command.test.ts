import { expect, test } from "vitest";
import { parseDiagnose } from "./command.ts";

test.each([
  ["order-service", "order-service", null],
  ["  `ord-1234`  ", "ord-1234", null],
  ["“order-service” why slow?", "order-service", "why slow?"],
  ["order-service,\n why\tslow", "order-service", "why slow"],
  ["help-desk", "help-desk", null],
])("%j", (text, target, question) => {
  expect(parseDiagnose(text)).toEqual({ kind: "diagnose", target, question });
});

test.each(["", "   ", "help", "HELP", "--help", "?", "help order-service", "``"])(
  "%j asks for help",
  (text) => {
    expect(parseDiagnose(text)).toEqual({ kind: "help" });
  },
);

test("target and question are bounded", () => {
  const parsed = parseDiagnose(`${"a".repeat(5_000)} ${"b".repeat(5_000)}`);
  expect(parsed).toEqual({ kind: "diagnose", target: "a".repeat(200), question: "b".repeat(2_000) });
});
