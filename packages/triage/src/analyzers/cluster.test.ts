import type { PodStatus } from "@oncall/tools";
import { describe, expect, test } from "vitest";
import { after, context, event, evidenceOf, ONSET, pod, pods, seen } from "../acme.fixture.ts";
import { analyze } from "../analyze.ts";

const found = (data: PodStatus) =>
  analyze(evidenceOf(seen("get_pod_status", data)), context).map(
    ({ code, severity }) => `${code} ${severity}`,
  );
const onNodes = (...problems: string[]): PodStatus => ({
  ...pods([pod(), pod()]),
  nodes: {
    checked: 3,
    troubled: problems.map((problem, i) => ({ name: `ip-10-0-3-${i}`, problems: [problem] })),
  },
});
const refused = (message: string, change: object = {}) =>
  pods([pod()], { desired: 3, ready: 1 }, [
    event("FailedCreate", { object: "ReplicaSet/order-service-7c9d8f6b54", message, ...change }),
  ]);
const gone = pod({
  phase: "Failed",
  ready: false,
  reason: "Evicted: The node was low on resource",
  containers: [],
});
const eviction = (change: object = {}) =>
  event("Evicted", { message: "The node was low on resource: ephemeral-storage", count: 1, ...change });
const quota = 'pods "x" is forbidden: exceeded quota: orders, requested: limits.memory=512Mi';

describe("what the cluster refuses or takes away", () => {
  test.each([
    [
      "disk pressure",
      onNodes(`DiskPressure since ${ONSET}: KubeletHasDiskPressure`),
      ["k8s.node_pressure warning"],
    ],
    ["a node that is gone", onNodes("NotReady: NodeStatusUnknown"), ["k8s.node_not_ready warning"]],
    ["a cordoned node", onNodes("cordoned: no new pods are scheduled"), []],
    ["a taint", onNodes("taint dedicated:NoSchedule"), []],
    ["a quota", refused(quota), ["k8s.quota warning"]],
    ["a limit range", refused("maximum memory usage per Container is 1Gi"), ["k8s.limit_range warning"]],
    ["Pod Security", refused('violates PodSecurity "restricted:latest"'), ["k8s.pod_security warning"]],
    ["a service account", refused('serviceaccount "orders" not found'), ["k8s.service_account warning"]],
    [
      "a webhook that is down",
      refused('failed calling webhook "v.example"'),
      ["k8s.admission_webhook warning"],
    ],
    [
      "a policy",
      refused('admission webhook "v.example" denied the request'),
      ["k8s.admission_denied warning"],
    ],
    ["anything else", refused("etcdserver: request timed out"), ["k8s.create_failed warning"]],
    ["a refusal that is over", refused(quota, { last_seen: after(5) }), []],
    ["a refusal or two", refused(quota, { count: 2 }), []],
    ["a refusal with all pods there", pods([pod()], {}, [event("FailedCreate", { message: quota })]), []],
    ["an eviction", pods([gone, pod()], {}, [eviction()]), ["k8s.evicted warning"]],
    ["what is left of an eviction days ago", pods([gone, pod()]), []],
    [
      "an eviction long before",
      pods([gone, pod()], {}, [eviction({ first_seen: after(-900), last_seen: after(-900) })]),
      [],
    ],
  ])("%s", (_, data, codes) => {
    expect(found(data)).toEqual(codes);
  });
});

test("pressure is dated by the node", () => {
  const [finding] = analyze(
    evidenceOf(seen("get_pod_status", onNodes("MemoryPressure since 2026-03-10T02:58:00Z: low"))),
    context,
  );
  expect(finding?.since).toBe("2026-03-10T02:58:00Z");
});

test.each([
  [137, "Liveness probe failed: timeout", "(killed after its liveness probe failed, Error, exit code 137)"],
  [143, "Startup probe failed: refused", "(killed after its startup probe failed, Error, exit code 143)"],
  [1, "Liveness probe failed: timeout", "(Error, exit code 1)"],
  [137, "Readiness probe failed: timeout", "(Error, exit code 137)"],
])("a crash with exit code %i beside `%s` is told as %s", (exit_code, message, words) => {
  const data = pods(
    [
      pod({
        ready: false,
        container: {
          state: "waiting:CrashLoopBackOff",
          restarts: 7,
          last_termination: { reason: "Error", exit_code, at: after(20) },
        },
      }),
    ],
    {},
    [event("Unhealthy", { message })],
  );
  const crash = analyze(evidenceOf(seen("get_pod_status", data)), context).find(
    ({ code }) => code === "k8s.crash_loop",
  );
  expect(crash?.summary).toContain(words);
});
