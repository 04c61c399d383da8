/** The recorded result of one tool call (SPEC §2). */
export interface Evidence {
  readonly id: string;
  readonly investigationId: string | null;
  readonly tool: string;
  readonly input: unknown;
  readonly state: "ok" | "no_data" | "error" | "needs_approval";
  /** One line for people. */
  readonly summary: string;
  readonly link: string | null;
  readonly at: string;
  readonly durationMs: number;
  /** What was asked of the backends: PromQL, log queries, API paths. */
  readonly queries: readonly SourceQuery[];
  /** Whether an equal call under way answered this one too. */
  readonly cached: boolean;
}

/** One question to a backend, as it was put. */
export interface SourceQuery {
  /** The system, such as `metrics`. */
  readonly source: string;
  readonly operation: string;
  /** The PromQL, the log query, the object; at most 600 characters. */
  readonly asked: string;
  /** Until it answered or failed; null when it had done neither at the end of the call. */
  readonly durationMs: number | null;
}

export interface EvidenceRecord extends Evidence {
  /** The tool's whole answer, as the model saw it. */
  readonly result: unknown;
}

/** Where tool calls are recorded. */
export interface EvidenceStore {
  record(evidence: EvidenceRecord): Promise<void>;
  get(id: string): Promise<EvidenceRecord | null>;
  /** Of one investigation, oldest first, without results. */
  list(investigationId: string): Promise<readonly Evidence[]>;
}
