import { benchRegistry, EMPTY_LOGS, EMPTY_METRICS } from "./bench-registry.ts";
import { startLoopback } from "./loopback.ts";

const CALLS = 100;

/** A hundred equal calls at once: how often the backend got the question that it got most often. */
export async function storms(): Promise<{ tool: string; requests: number }[]> {
  const resources = await startLoopback({ delayMs: 30, body: { status: "PAID" } });
  const prometheus = await startLoopback({ delayMs: 30, body: EMPTY_METRICS });
  const opensearch = await startLoopback({ delayMs: 30, body: EMPTY_LOGS });
  const { registry, close } = benchRegistry({
    resources: resources.url,
    prometheus: prometheus.url,
    opensearch: opensearch.url,
  });
  try {
    const storm = async (tool: string, input: object, received: readonly string[]) => {
      await Promise.all(Array.from({ length: CALLS }, () => registry.call(tool, input)));
      const counts = new Map<string, number>();
      for (const question of received) counts.set(question, (counts.get(question) ?? 0) + 1);
      return { tool, requests: Math.max(0, ...counts.values()) };
    };
    return [
      await storm("get_resource", { id: "s0-1" }, resources.received),
      await storm("get_service_health", { service: "shop-0" }, prometheus.received),
      await storm("query_logs", { service: "shop-0" }, opensearch.received),
    ];
  } finally {
    await close();
    await Promise.all([resources.close(), prometheus.close(), opensearch.close()]);
  }
}
