import { expect, test } from "vitest";
import { after } from "./progress.ts";

const model = "claude-opus-5-5";
const call = (tool: string, by?: string) =>
  ({
    kind: "tool",
    call: "t1",
    tool,
    input: {},
    state: "ok",
    evidence: null,
    ran: true,
    ...(by && { by }),
  }) as const;
const heard = (calls: readonly string[], by?: string) =>
  ({ kind: "model", turn: 1, text: "", calls, ...(by && { by }) }) as const;

test.each<[string, Parameters<typeof after>[1][], { steps: number; asking: string[] }]>([
  ["nothing yet", [], { steps: 0, asking: [] }],
  [
    "two calls of one tool, one of them answered",
    [heard(["query_logs", "query_logs", "get_dependents"]), call("query_logs")],
    { steps: 2, asking: ["query_logs", "get_dependents"] },
  ],
  [
    "calls that were not answered are over once the lead is heard again",
    [heard(["query_logs"]), heard(["get_dependents"])],
    { steps: 2, asking: ["get_dependents"] },
  ],
  [
    "specialists ask beside each other",
    [
      heard(["delegate"]),
      heard(["query_logs"], "logs"),
      heard(["get_pod_status"], "pods"),
      call("query_logs", "logs"),
    ],
    { steps: 4, asking: ["delegate", "get_pod_status"] },
  ],
  ["handing in asks nothing", [heard(["submit_diagnosis"])], { steps: 1, asking: [] }],
  ["what an earlier run did counts", [{ kind: "resumed", steps: 7 }, heard([])], { steps: 8, asking: [] }],
  [
    "what streams and what is noted is no step",
    [
      { kind: "thought", delta: "…" },
      { kind: "note", text: "…" },
    ],
    { steps: 0, asking: [] },
  ],
])("%s", (_, steps, expected) => {
  expect(steps.reduce(after, { model, steps: 0, asking: [] })).toEqual({ model, ...expected });
});
