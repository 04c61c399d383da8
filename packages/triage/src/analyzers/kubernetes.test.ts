import { expect, test } from "vitest";
import { clusterFinding, context, evidenceOf, failingHealth, health, pods, seen } from "../acme.fixture.ts";
import { analyze } from "../analyze.ts";
import type { Observation } from "../evidence.ts";

const well = seen("get_service_health", health());
const suffering = seen("get_service_health", failingHealth);
const podStatus = (...findings: ReturnType<typeof clusterFinding>[]) =>
  seen("get_pod_status", { ...pods([]), findings });

test("what the cluster's objects show is a finding of the service whose pods they surround", () => {
  const pending = clusterFinding("k8s.pvc_pending", {
    subject: { kind: "PersistentVolumeClaim", namespace: "orders", name: "data" },
    summary: "PersistentVolumeClaim data is Pending for 4 m.",
    container: "app",
  });
  expect(analyze(evidenceOf(podStatus(pending)), context)).toEqual([
    {
      code: "k8s.pvc_pending",
      subject: "order-service",
      severity: "critical",
      confidence: 0.95,
      since: pending.since,
      summary: "PersistentVolumeClaim data is Pending for 4 m.",
      evidence: ["ev_get_pod_status_order-service"],
      facts: { object: "PersistentVolumeClaim data", container: "app" },
    },
  ]);
});

test("nothing found, nothing said", () => {
  expect(analyze(evidenceOf(podStatus()), context)).toEqual([]);
});

test.each<[string, Observation, "k8s.autoscaler_limit" | "k8s.cpu_throttled" | "k8s.quota", string]>([
  ["a shortage while requests suffer", suffering, "k8s.autoscaler_limit", "warning"],
  ["a shortage while all is well", well, "k8s.autoscaler_limit", "info"],
  ["throttling while requests suffer", suffering, "k8s.cpu_throttled", "warning"],
  ["throttling while all is well", well, "k8s.cpu_throttled", "info"],
  ["what is broken, requests well so far", well, "k8s.quota", "warning"],
])("%s", (_, requests, code, severity) => {
  const found = analyze(
    evidenceOf(requests, podStatus(clusterFinding(code, { severity: "warning" }))),
    context,
  );
  expect(found.find((finding) => finding.code === code)?.severity).toBe(severity);
});
