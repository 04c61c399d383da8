import {
  type Backends,
  createHttp,
  createOpenSearch,
  createPrometheus,
  createResourceApi,
} from "@oncall/backends";
import { type Catalog, catalogOf, indexServices, parseServiceYaml } from "@oncall/catalog";
import type { EvidenceStore } from "@oncall/incidents";
import { createRegistry, type Registry } from "@oncall/tools";

export interface Urls {
  readonly prometheus?: string;
  readonly opensearch?: string;
  readonly resources?: string;
}

/** What an empty Prometheus and an empty OpenSearch answer. */
export const EMPTY_METRICS = { status: "success", data: { resultType: "vector", result: [] } };
export const EMPTY_LOGS = { hits: { total: { value: 0, relation: "eq" }, hits: [] } };

/** The registry over the real clients with their usual settings, and forty services: shop-0 to shop-39. */
export function benchRegistry(urls: Urls): { registry: Registry; close(): Promise<void> } {
  const http = createHttp();
  const backends: Backends = {
    ...(urls.prometheus && { metrics: createPrometheus({ url: urls.prometheus, http }) }),
    ...(urls.opensearch && { logs: createOpenSearch({ url: urls.opensearch, http }) }),
    ...(urls.resources && { resources: createResourceApi({ allow: [urls.resources], http }) }),
  };
  const evidence: EvidenceStore = { record: async () => {}, get: async () => null, list: async () => [] };
  const registry = createRegistry({
    deps: { ...backends, catalog: shops(urls) },
    evidence,
    now: () => new Date(),
  });
  return { registry, close: () => http.close() };
}

function shops({ resources = "http://127.0.0.1:1" }: Urls): Catalog {
  const entries = Array.from({ length: 40 }, (_, i) => {
    const { definition } = parseServiceYaml(`
name: shop-${i}
team: shop
slack_channel: "#shop"
pager_alias: shop
resources:
  - { pattern: "s${i}-*", type: order, handler_url: "${resources}/orders/\${id}" }
observability: { opensearch_index: "shop-${i}", prometheus_job: shop-${i} }
`);
    if (definition === null) throw new Error("the benchmark's service.yaml is not valid");
    return {
      ...definition,
      repository: "acme/shop",
      path: `shop-${i}/service.yaml`,
      commit: "0".repeat(40),
      syncedAt: "2026-01-31T00:00:00.000Z",
    };
  });
  const index = indexServices(entries);
  return catalogOf(index);
}
