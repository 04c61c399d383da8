import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, event, node, now, object, owner, pendingPod, running, webPod } from "./objects.fixture.ts";

const evicted = (message: string) =>
  webPod(
    {},
    { status: { phase: "Failed", reason: "Evicted", message, containerStatuses: [], startTime: ago(90) } },
  );

// Kinds of trouble that the recordings of real clusters tell apart by words, one shape each.
test.each<[string, readonly unknown[], string, readonly string[]]>([
  [
    "every node is cordoned",
    [
      pendingPod(
        "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
      ),
      node([{ type: "Ready", status: "True" }], {
        unschedulable: true,
        taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: ago(300) }],
      }),
    ],
    "k8s.unschedulable Deployment/web",
    ["node(s) were unschedulable", "Cordoned (unschedulable): node node-a."],
  ],
  [
    "no second pod on a node",
    [pendingPod("0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules."), node()],
    "k8s.unschedulable Deployment/web",
    ["anti-affinity allows no second pod of its kind on a node"],
  ],
  [
    "a volume of the node's disk that outgrew its limit",
    [evicted('Usage of EmptyDir volume "scratch" exceeds the limit "64Mi".')],
    "k8s.evicted Deployment/web",
    ['EmptyDir volume "scratch" exceeds the limit "64Mi"'],
  ],
  [
    "a container that wrote more than it may",
    [evicted('Container app exceeded its local ephemeral storage limit "32Mi".')],
    "k8s.evicted Deployment/web",
    ["local ephemeral storage limit"],
  ],
  [
    "a run that waits for the one before",
    [
      object("CronJob", "report", {
        spec: { schedule: "*/5 * * * *", concurrencyPolicy: "Forbid" },
        status: { active: [{ name: "report-1" }], lastScheduleTime: ago(900) },
      }),
      event("CronJob/report", "JobAlreadyActive", "Not starting job because prior execution is running", {
        type: "Normal",
      }),
    ],
    "k8s.cronjob_blocked CronJob/report",
    ["report-1 is still running after 15 m", "concurrencyPolicy is Forbid"],
  ],
])("%s", (_, objects, expected, words) => {
  const [first] = checkObjects(objects, { now }).findings.filter(({ severity }) => severity !== "info");
  expect(`${first?.code} ${first?.subject.kind}/${first?.subject.name}`).toBe(expected);
  for (const word of words) expect(first?.summary).toContain(word);
});

const attempts = [1, 2, 3].map(
  (n) => `ERROR attempt ${n}: dial tcp 10.0.0.9:5432: connect: connection refused`,
);
const serves = [
  "connected to db",
  "listening on :8080",
  ...[1, 2, 3, 4, 5].map((n) => `GET /items/${n} 200 4ms`),
];
const job = (name: string, status: object) => object("Job", name, { spec: { backoffLimit: 3 }, status });

test.each<[string, readonly unknown[], readonly string[]]>([
  ["errors while it started, none since", [webPod(running)], ["starting", ...attempts, ...serves]],
  [
    "a job that needed a second attempt",
    [
      job("import", {
        failed: 1,
        succeeded: 1,
        conditions: [{ type: "Complete", status: "True", lastTransitionTime: ago(60) }],
      }),
      ...["Failed", "Succeeded"].map((phase, i) =>
        object(
          "Pod",
          `import-${i}`,
          {
            spec: { restartPolicy: "Never", containers: [{ name: "app" }] },
            status: {
              phase,
              containerStatuses: [
                { name: "app", state: { terminated: { exitCode: 1 - i, finishedAt: ago(90) } } },
              ],
            },
          },
          owner("Job", "import"),
        ),
      ),
    ],
    [],
  ],
  [
    "a bound claim, room in the quota and a pod with both",
    [
      webPod(running, {
        spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
      }),
      object("PersistentVolumeClaim", "data", {
        spec: { storageClassName: "standard", volumeName: "pvc-1" },
        status: { phase: "Bound", capacity: { storage: "1Gi" } },
      }),
      object("ResourceQuota", "team", {
        status: {
          hard: { pods: "10", "limits.memory": "4Gi" },
          used: { pods: "1", "limits.memory": "512Mi" },
        },
      }),
      object("Ingress", "edge", {
        spec: { ingressClassName: "nginx", tls: [{ secretName: "edge-tls" }], rules: [] },
      }),
      object("Secret", "edge-tls", { type: "kubernetes.io/tls", data: { "tls.crt": "", "tls.key": "" } }),
    ],
    [],
  ],
])("normal: %s", (_, objects, lines) => {
  const logs = new Map([["web-7c9d-x1/app", { current: lines, previous: [] }]]);
  const { findings } = checkObjects(objects, { now, logs });
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});

test("errors that go on are told, however well the pod is held", () => {
  const lines = serves.flatMap((line, i) => [line, attempts[i % 3] ?? ""]);
  const logs = new Map([["web-7c9d-x1/app", { current: lines, previous: [] }]]);
  const [first] = checkObjects([webPod(running)], { now, logs }).findings;
  expect(first?.severity).toBe("warning");
});

test.each([
  ["a young Service", 600, ago(600)],
  ["one that worked for months, changed who knows when", 9_000_000, undefined],
])("since when nothing is selected: %s", (_, age, since) => {
  const service = object(
    "Service",
    "web",
    { spec: { selector: { app: "wbe" } } },
    { creationTimestamp: ago(age) },
  );
  const [first] = checkObjects([webPod(running), service], { now }).findings;
  expect(first).toMatchObject({ code: "k8s.selector_mismatch" });
  expect(first?.since).toBe(since);
});
