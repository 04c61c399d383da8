import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { requestSource } from "../metrics/request-source.ts";
import { measureHealth } from "../metrics/service-health.ts";
import { serviceLink } from "../metrics/service-link.ts";
import { ServiceHealth } from "../outputs/index.ts";
import { ServiceName } from "./inputs.ts";

export const getServiceHealth = defineReadTool({
  name: "get_service_health",
  description:
    "Request metrics of a service: error ratio, requests per second, latency percentiles, availability; now against the last quiet hour, a day and a week before, and since when. The first thing to ask.",
  uses: ["metrics", "catalog"],
  input: Type.Object({ service: ServiceName }, { additionalProperties: false }),
  output: ServiceHealth,
  async run({ service }, { metrics, catalog }, { now, onset, signal }) {
    const entry = await catalog.get(service);
    const source = requestSource(entry);
    const measured = await measureHealth(metrics, { ...source, service: entry.name, now, onset }, signal);
    if (measured === null) {
      return noData(
        `Prometheus, the last two hours of job "${source.job}" (and workload "${source.workload}" of a mesh), for HTTP and gRPC request counters; observability.prometheus_job in service.yaml names the job`,
      );
    }
    const { health, found, query, range } = measured;
    const others = found.others.length === 0 ? "" : `; not read, though there: ${found.others.join(", ")}`;
    return ok(health, {
      link: serviceLink(metrics, entry, query, range),
      searched: `${health.metric} of ${found.shape.owner} "${found.owner}"${others}`,
      summary: `${entry.name} is ${health.verdict === "no_traffic" ? "without traffic" : health.verdict}${health.reasons.length === 0 ? "" : `: ${health.reasons.join("; ")}`}`,
    });
  },
});
