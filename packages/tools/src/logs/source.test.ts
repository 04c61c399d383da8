import { type BackendsConfig, createBackends } from "@oncall/backends";
import { afterEach, expect, test } from "vitest";
import { createRegistry } from "../registry.ts";
import { catalogOf, entryFrom } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";
import { serviceYaml } from "../testing/metrics-world.ts";
import { json, startServer } from "../testing/server.ts";

const line = "ERROR HikariPool-1 - Connection is not available, request timed out after 30000ms.";
const found = json({
  status: "success",
  data: {
    resultType: "streams",
    result: [
      {
        stream: { service_name: "shop" },
        values: [[String(Date.parse("2026-01-31T02:55:00Z") * 1e6), line]],
      },
    ],
  },
});
const hit = { "@timestamp": "2026-01-31T02:55:00Z", level: "ERROR", message: line };
const hits = json({ hits: { total: { value: 1 }, hits: [{ _source: hit }] } });

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

async function ask(tool: string, stores: readonly ("loki" | "opensearch")[], more: string) {
  const server = await startServer([
    [/\/loki\/api/, found],
    [/\/_search/, hits],
  ]);
  const store = { url: server.url };
  const config: Partial<BackendsConfig> = {
    ...(stores.includes("loki") && { loki: store }),
    ...(stores.includes("opensearch") && { opensearch: store }),
  };
  const { backends, close } = createBackends({ handlerUrlAllow: [], ...config });
  closing.push(close, server.close);
  const registry = createRegistry({
    deps: { ...backends, catalog: catalogOf([entryFrom(serviceYaml("shop", more))]) },
    evidence: memoryEvidence(),
    now: () => new Date("2026-01-31T03:00:00Z"),
  });
  const result = await registry.call(tool, { service: "shop" });
  return { result, asked: server.asked };
}

const indexed = "observability: { opensearch_index: prod-shop-* }\n";
const stream = '{service_name="shop"}';
const cases: [string, readonly ("loki" | "opensearch")[], string, string, RegExp][] = [
  ["Loki alone, no index", ["loki"], "", stream, /loki/],
  ["Loki alone, an index of elsewhere", ["loki"], indexed, stream, /loki/],
  ["both, no index", ["loki", "opensearch"], "", stream, /loki/],
  ["both, an index", ["loki", "opensearch"], indexed, "prod-shop-*", /prod-shop-/],
  ["OpenSearch alone, an index", ["opensearch"], indexed, "prod-shop-*", /prod-shop-/],
];

test.each(cases.flatMap((one) => ["query_logs", "scan_log_patterns"].map((tool) => [tool, ...one] as const)))(
  "%s: %s",
  async (tool, _, stores, more, index, path) => {
    const { result, asked } = await ask(tool, stores, more);
    expect(result).toMatchObject({ state: "ok", data: { index }, searched: expect.stringContaining(index) });
    expect(JSON.stringify(result.data)).toContain("db.pool_exhausted");
    for (const url of asked) expect(url).toMatch(path);
  },
);

test.each(["query_logs", "scan_log_patterns"])("%s: OpenSearch alone, no index", async (tool) => {
  const { result, asked } = await ask(tool, ["opensearch"], "");
  expect(result).toMatchObject({
    state: "no_data",
    searched: expect.stringMatching(/observability\.opensearch_index/),
  });
  expect(asked).toEqual([]);
});
