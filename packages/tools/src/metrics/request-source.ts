import type { ServiceEntry } from "@oncall/catalog";
import type { RequestSource } from "./request-metrics.ts";

/** Under which names a service's request metrics stand: its own where service.yaml gives none. */
export function requestSource({ name, observability, deployment }: ServiceEntry): RequestSource {
  return { job: observability.prometheusJob ?? name, workload: deployment.kubernetes?.workload ?? name };
}
