import { addMinutes, type ToolResult } from "@oncall/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRegistry } from "../registry.ts";
import { type Acme, startAcme } from "../testing/acme.ts";
import { catalogOf } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";
import { readTools } from "./index.ts";

/** One contract for all tools, over the real clients and a running Acme. */
let acme: Acme;
beforeAll(async () => {
  acme = await startAcme("acme-01");
});
afterAll(() => acme.close());

interface InputSchema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, { readonly type?: string; readonly format?: string }>>;
}
const inputOf = ({ input }: (typeof readTools)[number]): InputSchema => input as unknown as InputSchema;

const good: Readonly<Record<string, string>> = {
  service: "order-service",
  id: "ord-1234",
  cluster: "prod-us-east-1",
  namespace: "orders",
  workload: "order-service",
  pod: "order-service-1",
};
const place = ["cluster", "namespace", "workload", "pod"];

/** What a tool needs besides the field under test. */
function around({ required = [], properties }: InputSchema, field: string): Record<string, string> {
  const needed = place.includes(field) ? place.filter((name) => name in properties) : required;
  const names = needed.length > 0 || field === "service" || !("service" in properties) ? needed : ["service"];
  return Object.fromEntries(names.map((name) => [name, good[name] ?? ""]));
}

const windowed = readTools.filter((tool) => "from" in inputOf(tool).properties);

test("tools that take a window are among those tested", () => {
  expect(windowed.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["get_recent_deploys", "query_logs"]),
  );
});

describe.each(windowed.map((tool) => [tool.name, tool] as const))("the window of %s", (name, tool) => {
  const now = new Date();
  test.each<[string, { from?: string; to?: string }]>([
    ["backwards", { from: addMinutes(now, -10), to: addMinutes(now, -20) }],
    ["of no length", { from: addMinutes(now, -10), to: addMinutes(now, -10) }],
    ["that ends in the future", { from: addMinutes(now, -10), to: addMinutes(now, 60) }],
    ["that begins in the future", { from: addMinutes(now, 60) }],
    ["over the limit", { from: addMinutes(now, -8 * 24 * 60), to: addMinutes(now, 0) }],
    ["in words", { from: "yesterday" }],
  ])("%s is refused", async (_, window) => {
    const result = await acme.registry.call(name, { ...around(inputOf(tool), "from"), ...window });
    expect(result).toMatchObject({ state: "error", error: { kind: "invalid_input" } });
  });
});

const hostile = [
  'x"} or vector(1) or up{job="',
  "{}[5m]) or (up",
  "order-service\nX-Injected: yes",
  '*" OR message:*',
  "../../../../api/v1/secrets",
  "order-service\u0000",
  "$" + "{jndi:ldap://x}",
  "%22%7D",
];
const fields = readTools.flatMap((tool) =>
  Object.entries(inputOf(tool).properties)
    .filter(([, { type, format }]) => type === "string" && format === undefined)
    .map(([field]) => [tool.name, field, tool] as const),
);

/**
 * What may be answered for all that: an id by its pattern, a query by finding nothing, a cursor as a place in the
 * alphabet, a cluster where there is but one and it has no name.
 */
const answered: ReadonlySet<string> = new Set(["id", "query", "cursor", "cluster"]);

/** Nothing broke, and nobody was asked anything that the input had widened. */
function expectHarmless(result: ToolResult): void {
  if (result.state === "error") {
    expect(["invalid_input", "not_found", "not_configured", "denied"]).toContain(result.error?.kind);
    expect(result.error?.message).not.toMatch(/parse error|unexpected|syntax/i);
  }
}

describe.each(fields)("%s, %s", (name, field, tool) => {
  test.each(hostile.map((text) => [JSON.stringify(text), text]))("%s", async (_, text) => {
    // An id is anybody's own: the pattern alone decides, so the hostile part follows it.
    const value = field === "id" ? `ord-${text}` : text;
    const result = await acme.registry.call(name, { ...around(inputOf(tool), field), [field]: value });
    expectHarmless(result);
    if (!answered.has(field)) expect(result.state).not.toBe("ok");
    if (field === "query") expect(["no_data", "error"]).toContain(result.state);
  });
});

describe("what a service.yaml says is a value as well", () => {
  const withService = readTools.filter((tool) => "service" in inputOf(tool).properties);
  test.each(withService.map(({ name }) => [name]))("%s", async (name) => {
    const order = await acme.catalog.get("order-service");
    const breakout = 'x"} or {job="order-service';
    const evil = {
      ...order,
      name: "evil-service",
      aliases: [],
      dependencies: [{ name: breakout, type: "database" as const, critical: true, awsHosted: false }],
      observability: {
        ...order.observability,
        prometheusJob: breakout,
        opensearchIndex: "none-*/../prod-order-*",
      },
      deployment: {
        argocdApp: "../../account",
        kubernetes: { cluster: "prod-us-east-1", namespace: "orders", workload: "../../pods" },
      },
    };
    const registry = createRegistry({
      deps: { ...acme.deps, catalog: catalogOf([evil]) },
      evidence: memoryEvidence(),
      now: () => new Date(),
    });
    const result = await registry.call(name, { service: "evil-service" });
    expectHarmless(result);
    // What belongs to another is not shown under this name.
    expect(JSON.stringify(result.data ?? {})).not.toMatch(/hikari|postgres-orders|http_requests_total/);
  });
});
