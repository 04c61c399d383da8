import { expect, test } from "vitest";
import { renderProgress, renderProgressEnd } from "./render-progress.ts";

const progress = { model: "claude-opus-5-5", steps: 4, asking: [] };

test.each<[readonly string[], string]>([
  [[], "step 5: thinking …"],
  [["query_logs", "get_pod_status", "query_logs"], "step 5: asking `query_logs`, `get_pod_status` …"],
  [["a", "b", "c", "d", "e", "f"], "asking `a`, `b`, `c`, `d` and 2 more …"],
  [["<!channel>`*x*"], "asking `&lt;!channel&gt;'*x*` …"],
])("%j", (asking, words) => {
  const { text, blocks } = renderProgress({ ...progress, asking });
  expect(text).toBe(
    `Working on a diagnosis with claude-opus-5-5 · ${words.replace(/^asking/, "step 5: asking")}`,
  );
  expect(blocks).toMatchObject([{ type: "context", elements: [{ text, verbatim: true }] }]);
});

test("a name of any length stays a line", () => {
  expect(renderProgress({ ...progress, asking: ["x".repeat(5_000)] }).text.length).toBeLessThan(200);
});

test("the last line counts", () => {
  expect(renderProgressEnd(progress).text).toBe(
    "Worked on a diagnosis with claude-opus-5-5, 4 steps: see below",
  );
});
