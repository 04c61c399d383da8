import type { FindingCode } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { EvidenceSet, ToolName } from "./evidence.ts";
import type { Graph } from "./graph.ts";

/** What an analyzer knows besides the evidence. It reads no clock: `now` is the world's time of the first look. */
export interface AnalysisContext {
  /** ISO 8601. */
  readonly now: string;
  /** When the incident began as far as the evidence tells, ISO 8601; null when nothing says so. */
  readonly onset: string | null;
  readonly graph: Graph;
}

/** A pure function from evidence to findings, one idea a file. What is normal in operation is not a finding. */
export interface Analyzer {
  readonly codes: readonly FindingCode[];
  /** The tools whose answers it reads; first the one that it finds things in. */
  readonly needs: readonly ToolName[];
  analyze(evidence: EvidenceSet, context: AnalysisContext): Finding[];
}
