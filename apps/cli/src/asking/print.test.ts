import { expect, test } from "vitest";
import { printAnswer, printStep } from "./print.ts";

const hostile = "\u001b]0;owned\u0007\u001b[2J\u202etxt\u200b\r";

test("a tool call shows its input in short, how it went and how long it took", () => {
  const step = {
    kind: "tool",
    tool: "query_logs",
    input: { service: "order-service", query: hostile + "x".repeat(200), window: { from: 1 } },
    state: "no_data",
    evidence: "ev_1",
    ms: 12,
  } as const;
  const line = printStep(step, false);
  expect(line).toMatch(
    /^ {2}query_logs order-service query=\]0;owned\[2Jtxtx+… {2}no_data {2}12 ms {2}ev_1$/,
  );
  expect(line.length).toBeLessThan(110);
  expect(printStep(step, true)).toContain("\u001b[33mno_data");
});

test("a turn shows what is said on one line, and what is called", () => {
  const step = {
    kind: "model",
    turn: 2,
    text: `Reading\n${hostile}logs.`,
    calls: ["query_logs", "get_pod_status"],
  } as const;
  expect(printStep(step, false)).toBe("turn 2  Reading ]0;owned[2Jtxtlogs. → query_logs, get_pod_status");
});

test("an answer reads without Markdown's marks, and text from outside does nothing to the terminal", () => {
  const answer = {
    response: `## Cause\n**order-service** is \`down\`${hostile}. [x](https://acme.example/1), _why_: env.DB_POOL_MAX\n- one`,
    session_id: "ses_1",
    query_id: "turn_1",
    status: "done",
    metadata: {
      query_time: "1.2s",
      tokens_used: 1234,
      cost_usd: 0.0123,
      tools_called: ["query_logs"],
      model: "claude-haiku-5-5",
      route: "question",
      evidence: [],
      incident: null,
    },
  } as const;
  expect(printAnswer(answer, false)).toBe(
    "\nCause\norder-service is down]0;owned[2Jtxt. x (https://acme.example/1), why: env.DB_POOL_MAX\n- one\n\nclaude-haiku-5-5 · 1 tool · 1,234 tokens · $0.0123 · 1.2s · go on with --session ses_1",
  );
  const styled = printAnswer(answer, true);
  expect(styled).toContain("\u001b[1morder-service\u001b[0m");
  expect(styled).not.toContain("\u001b]0;");
});
