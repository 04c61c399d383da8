import { expect, test } from "vitest";
import { checkObjects, reportText } from "./index.ts";
import { ago, event, node, now, object, owner, running, waiting, webPod } from "./objects.fixture.ts";

const deployment = object("Deployment", "web", {
  spec: { replicas: 1 },
  status: { readyReplicas: 1, availableReplicas: 1 },
});
const well = webPod(running);
const going = webPod(waiting("CrashLoopBackOff", "back-off 10s restarting failed container"), {
  metadata: {
    name: "web-55aa-z9",
    deletionTimestamp: ago(10),
    labels: { app: "web", "pod-template-hash": "55aa" },
    ...owner("ReplicaSet", "web-55aa"),
  },
});

test("a pod that a rollout replaced is no failure, and is said to be none", () => {
  const report = checkObjects([deployment, well, going], { now });
  expect(report.findings.map(({ code, severity }) => [code, severity])).toEqual([
    ["k8s.pod_replaced", "info"],
  ]);
  expect(report.findings[0]?.summary).toContain(
    "of ReplicaSet web-55aa, which a rollout replaced by web-7c9d",
  );
  expect(reportText(report)[0]).toBe("No failure found; all that was looked at is normal.");
});

test("a pod on its way out says nothing for a deployment that is short of replicas", () => {
  const short = object("Deployment", "web", { spec: { replicas: 2 }, status: { readyReplicas: 1 } });
  const { findings } = checkObjects([short, well, going], { now });
  expect(findings.map(({ code }) => code)).not.toContain("k8s.pod_replaced");
});

test("a pod that was unschedulable and runs now has recovered, by a new node where the autoscaler says so", () => {
  const objects = [
    well,
    event("Pod/web-7c9d-x1", "FailedScheduling", "0/2 nodes are available: 2 Insufficient cpu.", {
      firstTimestamp: ago(800),
    }),
    event("Pod/web-7c9d-x1", "TriggeredScaleUp", "pod triggered scale-up", { type: "Normal" }),
  ];
  const [finding] = checkObjects(objects, { now }).findings;
  expect(finding).toMatchObject({ code: "k8s.recovered", severity: "info" });
  expect(finding?.summary).toContain("the cluster autoscaler added a node");
  expect(finding?.summary).toContain("2 Insufficient cpu");
});

test("what is in order is counted", () => {
  const pressed = node([
    { type: "Ready", status: "True" },
    { type: "MemoryPressure", status: "False" },
  ]);
  const { well: said } = checkObjects([deployment, well, pressed], {
    now,
    logs: new Map([["web-7c9d-x1/app", { current: ["GET / 200"], previous: [] }]]),
  });
  expect(said).toEqual([
    "All replicas are ready: Deployment web (1 of 1).",
    "1 pod Running and Ready, 0 container restarts.",
    "1 node Ready, no pressure.",
    "No known failure in the logs of 1 container.",
  ]);
});

test("a kill without a reason is one for memory where an event says so", () => {
  const killed = webPod({
    restartCount: 4,
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: { terminated: { exitCode: 137, reason: "Error", finishedAt: ago(60) } },
  });
  const told = event("Pod/web-7c9d-x1", "OOMKilling", "Memory cgroup out of memory");
  expect(checkObjects([killed, told], { now }).findings[0]?.code).toBe("k8s.oom_killed");
  expect(checkObjects([killed], { now }).findings[0]?.code).toBe("k8s.crash_loop");
});

const notFound = "ERROR getaddrinfo ENOTFOUND postgres.shop.svc.cluster.local";

test.each([
  ["repeated", [notFound, "GET / 200", notFound], "warning"],
  ["once", [notFound], "info"],
  ["at a level that is well", ["INFO retry after getaddrinfo ENOTFOUND postgres"], undefined],
  ["nothing", ["GET / 200"], undefined],
])("a known failure in the log of a pod that is ready: %s", (_, current, severity) => {
  const { findings } = checkObjects([deployment, well], {
    now,
    logs: new Map([["web-7c9d-x1/app", { current, previous: [] }]]),
  });
  expect(findings.map((finding) => [finding.code, finding.severity])).toEqual(
    severity === undefined ? [] : [["network.dns", severity]],
  );
});

test("of a long log the end is read, and the finding says so", () => {
  const current = [notFound, ...Array.from({ length: 5_000 }, (_, i) => (i % 2 ? "GET / 200" : notFound))];
  const [finding] = checkObjects([deployment, well], {
    now,
    logs: new Map([["web-7c9d-x1/app", { current, previous: [] }]]),
  }).findings;
  expect(finding?.summary).toContain("the last 5000 lines of the log hold 2500 errors");
});

test("a pod that a table names belongs to the deployment whose name it carries", () => {
  const fromTable = (name: string) => ({
    kind: "Pod",
    metadata: { name, namespace: "shop" },
    status: {
      phase: "Pending",
      containerStatuses: [{ name: "app", ...waiting("ImagePullBackOff", 'Back-off pulling image "web:9"') }],
    },
  });
  const named = checkObjects([deployment, fromTable("web-7f9dd8b6c4-x7gr9")], { now }).findings[0];
  expect(named).toMatchObject({ code: "k8s.image_pull", subject: { kind: "Deployment", name: "web" } });
  expect(named?.summary).toContain("The image web:9 of");
  const other = checkObjects([deployment, fromTable("webhook-7f9dd8b6c4-x7gr9")], { now }).findings[0];
  expect(other?.subject).toMatchObject({ kind: "Pod" });
});

test("an event of the deadline stands for the condition that a table lacks", () => {
  const short = object("Deployment", "web", { spec: { replicas: 3 }, status: { readyReplicas: 1 } });
  const [finding] = checkObjects(
    [
      short,
      event("Deployment/web", "ProgressDeadlineExceeded", 'ReplicaSet "web-7c9d" has timed out progressing.'),
    ],
    { now },
  ).findings;
  expect(finding?.code).toBe("k8s.rollout_stuck");
  expect(finding?.summary).toContain("1 of 3 replicas are ready and keep serving.");
});
