import { estimateTokens, type ToolResult } from "@oncall/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRegistry } from "../registry.ts";
import { type Acme, startAcme } from "../testing/acme.ts";
import { memoryEvidence } from "../testing/evidence.ts";

/** Calls with the onset that an alert would give: two minutes late. */
function caller(acme: () => Acme) {
  return (tool: string, input: object, onset = true): Promise<ToolResult> => {
    const late = new Date(acme().onset.getTime() + 120_000);
    return acme().registry.call(tool, input, onset ? { onset: late } : {});
  };
}

function running(scenario: string) {
  let acme: Acme | undefined;
  beforeAll(async () => {
    acme = await startAcme(scenario);
  });
  afterAll(() => acme?.close());
  return (): Acme => {
    if (acme === undefined) throw new Error("Acme is not running");
    return acme;
  };
}

const minutesFromOnset = (acme: Acme, at: unknown): number =>
  (Date.parse(String(at)) - acme.onset.getTime()) / 60_000;

describe("a pool that a deploy shrank", () => {
  const acme = running("acme-01");
  const call = caller(acme);
  const service = "order-service";

  test("get_service_health: errors and latency, and when they began", async () => {
    const { data, link } = await call("get_service_health", { service });
    expect(data).toMatchObject({
      verdict: "degraded",
      metric: "http_requests_total",
      changed_at: { traffic: null },
    });
    const health = data as {
      error_ratio: { now: number; before: number };
      changed_at: { error_ratio: string };
    };
    expect(health.error_ratio.now).toBeGreaterThan(0.15);
    expect(health.error_ratio.before).toBeLessThan(0.005);
    expect(Math.abs(minutesFromOnset(acme(), health.changed_at.error_ratio))).toBeLessThan(3);
    expect(link).toMatch(/^http.*http_requests_total/);
  });

  test("get_recent_deploys: the rollout, what it changed, and whose it is", async () => {
    const { data } = await call("get_recent_deploys", { service });
    const change = { what: "env.DB_POOL_MAX", from: "40", to: "5" };
    expect(data).toMatchObject({
      deploys: [
        {
          kind: "rollout",
          state: "complete",
          title: "Tune connection pool for smaller pods",
          author: expect.stringMatching(/dana/),
          files: ["deploy/values.yaml"],
          changes: [change],
          minutes_before_onset: 7,
          link: expect.stringMatching(/\/commit\/[0-9a-f]{40}$/),
        },
      ],
      sources: [
        { name: "Kubernetes", checked: true },
        { name: "GitHub", checked: true },
        { name: "Argo CD" },
      ],
    });
  });

  test("get_pod_status: what the pods may use and do use, and how they are probed", async () => {
    const { data, link } = await call("get_pod_status", { service });
    const used = { request: expect.any(Number), limit: 2 ** 30, usage: expect.any(Number) };
    expect(data).toMatchObject({
      workload: { rollout: "complete", blamed: null },
      pods: [{ owner: expect.stringMatching(/^ReplicaSet\//), containers: [{ memory: used }] }, {}, {}],
      probes: [{ kind: "readiness", check: "http GET :http/actuator/health/readiness" }],
      nodes: { checked: 3 },
      unread: [],
    });
    // Every question about pods pays for this.
    expect(estimateTokens(JSON.stringify(data))).toBeLessThan(2_000);
    expect(link).toMatch(/container_memory_working_set_bytes|\/applications\//);
  });

  test("query_logs: the new failure first, its name and root exception", async () => {
    const { data, omitted } = await call("query_logs", { service });
    expect(data).toMatchObject({
      patterns: [
        {
          known_as: "db.pool_exhausted",
          is_new: true,
          before: 0,
          level: "error",
          root_exception: expect.stringMatching(/^java\.sql\.SQLTransientConnectionException: /),
        },
        { known_as: "db.connection_timeout", is_new: true },
        { level: "warn", is_new: true },
        { known_as: "PaymentDeclined", is_new: false },
      ],
    });
    expect(omitted).toBeUndefined();
  });

  test("query_logs: words are literal", async () => {
    const found = await call("query_logs", { service, query: 'payment declined" OR *' });
    expect(found).toMatchObject({
      state: "no_data",
      searched: expect.stringContaining("prod-order-*, all levels"),
    });
  });

  test("get_resource: the live status of the order", async () => {
    const { data } = await call("get_resource", { id: "ord-1234" });
    expect(data).toMatchObject({
      found: true,
      service,
      status: "PENDING",
      error: "Database connection timeout after 30s",
      cluster: "prod-us-east-1",
    });
  });

  test.each([
    ["get_resource", { id: "ord-0000" }, { data: { found: false, http_status: 404 } }],
    [
      "get_resource",
      { id: "zzz-1" },
      { state: "no_data", searched: expect.stringMatching(/ord-\* \(order-service\)/) },
    ],
    ["find_resource_owner", { id: "ord-1234" }, { data: { service, has_live_status: true } }],
    ["find_resource_owner", { id: "zzz-1" }, { state: "no_data" }],
    [
      "get_service_catalog",
      { service: "order-servise" },
      { error: { kind: "not_found", message: expect.stringMatching(/did you mean order-service/) } },
    ],
    ["get_service_catalog", { service }, { data: { team: "commerce", kubernetes: { namespace: "orders" } } }],
    [
      "list_services",
      {},
      { data: { services: expect.arrayContaining([expect.objectContaining({ name: service })]) } },
    ],
    [
      "list_services",
      { team: "nobody" },
      { error: { kind: "not_found", message: expect.stringMatching(/commerce/) } },
    ],
    ["get_dependencies", { service, depth: 3 }, { state: "ok" }],
    [
      "get_dependents",
      { service: "postgres-orders" },
      { data: { dependents: [{ name: service, critical: true }] } },
    ],
    ["get_escalation_path", { service }, { data: { slack_channel: "#commerce-oncall", on_call: null } }],
    ["get_pod_status", { cluster: "prod-us-east-1" }, { error: { kind: "invalid_input" } }],
    [
      "get_pod_status",
      { cluster: "prod-us-east-1", namespace: "orders", workload: "nope" },
      { error: { kind: "not_found" } },
    ],
    [
      "query_logs",
      { service, from: "2020-01-01T00:00:00Z" },
      { error: { kind: "invalid_input", message: expect.stringMatching(/7 days/) } },
    ],
    [
      "check_dependency_health",
      { service },
      {
        data: {
          dependencies: expect.arrayContaining([
            expect.objectContaining({
              name: "postgres-orders",
              state: "healthy",
              facts: expect.arrayContaining([expect.stringMatching(/connections used/)]),
            }),
          ]),
        },
      },
    ],
  ])("%s %j", async (tool, input, expected) => {
    expect(await call(tool, input)).toMatchObject(expected);
  });

  test("one source alone is enough for the deploys, and the other is said to be missing", async () => {
    const { deps, onset } = acme();
    const registry = createRegistry({
      deps: { ...deps, kubernetes: undefined },
      evidence: memoryEvidence(),
      now: () => new Date(),
    });
    expect(await registry.call("get_recent_deploys", { service }, { onset })).toMatchObject({
      data: {
        deploys: [{ kind: "sync", commit: expect.any(String) }],
        sources: [
          { name: "Kubernetes", checked: false, note: expect.stringMatching(/KUBECONFIG/) },
          { checked: true },
          { name: "Argo CD" },
        ],
      },
    });
    const neither = createRegistry({
      deps: { catalog: deps.catalog },
      evidence: memoryEvidence(),
      now: () => new Date(),
    });
    expect((await neither.call("get_recent_deploys", { service })).error?.kind).toBe("not_configured");
    const { data } = await neither.call("check_dependency_health", { service });
    expect(
      new Set((data as { dependencies: { state: string }[] }).dependencies.map(({ state }) => state)),
    ).toEqual(new Set(["unknown"]));
  });
});

describe("an AWS outage under the database", () => {
  const acme = running("acme-02");
  const call = caller(acme);

  test("check_dependency_health and check_aws_health agree", async () => {
    const service = "order-service";
    const { data } = await call("check_dependency_health", { service });
    const [first] = (data as { dependencies: { since: string }[] }).dependencies;
    expect(first).toMatchObject({ name: "postgres-orders", state: "down", how: "metrics, AWS Health" });
    expect(minutesFromOnset(acme(), first?.since)).toBeGreaterThan(-4.1);
    expect(minutesFromOnset(acme(), first?.since)).toBeLessThan(-2.4);
    expect((await call("check_aws_health", { service })).data).toMatchObject({
      events: [{ service: "RDS", status: "open", affects: ["postgres-orders"] }],
    });
    expect((await call("query_logs", { service })).data).toMatchObject({
      patterns: [
        { known_as: "db.connection_refused" },
        { known_as: "db.connection_timeout" },
        {},
        {},
        {},
        {},
      ],
    });
  });
});

describe("a release that runs out of memory", () => {
  const call = caller(running("acme-03"));

  test("get_pod_status: the kills, and a rollout that was done", async () => {
    const { data } = await call("get_pod_status", { service: "payment-service" });
    expect(data).toMatchObject({
      workload: { rollout: "complete" },
      pods: [
        {
          containers: [{ memory_limit: "512Mi", last_termination: { reason: "OOMKilled", exit_code: 137 } }],
        },
        {},
        {},
      ],
    });
  });
});

describe("a rollout under way, and nothing wrong", () => {
  const call = caller(running("acme-04"));
  const service = "inventory-service";

  test.each([
    [
      "get_service_health",
      { verdict: "healthy", changed_at: { error_ratio: null, latency: null, traffic: null } },
    ],
    ["get_pod_status", { workload: { rollout: "in_progress" } }],
    [
      "get_recent_deploys",
      { deploys: [{ kind: "rollout", state: "in_progress", commit: expect.any(String) }] },
    ],
    ["query_logs", { patterns: [{ is_new: false, known_as: null }] }],
    ["check_aws_health", { events: [] }],
  ])("%s", async (tool, expected) => {
    expect((await call(tool, { service }, tool === "get_recent_deploys")).data).toMatchObject(expected);
  });
});
