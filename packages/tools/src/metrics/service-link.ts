import type { MetricsBackend } from "@oncall/backends";
import type { ServiceEntry } from "@oncall/catalog";
import type { TimeWindow } from "@oncall/core";

/** Where a person goes on: the service's own dashboard, else the graph of what was asked. */
export function serviceLink(
  metrics: MetricsBackend,
  { observability: { grafanaUid } }: ServiceEntry,
  query: string | null,
  window: TimeWindow,
): string | undefined {
  const dashboard = grafanaUid === undefined ? null : (metrics.dashboard?.(grafanaUid, window) ?? null);
  return dashboard ?? (query === null ? undefined : metrics.link(query, window));
}
