import type { Autoscaler, KubernetesEvent, ReplicaSet, Workload } from "@oncall/backends";
import { describe, expect, test } from "vitest";
import type { Deploy } from "../outputs/index.ts";
import { mergeChanges } from "./merge.ts";
import { nearestTo, scalingsOf } from "./scaling.ts";

const window = { from: "2026-01-31T02:00:00Z", to: "2026-01-31T04:00:00Z" };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 3, minute)).toISOString();
const workload: Workload = { kind: "Deployment", metadata: { name: "shop" } };
const set = (name: string, revision: number, born: string, replicas = 0): ReplicaSet => ({
  metadata: {
    name,
    creationTimestamp: born,
    annotations: { "deployment.kubernetes.io/revision": String(revision) },
  },
  spec: { replicas },
});
const current = set("shop-a", 1, "2026-01-01T00:00:00Z", 3);
const event = (
  kind: string,
  name: string,
  reason: string,
  message: string,
  first: number,
  last = first,
): KubernetesEvent => ({
  involvedObject: { kind, name },
  ...{ reason, message, type: "Normal" },
  ...{ firstTimestamp: at(first), lastTimestamp: at(last) },
});
const scaled = (words: string, minute: number, last?: number) =>
  event("Deployment", "shop", "ScalingReplicaSet", `Scaled ${words}`, minute, last);
const rescaled = (message: string, minute: number, name = "shop-hpa") =>
  event("HorizontalPodAutoscaler", name, "SuccessfulRescale", message, minute);
const autoscaler: Autoscaler = {
  metadata: { name: "shop-hpa" },
  spec: { scaleTargetRef: { kind: "Deployment", name: "shop" } },
};
const above = "reason: cpu resource utilization (percentage of request) above target";

type Row = [title: string, minute: number];
test.each<[string, KubernetesEvent[], ReplicaSet[], Autoscaler[], Row[]]>([
  ["nothing", [], [current], [], []],
  [
    "by hand",
    [scaled("down replica set shop-a from 6 to 2", 5)],
    [current],
    [],
    [["Scaled down from 6 to 2 replicas", 5]],
  ],
  [
    "to nothing, which is no rollout",
    [scaled("down replica set shop-a from 3 to 0", 5)],
    [set("shop-a", 1, "2026-01-01T00:00:00Z")],
    [],
    [["Scaled down from 3 to 0 replicas", 5]],
  ],
  [
    "and back from nothing",
    [scaled("up replica set shop-a from 0 to 3", 5)],
    [current, set("shop-0", 0, "2025-12-01T00:00:00Z")],
    [],
    [["Scaled up from 0 to 3 replicas", 5]],
  ],
  [
    "an older cluster does not say from how many",
    [scaled("up replica set shop-a to 4", 5), scaled("down replica set shop-a to 1", 30)],
    [current],
    [],
    [
      ["Scaled down from 4 to 1 replica", 30],
      ["Scaled to 4 replicas", 5],
    ],
  ],
  [
    "steps in one direction are one scaling",
    [4, 3, 2].map((n, i) => scaled(`down replica set shop-a from ${n} to ${n - 1}`, 5 + i)),
    [current],
    [],
    [["Scaled down from 4 to 1 replica", 5]],
  ],
  [
    "a step that came back is one event with two times",
    [scaled("up replica set shop-a from 3 to 4", 5, 40)],
    [current],
    [],
    [
      ["Scaled up from 3 to 4 replicas", 40],
      ["Scaled up from 3 to 4 replicas", 5],
    ],
  ],
  [
    "a rollout's own",
    [
      scaled("up replica set shop-b from 0 to 1", 5),
      scaled("down replica set shop-a from 3 to 2", 6),
      scaled("up replica set shop-b from 1 to 2", 6),
      scaled("down replica set shop-a from 2 to 0", 29),
    ],
    [set("shop-b", 2, at(5), 3), current],
    [],
    [],
  ],
  [
    "a rollout that gets no further than its first pod",
    [scaled("up replica set shop-b from 0 to 1", 5)],
    [set("shop-b", 2, at(5), 1), current],
    [],
    [],
  ],
  [
    "a rollback that gets no further",
    [scaled("up replica set shop-a from 0 to 1", 50)],
    [set("shop-a", 3, "2026-01-01T00:00:00Z", 1), set("shop-b", 2, at(5), 3)],
    [],
    [],
  ],
  [
    "a first deployment",
    [scaled("up replica set shop-a from 0 to 3", 5)],
    [set("shop-a", 1, at(5), 3)],
    [],
    [],
  ],
  [
    "an autoscaler and the Deployment that follows it",
    [rescaled(`New size: 5; ${above}`, 5), scaled("up replica set shop-a from 3 to 5", 5)],
    [current],
    [autoscaler],
    [
      [
        "Scaled up from 3 to 5 replicas by the autoscaler: cpu resource utilization (percentage of request) above target",
        5,
      ],
    ],
  ],
  [
    "an autoscaler whose event is gone",
    [scaled("up replica set shop-a from 3 to 5", 5)],
    [current],
    [{ ...autoscaler, status: { lastScaleTime: at(5) } }],
    [["Scaled up from 3 to 5 replicas by the autoscaler", 5]],
  ],
  [
    "an autoscaler alone, as of a StatefulSet",
    [rescaled("New size: 2; reason: All metrics below target", 5)],
    [],
    [autoscaler],
    [["Scaled down to 2 replicas by the autoscaler: All metrics below target", 5]],
  ],
  [
    "what is other workloads' or no scaling",
    [
      rescaled(`New size: 5; ${above}`, 5, "other-hpa"),
      event("Deployment", "other", "ScalingReplicaSet", "Scaled up replica set other-a from 1 to 2", 5),
      scaled("sideways", 5),
      event("Deployment", "shop", "Failed", "Scaled up replica set shop-a from 1 to 2", 5),
    ],
    [current],
    [autoscaler],
    [],
  ],
  ["before the window", [scaled("down replica set shop-a from 6 to 2", -90)], [current], [], []],
])("%s", (_, events, replicaSets, autoscalers, expected) => {
  const rows = scalingsOf({ workload, replicaSets, events, autoscalers }, window);
  expect(rows.map((row): unknown => [row.title, row.at])).toEqual(
    expected.map(([title, minute]) => [title, at(minute)]),
  );
});

