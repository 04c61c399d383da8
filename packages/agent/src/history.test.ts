import type { Turn } from "@oncall/incidents";
import { expect, test } from "vitest";
import { historyOf } from "./history.ts";

function turn(question: string, response: string | null): Turn {
  return {
    id: `turn_${question}`,
    conversationId: "ses_1",
    question,
    askedBy: null,
    status: response === null ? "running" : "done",
    response,
    metadata: null,
    cancelRequested: false,
    createdAt: "",
    finishedAt: null,
  };
}

test("what was said is told in order; what is not answered yet is not", () => {
  expect(historyOf([turn("one?", "1"), turn("two?", "2"), turn("three?", null)])).toEqual([
    { role: "user", text: "one?" },
    { role: "assistant", text: "1" },
    { role: "user", text: "two?" },
    { role: "assistant", text: "2" },
  ]);
  expect(historyOf([])).toEqual([]);
});

test("of a long conversation the latest is told, and how much is left out", () => {
  const turns = Array.from({ length: 60 }, (_, i) => turn(`question ${i}`, "word ".repeat(200)));
  const history = historyOf(turns);
  const left = Number(/^\[(\d+) earlier/.exec(history[0]?.text ?? "")?.[1]);
  expect(history.at(-2)?.text).toBe("question 59");
  expect(history).toHaveLength(1 + 2 * (60 - left));
  expect(history[1]?.text).toBe(`question ${left}`);
  expect(JSON.stringify(history).length / 3.5).toBeLessThan(4_000);
});

test("a long answer is cut where it says so, even the only one", () => {
  const [, said] = historyOf([turn("all?", "x".repeat(100_000))]);
  expect(said?.text).toMatch(/^x{2400} \[97600 more characters\]$/);
});
