import type { EvidenceRecord, EvidenceStore } from "@oncall/incidents";

/** Evidence kept in memory. */
export function memoryEvidence(): EvidenceStore & { readonly records: EvidenceRecord[] } {
  const records: EvidenceRecord[] = [];
  return {
    records,
    async record(evidence) {
      records.push(evidence);
    },
    get: async (id) => records.find((record) => record.id === id) ?? null,
    list: async (investigation) => records.filter((record) => record.investigationId === investigation),
  };
}
