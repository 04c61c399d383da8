import { estimateTokens } from "@oncall/core";
import { expect, test } from "vitest";
import { ANSWER_PROMPT, DIAGNOSIS_PROMPT, openCase } from "./prompt.ts";
import { submitTool } from "./submission.ts";
import { logsEvidence } from "./testing/evidence.ts";
import { NOW, orderCase } from "./testing/order-case.ts";
import { toolBlock } from "./toolbox.ts";

const message = (subject: Partial<typeof orderCase>, index = [logsEvidence]) =>
  openCase({ ...orderCase, ...subject }, index, NOW).join("\n\n");

test.each([DIAGNOSIS_PROMPT, ANSWER_PROMPT])("the system prompt stays small", (prompt) => {
  expect(estimateTokens(prompt)).toBeLessThan(1200);
});

test("the tools of the loop itself stay small", () => {
  const own = toolBlock(
    { tools: [], call: () => Promise.reject(new Error("not called")) },
    { finish: submitTool },
  );
  expect(own).toHaveLength(2);
  expect(estimateTokens(JSON.stringify(own))).toBeLessThan(1700);
});

test("a long alert is cut, and says so", () => {
  const alert = { ...orderCase.alert, text: "x".repeat(9_000) } as typeof orderCase.alert;
  expect(message({ alert })).toContain("[3000 more characters cut]");
});

test("a long index is cut, and says so", () => {
  expect(message({}, Array(90).fill(logsEvidence))).toContain("(the first 80; 10 more are not listed)");
});

test("a question takes the alert's place", () => {
  const text = message({ alert: null, question: "why is ord-1234 stuck? token=abcdefgh api_key=12345678" });
  expect(text).toContain("why is ord-1234 stuck?");
  expect(text).not.toContain("12345678");
  expect(text).not.toContain("The alert:");
});

test("the same case makes the same bytes, however long the first look took", () => {
  expect(message({ firstLook: { ...orderCase.firstLook, tookMs: 9 } })).toBe(message({}));
});
