import { once } from "node:events";
import { createServer } from "node:http";
import { createBackends } from "@oncall/backends";
import { createPrometheusServer, type Series } from "@oncall/sandbox";
import { createRegistry } from "../registry.ts";
import type { Registry } from "../registry-types.ts";
import { catalogOf, entryFrom } from "./catalog.ts";
import { memoryEvidence } from "./evidence.ts";

export interface MetricsWorld {
  readonly registry: Registry;
  /** PromQL queries that reached the server. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface MetricsWorldOptions {
  readonly series: readonly Series[];
  /** Each a service.yaml. `ORIGIN` stands for that of `pages`. */
  readonly services: readonly string[];
  /** JSON answers by path, for health endpoints. */
  readonly pages?: Readonly<Record<string, unknown>>;
  readonly now: Date;
  /** Every query is answered with this HTTP status instead. */
  readonly failWith?: number;
  readonly grafanaUrl?: string;
}

/** The tools over the real clients against a PromQL server that holds these series. */
export async function startMetricsWorld(options: MetricsWorldOptions): Promise<MetricsWorld> {
  const { series, services, pages = {}, now, failWith, grafanaUrl } = options;
  const asked: string[] = [];
  const prometheus = createPrometheusServer({
    source: { scrapeIntervalMs: 15_000, series: () => [...series] },
    now: () => now.getTime(),
  });
  prometheus.addHook("preHandler", async (request, reply) => {
    asked.push(new URLSearchParams(request.body as URLSearchParams).get("query") ?? "");
    if (failWith !== undefined)
      await reply.code(failWith).send({ status: "error", errorType: "internal", error: "broken" });
  });
  const url = await prometheus.listen({ host: "127.0.0.1", port: 0 });
  const site = createServer((request, response) => {
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(page ?? {}));
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const address = site.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const { backends, close } = createBackends({
    prometheus: { url },
    grafana: grafanaUrl === undefined ? undefined : { url: grafanaUrl },
    handlerUrlAllow: [origin],
  });
  const catalog = catalogOf(services.map((yaml) => entryFrom(yaml.replaceAll("ORIGIN", origin))));
  return {
    registry: createRegistry({ deps: { ...backends, catalog }, evidence: memoryEvidence(), now: () => now }),
    asked,
    async close() {
      await close();
      await prometheus.close();
      site.closeAllConnections();
      site.close();
    },
  };
}

/** A service.yaml with what every one must have. */
export function serviceYaml(name: string, more = ""): string {
  return `name: ${name}\nteam: shop\nslack_channel: "#shop"\npager_alias: shop\n${more}`;
}

/** A gauge; undefined is a gap. */
export function gauge(labels: Record<string, string>, at: (timeMs: number) => number | undefined): Series {
  return { labels, at };
}

/** A counter that grows by `perSecond` from a fixed begin; it counts in steps of a minute. */
export function counter(
  labels: Record<string, string>,
  fromMs: number,
  perSecond: (timeMs: number) => number,
): Series {
  const sums: number[] = [0];
  return {
    labels,
    at(timeMs) {
      const minutes = (timeMs - fromMs) / 60_000;
      if (minutes < 0) return undefined;
      const whole = Math.floor(minutes);
      for (let i = sums.length; i <= whole; i++) {
        sums[i] = (sums[i - 1] ?? 0) + 60 * perSecond(fromMs + (i - 1) * 60_000);
      }
      return (sums[whole] ?? 0) + (minutes - whole) * 60 * perSecond(fromMs + whole * 60_000);
    },
  };
}
