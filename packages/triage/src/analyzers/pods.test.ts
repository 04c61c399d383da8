import { describe, expect, test } from "vitest";
import { after, context, event, evidenceOf, pod, pods, seen } from "../acme.fixture.ts";
import { analyze } from "../analyze.ts";

const oom = { reason: "OOMKilled", exit_code: 137, at: after(5) };
const crashed = { reason: "Error", exit_code: 1, at: after(25) };
const broken = (state: string, change: object = {}) =>
  pod({ ready: false, container: { ready: false, state }, ...change });
const young = { created_at: after(29.5) };

// Each row is a workload as get_pod_status tells it, and every finding it should give.
describe("pods that are in trouble", () => {
  test.each([
    [
      "killed for memory",
      pods([pod({ container: { restarts: 2, last_termination: oom } })]),
      ["k8s.oom_killed"],
    ],
    [
      "killed for memory and waiting to start again",
      pods([
        broken("waiting:CrashLoopBackOff", {
          container: { state: "waiting:CrashLoopBackOff", restarts: 9, last_termination: oom },
        }),
      ]),
      ["k8s.crash_loop", "k8s.oom_killed"],
    ],
    ["crashing", pods([broken("waiting:CrashLoopBackOff")]), ["k8s.crash_loop"]],
    [
      "crashing between two starts",
      pods([pod({ container: { restarts: 4, last_termination: crashed } })]),
      ["k8s.crash_loop"],
    ],
    ["no image", pods([broken("waiting:ImagePullBackOff", { created_at: after(0) })]), ["k8s.image_pull"]],
    ["a Secret that is missing", pods([broken("waiting:CreateContainerConfigError")]), ["k8s.config_error"]],
    [
      "no node has room",
      pods([
        pod({
          phase: "Pending",
          ready: false,
          node: null,
          created_at: after(5),
          reason: "0/6 nodes are available: 6 Insufficient memory.",
        }),
      ]),
      ["k8s.unschedulable"],
    ],
    [
      "a probe that keeps failing",
      pods([pod({ ready: false })], {}, [event("Unhealthy")]),
      ["k8s.not_ready", "k8s.probe_failing"],
    ],
    ["not ready, nobody says why", pods([pod({ ready: false }), pod()]), ["k8s.not_ready"]],
    [
      "a rollout past its deadline",
      pods([pod()], { rollout: "stuck", rollout_started_at: after(-2) }),
      ["k8s.rollout_stuck"],
    ],
  ])("%s", (_, data, codes) => {
    const findings = analyze(evidenceOf(seen("get_pod_status", data)), context);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    for (const finding of findings) {
      expect(finding.subject).toBe("order-service");
      expect(finding.evidence).toEqual(["ev_get_pod_status_order-service"]);
    }
  });
});

describe("normal operation", () => {
  test.each([
    ["all well", pods([pod(), pod()])],
    ["no pods at all", pods([])],
    [
      "killed for memory a day ago",
      pods([pod({ container: { restarts: 1, last_termination: { ...oom, at: after(-1500) } } })]),
    ],
    [
      "crashed three times a week ago",
      pods([pod({ container: { restarts: 3, last_termination: { ...crashed, at: after(-10_000) } } })]),
    ],
    ["one crash just now", pods([pod({ container: { restarts: 1, last_termination: crashed } })])],
    [
      "ended with success many times",
      pods([pod({ container: { restarts: 9, last_termination: { ...crashed, exit_code: 0 } } })]),
    ],
    ["a pull that failed seconds ago", pods([broken("waiting:ErrImagePull", young)])],
    [
      "waits for a node the autoscaler brings",
      pods([
        pod({
          phase: "Pending",
          ready: false,
          node: null,
          created_at: after(27),
          reason: "0/6 nodes are available",
        }),
      ]),
    ],
    [
      "a rollout whose newest pod starts",
      pods([pod(), pod({ ready: false, ...young, reason: "ContainersNotReady" })], {
        rollout: "in_progress",
        updated: 1,
      }),
    ],
    [
      "a readiness failure at the start",
      pods([pod()], {}, [event("Unhealthy", { count: 2, first_seen: after(28), last_seen: after(28.2) })]),
    ],
    [
      "probes of a pod that is gone",
      pods([pod()], {}, [event("Unhealthy", { object: "Pod/order-service-old" })]),
    ],
    [
      "a probe that failed an hour ago",
      pods([pod({ ready: true })], {}, [
        event("Unhealthy", { last_seen: after(-30), first_seen: after(-60) }),
      ]),
    ],
    ["a job that is done", pods([pod({ phase: "Succeeded", ready: false })])],
  ])("%s is no finding", (_, data) => {
    expect(analyze(evidenceOf(seen("get_pod_status", data)), context)).toEqual([]);
  });
});

test("says limit, restarts and since when a container is killed for memory", () => {
  const data = pods([pod({ container: { restarts: 6, last_termination: oom } }), pod()], {}, [
    event("BackOff", { first_seen: after(-20), last_seen: after(29) }),
  ]);
  const [, killed] = analyze(evidenceOf(seen("get_pod_status", data)), context);
  expect(killed).toMatchObject({
    code: "k8s.oom_killed",
    since: after(-20),
    summary:
      "Container app of 1 of 2 pods was killed for exceeding its memory limit of 512Mi, 6 restarts in all, last at 03:05 UTC",
  });
});
