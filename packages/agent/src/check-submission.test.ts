import { expect, test } from "vitest";
import { checkSubmission } from "./check-submission.ts";
import type { Submission } from "./submission.ts";
import { recorded } from "./testing/evidence.ts";

const record = recorded("ev_1", "get_pod_status", { pods: [{ restarts: 7 }] });
const good = { evidence: "ev_1", pointer: "/data/pods/0/restarts", value: 7 };
const bad = { ...good, value: 8 };
const cause = (service: string, confidence: number, citations: (typeof good)[]) => ({
  service,
  code: "k8s.oom_killed",
  confidence,
  statement: "Killed.",
  citations,
});
const check = (claims: Partial<Submission>) =>
  checkSubmission({ root_causes: [], ruled_out: [], ...claims } as Submission, async (id) =>
    id === record.id ? record : null,
  );

test("what is not fully supported is capped and falls behind", async () => {
  const { value, objections } = await check({
    root_causes: [cause("a", 0.9, [good, bad]), cause("b", 0.7, [good]), cause("c", 0.8, [])],
  });
  expect(value.root_causes.map(({ service, confidence }) => [service, confidence])).toEqual([
    ["b", 0.7],
    ["a", 0.5],
    ["c", 0.5],
  ]);
  expect(value.root_causes[1]?.citations.map(({ verified }) => verified)).toEqual([true, false]);
  expect(objections).toEqual([
    expect.stringContaining("/root_causes/0/citations/1"),
    expect.stringContaining("/root_causes/2 has no"),
  ]);
});

test("a low confidence is not raised to the cap", async () => {
  const { value } = await check({ root_causes: [cause("a", 0.2, [bad])] });
  expect(value.root_causes[0]?.confidence).toBe(0.2);
});

test("what is ruled out is checked as well, and so is the suspect change", async () => {
  const { value, objections } = await check({
    suspect_change: { service: "a", at: "2026-03-02T02:55:00Z", summary: "Limit cut", citations: [bad] },
    ruled_out: [{ statement: "Not the network.", citations: [{ ...good, evidence: "ev_2" }] }],
  });
  expect(value.suspect_change?.citations[0]?.verified).toBe(false);
  expect(value.ruled_out[0]?.citations[0]?.verified).toBe(false);
  expect(objections).toEqual([
    '/suspect_change/citations/0 (ev_1): "/data/pods/0/restarts" holds 7, not 8.',
    "/ruled_out/0/citations/0 (ev_2): this investigation has no evidence of that id.",
  ]);
});

test("without a suspect change there is none", async () => {
  expect((await check({})).value.suspect_change).toBeNull();
});
