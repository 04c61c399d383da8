import {
  type Catalog,
  catalogOf as catalogOver,
  type Dependency,
  type DependencyType,
  indexServices,
  type ServiceEntry,
} from "@oncall/catalog";
import { addMinutes, type FindingCode } from "@oncall/core";
import type { Alert } from "@oncall/incidents";
import type {
  AwsHealth,
  ClusterFinding,
  DependencyHealthRow,
  Deploy,
  LogPatternRow,
  PodRow,
  PodStatus,
  ServiceHealth,
} from "@oncall/tools";
import type { AnalysisContext } from "./analyzer.ts";
import { evidenceSet, type Observation, type ToolName, type ToolOutputs } from "./evidence.ts";
import { createGraph, type Graph, type GraphNode } from "./graph.ts";

/** The moment at which the cases are looked at, and the minute their trouble began. */
export const NOW = "2026-03-10T03:30:00.000Z";
export const ONSET = "2026-03-10T03:00:00.000Z";

/** A time so many minutes after the onset (negative: before). */
export const after = (minutes: number): string => addMinutes(ONSET, minutes);

/** order-service on payment-service and two stores; payment-service on a database of its own. */
export const graph: Graph = createGraph(
  "order-service",
  new Map(
    (
      [
        ["order-service", "internal", 0, true],
        ["payment-service", "internal", 1, true],
        ["inventory-service", "internal", 1, false],
        ["postgres-orders", "database", 1, true],
        ["redis-sessions", "cache", 1, false],
        ["postgres-payments", "database", 2, true],
      ] satisfies [string, DependencyType, number, boolean][]
    ).map(([name, type, depth, critical]): [string, GraphNode] => [
      name,
      { name, type, depth, critical, known: type === "internal", onAws: type === "database" },
    ]),
  ),
  new Map([
    ["order-service", ["payment-service", "inventory-service", "postgres-orders", "redis-sessions"]],
    ["payment-service", ["postgres-payments"]],
  ]),
);

export const context: AnalysisContext = { now: NOW, onset: ONSET, graph };

/** An answer as it was recorded; the evidence id tells tool and subject. */
export function seen<N extends ToolName>(
  tool: N,
  data: ToolOutputs[N],
  subject = "order-service",
): Observation {
  return { tool, subject, evidence: `ev_${tool}_${subject}`, data } as Observation;
}

export const evidenceOf = (...observations: Observation[]) => evidenceSet(observations);

export function health(change: Partial<ServiceHealth> = {}): ServiceHealth {
  return {
    service: "order-service",
    verdict: "healthy",
    reasons: [],
    window: { from: ONSET, to: NOW },
    baseline: { from: after(-120), to: after(-60) },
    error_ratio: { now: 0.001, before: 0.001 },
    requests_per_second: { now: 41, before: 40 },
    latency_seconds: {
      p50: { now: 0.02, before: 0.02 },
      p95: { now: 0.09, before: 0.08 },
      p99: { now: 0.16, before: 0.15 },
    },
    availability: { now: 0.999, before: 0.999 },
    changed_at: { error_ratio: null, latency: null, traffic: null },
    metric: "http_requests_total",
    ...change,
  };
}

export const failingHealth = health({
  verdict: "degraded",
  reasons: ["error ratio 22 % against 0.1 %"],
  error_ratio: { now: 0.22, before: 0.001 },
  changed_at: { error_ratio: ONSET, latency: null, traffic: null },
});

export function pod(
  change: Partial<PodRow> & { container?: Partial<PodRow["containers"][number]> } = {},
): PodRow {
  const { container, ...rest } = change;
  return {
    name: "order-service-7c9d8f6b54-x2lmn",
    phase: "Running",
    ready: true,
    reason: null,
    created_at: after(-3000),
    node: "ip-10-0-3-17",
    revision: "41",
    containers: [
      {
        name: "app",
        ready: true,
        restarts: 0,
        state: "running",
        image: "registry.acme.example/order-service:3.1.0",
        memory_limit: "512Mi",
        last_termination: null,
        ...container,
      },
    ],
    ...rest,
  };
}

export function pods(
  rows: readonly PodRow[],
  workload: Partial<PodStatus["workload"]> = {},
  events: PodStatus["events"] = [],
): PodStatus {
  const ready = rows.filter((row) => row.ready).length;
  return {
    service: "order-service",
    cluster: "prod-us-east-1",
    namespace: "orders",
    workload: {
      kind: "Deployment",
      name: "order-service",
      desired: rows.length,
      ready,
      updated: rows.length,
      available: ready,
      rollout: "complete",
      rollout_note: null,
      rollout_started_at: null,
      ...workload,
    },
    findings: [],
    pods: [...rows],
    totals: {
      pods: rows.length,
      ready,
      restarts: rows.flatMap((row) => row.containers).reduce((sum, { restarts }) => sum + restarts, 0),
    },
    events,
  };
}

/** What the checks of Kubernetes objects found, as `get_pod_status` publishes it. */
export function clusterFinding(code: FindingCode, change: Partial<ClusterFinding> = {}): ClusterFinding {
  return {
    code,
    severity: "critical",
    confidence: 0.95,
    subject: { kind: "Deployment", namespace: "orders", name: "order-service" },
    container: null,
    since: after(3),
    summary: "It was seen in the objects.",
    evidence: ["Deployment/orders/order-service#/status"],
    ...change,
  };
}

