import type { LogQuery, LogsBackend } from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";

/** Which lines are a service's, for the store that is there; `missing` says what service.yaml would have to give. */
export function logSource(
  { name, observability }: ServiceEntry,
  logs: LogsBackend,
): Pick<LogQuery, "index" | "service"> | { missing: string } {
  const index = observability.opensearchIndex;
  return index === undefined && logs.needsIndex
    ? { missing: `service.yaml of ${name}, which gives no observability.opensearch_index to search` }
    : { index, service: name };
}
