import { expect, test } from "vitest";
import { dependenciesOf, dependentsOf } from "./graph.ts";
import { indexServices } from "./service-index.ts";
import type { DependencyType, ServiceEntry } from "./types.ts";

type Edge = readonly [name: string, type: DependencyType, critical?: boolean];

function service(name: string, edges: readonly Edge[], aliases: readonly string[] = []): ServiceEntry {
  return {
    name,
    team: `team-of-${name}`,
    slackChannel: "#oncall",
    pagerAlias: "oncall",
    aliases,
    dependencies: edges.map(([to, type, critical = false]) => ({
      name: to,
      type,
      critical,
      awsHosted: false,
    })),
    resources: [],
    observability: { logPatterns: [] },
    deployment: {},
    runbooks: [],
    automation: { allowedActions: [], requiresApproval: [] },
    repository: `acme/${name}`,
    path: "service.yaml",
    commit: "0".repeat(40),
    syncedAt: "2026-01-01T00:00:00.000Z",
  };
}

const shop = indexServices([
  service("web", [
    ["orders", "internal", true],
    ["search", "external"],
  ]),
  service(
    "orders",
    [
      ["users", "internal", true],
      ["postgres-orders", "database", true],
    ],
    ["order-api"],
  ),
  service("users", [
    ["auth", "internal"],
    ["postgres-users", "database", true],
  ]),
  service("auth", [
    ["users", "internal"],
    ["Redis", "cache"],
  ]),
  service("reports", [
    ["postgres-orders", "database"],
    ["order-api", "internal", true],
  ]),
]);

test("dependencies are walked breadth first, to the depth asked for", () => {
  const { nodes } = dependenciesOf(shop, "web", 2);
  expect(nodes.map(({ name, depth, via, known }) => [name, depth, via, known])).toEqual([
    ["orders", 1, "web", true],
    ["search", 1, "web", false],
    ["users", 2, "orders", true],
    ["postgres-orders", 2, "orders", false],
  ]);
});

test("a cycle ends the walk and is reported once, from a service back to itself", () => {
  const { nodes, cycles } = dependenciesOf(shop, "web", 10);
  expect(nodes.map(({ name }) => name)).toEqual([
    "orders",
    "search",
    "users",
    "postgres-orders",
    "auth",
    "postgres-users",
    "Redis",
  ]);
  expect(cycles).toEqual([["users", "auth", "users"]]);
  expect(dependenciesOf(shop, "auth", 10).cycles).toEqual([["auth", "users", "auth"]]);
  expect(dependenciesOf(shop, "web", 1).cycles).toEqual([]);
});

test("dependents of a database that only others declare, by critical way where there is one", () => {
  expect(dependentsOf(shop, "Postgres-Orders", 3)).toEqual([
    { name: "orders", team: "team-of-orders", depth: 1, critical: true, path: ["orders", "Postgres-Orders"] },
    {
      name: "reports",
      team: "team-of-reports",
      depth: 2,
      critical: true,
      path: ["reports", "orders", "Postgres-Orders"],
    },
    {
      name: "web",
      team: "team-of-web",
      depth: 2,
      critical: true,
      path: ["web", "orders", "Postgres-Orders"],
    },
  ]);
  expect(dependentsOf(shop, "postgres-orders", 1).map(({ name, critical }) => [name, critical])).toEqual([
    ["orders", true],
    ["reports", false],
  ]);
});

test("dependents are found through aliases and cycles", () => {
  expect(dependentsOf(shop, "order-api", 1).map(({ name }) => name)).toEqual(["reports", "web"]);
  expect(dependentsOf(shop, "users", 10).map(({ name }) => name)).toEqual([
    "auth",
    "orders",
    "reports",
    "web",
  ]);
});

test.each([
  ["a typing error", "postgres-order", 1, "not_found", "postgres-orders"],
  ["a name from elsewhere", "zzzzzzzzzz", 1, "not_found", "list_services"],
  ["depth 0", "orders", 0, "invalid_input", "1 to 10"],
  ["depth 11", "orders", 11, "invalid_input", "1 to 10"],
])("%s says what to do", (_, name, depth, kind, hint) => {
  const expected = expect.objectContaining({ kind, message: expect.stringContaining(hint) });
  expect(() => dependentsOf(shop, name, depth)).toThrow(expected);
});

test("a catalog of 2,000 services in one ring is walked whole", () => {
  const ring = indexServices(
    Array.from({ length: 2_000 }, (_, i) =>
      service(`s${i}`, [
        [`s${(i + 1) % 2_000}`, "internal", true],
        [`s${(i * 7) % 2_000}`, "internal"],
      ]),
    ),
  );
  expect(dependenciesOf(ring, "s0", 10).nodes.length).toBeGreaterThan(100);
  expect(dependentsOf(ring, "s0", 10).length).toBeGreaterThan(10);
  expect(dependenciesOf(ring, "s0", 10).cycles.length).toBeLessThanOrEqual(20);
});
