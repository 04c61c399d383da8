import { expect, test } from "vitest";
import { citationProblem } from "./citations.ts";
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
  ["/data/message", "Container payment exceeded…"],
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
  ["/data/reason", "OOMKill…", 'holds "OOMKilled"'],
  ["/data/message", "memory  ", "holds"],
  ["/data/message", "          ", "holds"],
  ["/data/ready", null, "holds false, not null"],
  ["/data/pods", "x", "a list of 1"],
  ["/data/pods/0", "x", "an object"],
  ["/data/pods/1/restarts", 7, "list of 1"],
])("%s = %j does not hold", (pointer, value, why) => {
  expect(citationProblem({ evidence: "ev_1", pointer, value }, record)).toContain(why);
});
