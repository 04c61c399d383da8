import { estimateTokens } from "@oncall/core";
import { expect, test } from "vitest";
import { evidenceReader } from "./citations.ts";
import { getEvidence } from "./get-evidence.ts";
import { INVESTIGATION, memoryEvidence, recorded } from "./testing/evidence.ts";
import { NOW } from "./testing/order-case.ts";

const store = memoryEvidence([
  recorded("ev_small", "query_logs", {
    lines: ["ready", "Pool exhausted", "ready", "pool EXHAUSTED again"],
    patterns: [{ count: 1 }, { count: 2 }, { count: 3 }],
  }),
  recorded("ev_large", "query_logs", {
    lines: Array.from({ length: 4000 }, (_, i) => `line ${i} of a log`),
    note: "n".repeat(40_000),
  }),
  recorded("ev_foreign", "query_logs", {}, "inv_other"),
]);
const MAX_TOKENS = 300;
const read = (input: unknown) =>
  getEvidence(input, evidenceReader(store, INVESTIGATION), { now: NOW, maxTokens: MAX_TOKENS });

test.each([
  [{ evidence: "ev_small", pointer: "/data/patterns" }, [{ count: 1 }, { count: 2 }, { count: 3 }]],
  [{ evidence: "ev_small", pointer: "/data/patterns/2" }, { count: 3 }],
  [{ evidence: "ev_small", pointer: "/data/patterns/2/count" }, 3],
])("%j", async (input, value) => {
  expect(await read(input)).toEqual({
    ok: true,
    tool: "query_logs",
    ...input,
    value,
  });
});

test.each([
  [{ pointer: "/data/patterns", offset: 1, limit: 1 }, [{ count: 2 }], [1], "1 of 3 items."],
  [{ pointer: "/data/patterns", limit: 2 }, [{ count: 1 }, { count: 2 }], undefined, "2 of 3 items."],
  [{ pointer: "/data/patterns", offset: 9 }, null, [], "0 of 3 items."],
  [
    { pointer: "/data/lines", contains: "pool exhausted" },
    ["Pool exhausted", "pool EXHAUSTED again"],
    [1, 3],
    "2 of 2 that hold it, of 4.",
  ],
  [{ pointer: "/data/lines", contains: "zebra" }, null, [], "0 of 0 that hold it, of 4."],
])("%j of a list says where its items stand", async (input, value, indices, omitted) => {
  const found = await read({ evidence: "ev_small", ...input });
  expect(found).toMatchObject({ ok: true, value, omitted: expect.stringContaining(omitted) });
  expect("indices" in found ? found.indices : undefined).toEqual(indices);
});

test("what is too large is cut, says so, and is read by the page", async () => {
  const whole = await read({ evidence: "ev_large", pointer: "/data/lines" });
  expect(estimateTokens(JSON.stringify(whole))).toBeLessThan(2 * MAX_TOKENS);
  expect(whole).toMatchObject({ omitted: expect.stringMatching(/\d+ of 4000 items shown/) });
  const page = await read({ evidence: "ev_large", pointer: "/data/lines", offset: 3_990 });
  expect(page).toMatchObject({ indices: [3990, 3991, 3992, 3993, 3994, 3995, 3996, 3997, 3998, 3999] });
  const paged = await read({ evidence: "ev_large", pointer: "/data/lines", offset: 100 });
  if (!paged.ok || !Array.isArray(paged.value)) throw new Error("not a page");
  expect(paged.value[0]).toBe("line 100 of a log");
  expect(paged.indices).toHaveLength(paged.value.length);
  const text = await read({ evidence: "ev_large", pointer: "/data/note", offset: 39_990 });
  expect(text).toMatchObject({ value: "n".repeat(10), omitted: expect.stringContaining("39990 to 40000") });
});

test.each([
  [{ evidence: "ev_none" }, "no evidence ev_none"],
  [{ evidence: "ev_foreign" }, "no evidence ev_foreign"],
  [{ evidence: "ev_small", pointer: "/data/nothing" }, "it has lines, patterns"],
  [{ evidence: "ev_small", contains: "pool" }, "give the pointer of one"],
  [{ pointer: "/data" }, "must have required property 'evidence'"],
  [{ evidence: "ev_small", page: 2 }, 'unknown key "page"'],
])("%j is answered with the problem", async (input, problem) => {
  expect(await read(input)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});
