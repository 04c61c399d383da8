import { describe, expect, test } from "vitest";
import { checkCitations, citationProblem } from "./citations.ts";
import type { Submission } from "./submission.ts";
import { recorded } from "./testing/evidence.ts";

const record = recorded("ev_1", "get_pod_status", {
  ratio: 0.1 + 0.2,
  reason: "OOMKilled",
  message: "Container payment exceeded its memory limit of 512Mi",
  ready: false,
  node: null,
  pods: [{ restarts: 7 }],
});

test.each([
  ["/data/ratio", 0.3],
  ["/data/pods/0/restarts", 7],
  ["/data/reason", "OOMKilled"],
  ["/data/message", "exceeded its memory limit"],
  ["/data/ready", false],
  ["/data/node", null],
  ["/state", "ok"],
])("%s = %j holds", (pointer, value) => {
  expect(citationProblem({ evidence: "ev_1", pointer, value }, record)).toBeNull();
});

test.each([
  ["/data/ratio", 0.30001, "holds 0.30000000000000004, not 0.30001"],
  ["/data/pods/0/restarts", "7", 'holds 7, not "7"'],
  ["/data/reason", "OOM", 'holds "OOMKilled"'],
  ["/data/message", "memory  ", "holds"],
  ["/data/message", "          ", "holds"],
  ["/data/ready", null, "holds false, not null"],
  ["/data/pods", "x", "a list of 1"],
  ["/data/pods/0", "x", "an object"],
  ["/data/pods/1/restarts", 7, "list of 1"],
])("%s = %j does not hold", (pointer, value, why) => {
  expect(citationProblem({ evidence: "ev_1", pointer, value }, record)).toContain(why);
});

describe("checkCitations", () => {
  const good = { evidence: "ev_1", pointer: "/data/pods/0/restarts", value: 7 };
  const bad = { ...good, value: 8 };
  const cause = (service: string, confidence: number, citations: (typeof good)[]) => ({
    service,
    code: "k8s.oom_killed",
    confidence,
    statement: "Killed.",
    citations,
  });
  const check = (root_causes: Submission["root_causes"], ruled_out: Submission["ruled_out"] = []) =>
    checkCitations({ root_causes, ruled_out } as Submission, new Map([[record.id, record]]));

  test("what is not fully supported is capped and falls behind", () => {
    const { rootCauses, problems } = check([
      cause("a", 0.9, [good, bad]),
      cause("b", 0.7, [good]),
      cause("c", 0.8, []),
    ]);
    expect(rootCauses.map(({ service, confidence }) => [service, confidence])).toEqual([
      ["b", 0.7],
      ["a", 0.5],
      ["c", 0.5],
    ]);
    expect(rootCauses[1]?.citations.map(({ verified }) => verified)).toEqual([true, false]);
    expect(problems).toEqual([
      expect.stringContaining("/root_causes/0/citations/1"),
      expect.stringContaining("/root_causes/2 has no"),
    ]);
  });

  test("a low confidence is not raised to the cap", () => {
    expect(check([cause("a", 0.2, [bad])]).rootCauses[0]?.confidence).toBe(0.2);
  });

  test("what is ruled out is checked as well", () => {
    const { ruledOut, problems } = check(
      [],
      [{ statement: "Not the network.", citations: [{ ...good, evidence: "ev_2" }] }],
    );
    expect(ruledOut[0]?.citations[0]?.verified).toBe(false);
    expect(problems).toEqual([
      "/ruled_out/0/citations/0 (ev_2): this investigation has no evidence of that id.",
    ]);
  });
});