test("of many the nearest to the onset stay", () => {
  const events = Array.from({ length: 12 }, (_, i) =>
    scaled(
      i % 2 === 0 ? "up replica set shop-a from 3 to 5" : "down replica set shop-a from 5 to 3",
      1 + 4 * i,
    ),
  );
  const rows = scalingsOf({ workload, replicaSets: [current], events, autoscalers: [] }, window);
  expect(rows).toHaveLength(12);
  expect(nearestTo(rows, at(10), 3).map((row) => row.at)).toEqual([at(13), at(9), at(5)]);
});

describe("whose commit it is", () => {
  const commit = (what: string, to: string): Deploy => ({
    ...{ at: at(0), kind: "commit", title: "Save money", revision: null, commit: "c".repeat(40) },
    ...{ author: "dana", image: null, state: "merged", changes: [{ what, from: "6", to }], files: [] },
    ...{ minutes_before_onset: null, link: null },
  });
  const byHand = [scaled("down replica set shop-a from 6 to 2", 5)];
  const bounded = (reason: string) => [rescaled(`New size: 2; reason: ${reason}`, 5)];
  test.each<[string, KubernetesEvent[], Deploy, object[]]>([
    [
      "it asks for as many",
      byHand,
      commit("replicaCount", "2"),
      [{ kind: "scaling", author: "dana", changes: [{ what: "replicas", from: "6", to: "2" }] }],
    ],
    [
      "it asks for another number",
      byHand,
      commit("replicaCount", "4"),
      [{ kind: "scaling", author: null }, { kind: "commit" }],
    ],
    [
      "it moved the autoscaler's bounds",
      bounded("Current number of replicas above Spec.MaxReplicas"),
      commit("autoscaling.maxReplicas", "2"),
      [{ kind: "scaling", author: "dana" }],
    ],
    [
      "the autoscaler follows its load",
      bounded("All metrics below target"),
      commit("autoscaling.maxReplicas", "2"),
      [{ kind: "scaling", author: null }, { kind: "commit" }],
    ],
  ])("%s", (_, events, one, expected) => {
    const sources = { workload, replicaSets: [current], events, autoscalers: [autoscaler] };
    const merged = mergeChanges({
      ...{ rollouts: [], syncs: [], deployments: [], commits: [one] },
      scalings: scalingsOf(sources, window),
    });
    expect(merged).toMatchObject(expected);
  });
});
