import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import { expect, test } from "vitest";
import { dependencies, evidenceOf, graph, ONSET } from "./acme.fixture.ts";
import type { ToolName } from "./evidence.ts";
import { allRead } from "./read.fixture.ts";
import { unseenBehind } from "./unseen.ts";

const found = (code: FindingCode, subject = "order-service"): Finding => ({
  code,
  subject,
  severity: "critical",
  confidence: 0.9,
  since: ONSET,
  summary: "…",
  evidence: ["ev_1"],
});
const pool = found("db.pool_exhausted");
const refused = found("db.connection_refused", "postgres-orders");

test.each<[string, Finding, readonly ToolName[], readonly ToolName[]]>([
  ["a drained pool, all read", pool, [], []],
  ["a drained pool without logs, which tell of locks", pool, ["query_logs"], ["query_logs"]],
  [
    "a drained pool without AWS, which tells of the database",
    pool,
    ["check_aws_health"],
    ["check_aws_health"],
  ],
  ["a drained pool without pods, which drain none", pool, ["get_pod_status"], []],
  ["a drained pool without changes, which explain nothing away", pool, ["get_recent_deploys"], []],
  ["what logs and runtime both tell, without the runtime", pool, ["check_runtime_metrics"], []],
  ["a database that refuses, without AWS", refused, ["check_aws_health"], ["check_aws_health"]],
  ["a database that refuses: nobody reads its pods", refused, ["get_pod_status"], []],
  ["a kill for memory, nothing read", found("k8s.oom_killed"), allRead.map(({ tool }) => tool), []],
  [
    "a leak without pods, which tell of kills",
    found("app.memory_leak"),
    ["get_pod_status"],
    ["get_pod_status"],
  ],
  ["a change alone, all read", found("change.deploy"), [], []],
  ["a change alone without pods", found("change.deploy"), ["get_pod_status"], ["get_pod_status"]],
  [
    "a change alone, requests not read",
    found("change.deploy"),
    ["get_service_health"],
    ["get_service_health"],
  ],
])("%s", (_, finding, missing, unseen) => {
  const evidence = evidenceOf(...allRead.filter(({ tool }) => !missing.includes(tool)));
  expect(unseenBehind(finding, evidence, graph)).toEqual(unseen);
});

test.each([
  ["postgres-orders", ["check_dependency_health"]],
  ["redis-sessions", []],
])("a drained pool, the state of %s not known", (name, unseen) => {
  const rest = allRead.filter(({ tool }) => tool !== "check_dependency_health");
  const rows = ["payment-service", "inventory-service", "postgres-orders", "redis-sessions"].map((each) => ({
    name: each,
    state: each === name ? ("unknown" as const) : ("healthy" as const),
  }));
  expect(unseenBehind(pool, evidenceOf(...rest, dependencies(rows)), graph)).toEqual(unseen);
});
