import type { KubernetesEvent, Pod, PodTemplate, Workload } from "@oncall/backends";
import { describe, expect, test } from "vitest";
import { foldEvents } from "./events.ts";
import { toPodRow } from "./pods.ts";
import { rolloutState } from "./rollout.ts";
import { templateChanges } from "./template-changes.ts";

const deployment = (status: Workload["status"], spec: Workload["spec"] = {}): Workload => ({
  kind: "Deployment",
  metadata: { name: "shop", generation: 4 },
  spec: { replicas: 3, ...spec },
  status: { observedGeneration: 4, replicas: 3, updatedReplicas: 3, availableReplicas: 3, ...status },
});
const progressing = (reason: string, status = "True") => [
  { type: "Progressing", status, reason, message: "told" },
];

test.each<[string, Workload, string]>([
  ["all there", deployment({}), "complete"],
  [
    "a pod died after it was done",
    deployment({ availableReplicas: 2, conditions: progressing("NewReplicaSetAvailable") }),
    "complete",
  ],
  [
    "old pods still there",
    deployment({ replicas: 4, updatedReplicas: 1, conditions: progressing("ReplicaSetUpdated") }),
    "in_progress",
  ],
  [
    "updated but not yet available",
    deployment({ availableReplicas: 1, conditions: progressing("ReplicaSetUpdated") }),
    "in_progress",
  ],
  ["not yet seen", deployment({ observedGeneration: 3 }), "in_progress"],
  [
    "past its deadline",
    deployment({ updatedReplicas: 1, conditions: progressing("ProgressDeadlineExceeded", "False") }),
    "stuck",
  ],
  ["paused half way", deployment({ updatedReplicas: 1 }, { paused: true }), "paused"],
  ["paused, nothing under way", deployment({}, { paused: true }), "complete"],
  [
    "scaled to zero",
    deployment({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, { replicas: 0 }),
    "complete",
  ],
  [
    "a StatefulSet with a pod down",
    { ...deployment({ availableReplicas: 2 }), kind: "StatefulSet" },
    "complete",
  ],
])("rollout: %s", (_, workload, state) => {
  expect(rolloutState(workload).state).toBe(state);
});

describe("templateChanges", () => {
  const template = (container: object, metadata = {}): PodTemplate => ({
    metadata,
    spec: { containers: [{ name: "shop", image: "shop:1", ...container }] },
  });
  test.each<[string, PodTemplate, PodTemplate, object[]]>([
    ["the same", template({}), template({}), []],
    ["image", template({}), template({ image: "shop:2" }), [{ what: "image", from: "shop:1", to: "shop:2" }]],
    [
      "variables set, changed and gone",
      template({
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "1" },
        ],
      }),
      template({
        env: [
          { name: "A", value: "2" },
          { name: "C", value: "" },
        ],
      }),
      [
        { what: "env.A", from: "1", to: "2" },
        { what: "env.B", from: "1", to: null },
        { what: "env.C", from: null, to: "" },
      ],
    ],
    [
      "a secret's value is not shown",
      template({ env: [{ name: "DB_PASSWORD", value: "old" }] }),
      template({ env: [{ name: "DB_PASSWORD", value: "new" }] }),
      [{ what: "env.DB_PASSWORD", from: "[redacted]", to: "[redacted]" }],
    ],
    [
      "resources, and the controller's own label",
      template({ resources: { limits: { memory: "1Gi" } } }, { labels: { "pod-template-hash": "a" } }),
      template({ resources: { limits: { memory: "512Mi" } } }, { labels: { "pod-template-hash": "b" } }),
      [{ what: "resources.limits.memory", from: "1Gi", to: "512Mi" }],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(templateChanges(before, after)).toEqual(expected);
  });
});

const pod = (status: Pod["status"], metadata = {}): Pod => ({
  metadata: { name: "shop-1", ...metadata },
  status,
});
const notReady = {
  type: "Ready",
  status: "False",
  reason: "ContainersNotReady",
  message: "containers with unready status: [shop]",
};

test.each<[string, Pod, string | null]>([
  ["ready", pod({ phase: "Running", conditions: [{ type: "Ready", status: "True" }] }), null],
  [
    "crash loop",
    pod({
      containerStatuses: [
        {
          name: "shop",
          ready: false,
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } },
        },
      ],
    }),
    "shop: CrashLoopBackOff: back-off 5m0s",
  ],
  [
    "unschedulable",
    pod({
      phase: "Pending",
      conditions: [
        {
          type: "PodScheduled",
          status: "False",
          reason: "Unschedulable",
          message: "0/3 nodes are available",
        },
      ],
    }),
    "Unschedulable: 0/3 nodes are available",
  ],
  [
    "evicted",
    pod({ phase: "Failed", reason: "Evicted", message: "low on memory" }),
    "Evicted: low on memory",
  ],
  [
    "probe not passed",
    pod({ containerStatuses: [{ name: "shop", state: { running: {} } }], conditions: [notReady] }),
    "ContainersNotReady: containers with unready status: [shop]",
  ],
  [
    "going away",
    pod({ phase: "Running" }, { deletionTimestamp: "2026-01-31T03:00:00Z" }),
    "Terminating since 2026-01-31T03:00:00Z",
  ],
  [
    "init container",
    pod({
      initContainerStatuses: [{ name: "migrate", state: { terminated: { exitCode: 1, reason: "Error" } } }],
    }),
    "init container migrate: Error (exit code 1)",
  ],
  ["silent", pod(undefined), "The pod reports no reason"],
])("pod: %s", (_, given, reason) => {
  expect(toPodRow(given).reason).toBe(reason);
});

test("events: warnings about our objects, folded by reason and object, newest first", () => {
  const event = (minute: number, more: Partial<KubernetesEvent> = {}): KubernetesEvent => ({
    type: "Warning",
    reason: "BackOff",
    message: `at ${minute}`,
    count: 2,
    firstTimestamp: `2026-01-31T03:${minute}:00Z`,
    lastTimestamp: `2026-01-31T03:${minute}:30Z`,
    involvedObject: { kind: "Pod", name: "shop-1" },
    ...more,
  });
  const events = [
    event(20),
    event(10),
    event(30, { reason: "Unhealthy" }),
    event(40, { involvedObject: { kind: "Pod", name: "other-1" } }),
    event(41, { type: "Normal" }),
  ];
  expect(foldEvents(events, new Set(["shop-1"]))).toMatchObject([
    { reason: "Unhealthy", count: 2 },
    {
      reason: "BackOff",
      object: "Pod/shop-1",
      message: "at 20",
      count: 4,
      first_seen: "2026-01-31T03:10:00Z",
      last_seen: "2026-01-31T03:20:30Z",
    },
  ]);
});
