import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, event, now, object, running, webPod } from "./objects.fixture.ts";

const codes = (objects: readonly unknown[], byEvents = true) =>
  checkObjects(objects, { now, whole: new Set(), byEvents }).findings.map(({ code, subject }) => [
    code,
    `${subject.kind}/${subject.name}`,
  ]);

test.each([
  ["Pod/web-1", "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", "k8s.unschedulable"],
  ["Pod/web-1", "Failed", 'Failed to pull image "web:9": not found', "k8s.image_pull"],
  ["Pod/web-1", "Failed", 'Error: secret "web-key" not found', "k8s.config_error"],
  ["Pod/web-1", "BackOff", "Back-off restarting failed container app", "k8s.crash_loop"],
  ["Pod/web-1", "BackOff", 'Back-off pulling image "web:9"', "k8s.image_pull"],
  ["Pod/web-1", "Unhealthy", "Readiness probe failed: HTTP 500", "k8s.probe_failing"],
  ["ReplicaSet/web-7c9d", "FailedCreate", 'pods "web" is forbidden: exceeded quota: team', "k8s.quota"],
  ["Job/report", "BackoffLimitExceeded", "Job has reached the specified backoff limit", "k8s.job_failed"],
  ["Pod/web-1", "SomethingElse", "who knows", undefined],
])("events alone: %s %s", (about, reason, message, code) => {
  expect(codes([event(about, reason, message)])).toEqual(code === undefined ? [] : [[code, about]]);
});

test("events of what is gone, of long ago, or where objects were chosen, tell nothing", () => {
  const backOff = event("Pod/web-1", "BackOff", "Back-off restarting failed container app");
  expect(codes([webPod(running), backOff])).toEqual([]);
  expect(codes([{ ...backOff, lastTimestamp: ago(3600) }])).toEqual([]);
  expect(codes([backOff], false)).toEqual([]);
});

test("the refusal of a replica set that was not given is its deployment's", () => {
  const deployment = object("Deployment", "web", {
    spec: { replicas: 2 },
    status: { readyReplicas: 2, availableReplicas: 2 },
  });
  const refused = event(
    "ReplicaSet/web-5d98ffcfd",
    "FailedCreate",
    "pods is forbidden: exceeded quota: team",
  );
  expect(codes([deployment, refused])).toEqual([["k8s.quota", "Deployment/web"]]);
});
