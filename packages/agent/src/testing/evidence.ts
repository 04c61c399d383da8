import type { EvidenceRecord, EvidenceStore } from "@oncall/incidents";

export const INVESTIGATION = "inv_k3f9a2bqxw7m";

/** Evidence in memory. */
export function memoryEvidence(records: readonly EvidenceRecord[] = []): EvidenceStore {
  const kept = new Map(records.map((record) => [record.id, record]));
  return {
    record: async (evidence) => void kept.set(evidence.id, evidence),
    get: async (id) => kept.get(id) ?? null,
    list: async (investigationId) =>
      [...kept.values()]
        .filter((record) => record.investigationId === investigationId)
        .map(({ result: _, ...evidence }) => evidence),
  };
}

export function recorded(
  id: string,
  tool: string,
  data: unknown,
  investigationId = INVESTIGATION,
): EvidenceRecord {
  return {
    id,
    investigationId,
    tool,
    input: { service: "order-service" },
    state: "ok",
    summary: `${tool} of order-service`,
    link: null,
    at: "2026-03-02T03:05:00.000Z",
    durationMs: 12,
    queries: [],
    cached: false,
    result: { state: "ok", data, evidence: id },
  };
}

/** What the first look left behind: a shrunken pool in the deploys, timeouts in the logs. */
export const logsEvidence = recorded("ev_logs22222222", "query_logs", {
  total: 412,
  patterns: [
    { template: "HikariPool-1 - Connection is not available, request timed out after 30000ms", count: 397 },
  ],
});
export const deploysEvidence = recorded("ev_deploys22222", "get_recent_deploys", {
  deploys: [
    { title: "orders: smaller pool for staging", changes: [{ key: "DB_POOL_MAX", from: "40", to: "4" }] },
  ],
});
