import { expect, test } from "vitest";
import { getEvidence } from "./get-evidence.ts";
import { INVESTIGATION, memoryEvidence, recorded } from "./testing/evidence.ts";

const store = memoryEvidence([
  recorded("ev_small", "query_logs", { patterns: [{ count: 1 }, { count: 2 }, { count: 3 }] }),
  recorded("ev_large", "query_logs", {
    lines: Array(4000).fill("a line of a log"),
    note: "n".repeat(40_000),
  }),
  recorded("ev_foreign", "query_logs", {}, "inv_other"),
]);
const read = (input: unknown) => getEvidence(input, store, INVESTIGATION);

test.each([
  [
    { evidence: "ev_small" },
    { state: "ok", data: { patterns: [{ count: 1 }, { count: 2 }, { count: 3 }] }, evidence: "ev_small" },
    undefined,
  ],
  [{ evidence: "ev_small", pointer: "/data/patterns/2" }, { count: 3 }, undefined],
  [
    { evidence: "ev_small", pointer: "/data/patterns", offset: 1, limit: 1 },
    [{ count: 2 }],
    "items 1 to 2 of 3; go on with offset 2",
  ],
  [{ evidence: "ev_small", pointer: "/data/patterns", offset: 9 }, [], "items 9 to 9 of 3"],
  [
    { evidence: "ev_large", pointer: "/data/note", offset: 39_990 },
    "n".repeat(10),
    "characters 39990 to 40000 of 40000",
  ],
])("%j", async (input, value, omitted) => {
  expect(await read(input)).toMatchObject({ ok: true, value, ...(omitted === undefined ? {} : { omitted }) });
});

test("what is too large is shown as an outline, then by the page", async () => {
  expect(await read({ evidence: "ev_large", pointer: "/data" })).toMatchObject({
    value: { lines: expect.stringContaining("list of 4000"), note: "text of 40002 characters" },
    omitted: expect.stringContaining("outline"),
  });
  const page = await read({ evidence: "ev_large", pointer: "/data/lines" });
  expect(page).toMatchObject({
    ok: true,
    omitted: expect.stringMatching(/^items 0 to \d+ of 4000; go on with offset \d+$/),
  });
});

test.each([
  [{ evidence: "ev_none" }, "no evidence ev_none"],
  [{ evidence: "ev_foreign" }, "no evidence ev_foreign"],
  [{ evidence: "ev_small", pointer: "/data/nothing" }, "it has patterns"],
  [{ pointer: "/data" }, "must have required property 'evidence'"],
  [{ evidence: "ev_small", page: 2 }, 'unknown key "page"'],
])("%j is answered with the problem", async (input, problem) => {
  expect(await read(input)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});