export function event(
  reason: string,
  change: Partial<PodStatus["events"][number]> = {},
): PodStatus["events"][number] {
  return {
    reason,
    type: "Warning",
    object: "Pod/order-service-7c9d8f6b54-x2lmn",
    message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
    count: 40,
    first_seen: ONSET,
    last_seen: after(29),
    ...change,
  };
}

export function line(change: Partial<LogPatternRow> = {}): LogPatternRow {
  return {
    template: "HikariPool-<n> - Connection is not available, request timed out after <n>ms",
    level: "ERROR",
    count: 412,
    before: 0,
    first_seen: after(1),
    last_seen: NOW,
    is_new: true,
    example: "HikariPool-1 - Connection is not available, request timed out after 30000ms",
    root_exception: null,
    known_as: "db.pool_exhausted",
    ...change,
  };
}

export function logs(patterns: LogPatternRow[], subject = "order-service") {
  const total = patterns.reduce((sum, row) => sum + row.count, 900);
  return seen(
    "query_logs",
    {
      service: subject,
      index: "prod-order-*",
      window: { from: ONSET, to: NOW },
      total,
      total_before: 900,
      sampled: total,
      patterns,
    },
    subject,
  );
}

export function deploy(change: Partial<Deploy> = {}): Deploy {
  return {
    at: after(-4),
    kind: "rollout",
    title: "Tune connection pool for smaller pods",
    revision: "42",
    commit: "9f1c2ab04d",
    author: "dana.reyes",
    image: "registry.acme.example/order-service:3.1.0",
    state: "complete",
    changes: [{ what: "env.DB_POOL_MAX", from: "40", to: "5" }],
    files: [],
    minutes_before_onset: 4,
    link: null,
    ...change,
  };
}

export function deploys(rows: Deploy[], subject = "order-service") {
  return seen(
    "get_recent_deploys",
    {
      service: subject,
      window: { from: after(-1440), to: NOW },
      deploys: rows,
      sources: [{ name: "Kubernetes", checked: true, note: null }],
    },
    subject,
  );
}

export function dependencies(rows: Partial<DependencyHealthRow>[], subject = "order-service") {
  return seen(
    "check_dependency_health",
    {
      service: subject,
      dependencies: rows.map((row) => ({
        name: "postgres-orders",
        type: "database",
        critical: true,
        state: "healthy",
        since: null,
        how: "metrics",
        facts: [],
        ...row,
      })),
    },
    subject,
  );
}

export function awsEvent(change: Partial<AwsHealth["events"][number]> = {}) {
  return seen("check_aws_health", {
    service: "order-service",
    events: [
      {
        arn: "arn:aws:health:us-east-1::event/RDS/AWS_RDS_OPERATIONAL_ISSUE/1",
        service: "RDS",
        region: "us-east-1",
        code: "AWS_RDS_OPERATIONAL_ISSUE",
        category: "issue",
        status: "open",
        started_at: after(-4),
        ended_at: null,
        description: "We are investigating connectivity issues to RDS instances in US-EAST-1.",
        affects: ["postgres-orders"],
        ...change,
      },
    ],
    checked: [{ dependency: "postgres-orders", aws_service: "rds", region: "us-east-1" }],
  });
}

export function alert(change: Partial<Alert> = {}): Alert {
  return {
    name: "HighErrorRate",
    status: "firing",
    severity: "critical",
    source: "alertmanager",
    labels: {},
    values: [],
    text: "",
    receivedAt: after(6),
    links: [],
    ...change,
  };
}

export function service(name: string, change: Partial<ServiceEntry> = {}): ServiceEntry {
  return {
    name,
    team: "commerce",
    slackChannel: "#commerce-oncall",
    pagerAlias: "commerce-escalation",
    aliases: [],
    dependencies: [],
    resources: [],
    observability: { prometheusJob: name, logPatterns: [] },
    deployment: { kubernetes: { cluster: "prod-us-east-1", namespace: "orders", workload: name } },
    runbooks: [],
    automation: { allowedActions: [], requiresApproval: [] },
    repository: `acme/${name}`,
    path: "service.yaml",
    commit: "9f1c2ab04d",
    syncedAt: after(-9000),
    ...change,
  };
}

export function dependency(name: string, type: DependencyType, critical = true): Dependency {
  return { name, type, critical, awsHosted: type === "database" };
}

/** The catalog's own lookups over a list. */
export function catalogOf(services: readonly ServiceEntry[]): Catalog {
  return catalogOver(indexServices(services));
}

/** The graph above as catalog entries. */
export const acmeCatalog = catalogOf([
  service("order-service", {
    aliases: ["orders-api"],
    dependencies: [
      dependency("payment-service", "internal"),
      dependency("inventory-service", "internal", false),
      dependency("postgres-orders", "database"),
      dependency("redis-sessions", "cache", false),
    ],
    resources: [{ pattern: "ord-*", type: "order" }],
  }),
  service("payment-service", {
    team: "payments",
    slackChannel: "#payments-oncall",
    pagerAlias: "payments-escalation",
    dependencies: [dependency("postgres-payments", "database")],
    deployment: { kubernetes: { cluster: "prod-us-east-1", namespace: "payments", workload: "payment-api" } },
    observability: { prometheusJob: "payments-scrape", logPatterns: [] },
  }),
  service("inventory-service", {
    deployment: {
      kubernetes: { cluster: "prod-us-east-1", namespace: "orders", workload: "inventory-service" },
    },
  }),
]);
