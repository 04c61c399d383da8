import type { FindingCode } from "@oncall/core";
import type { ObjectFinding } from "../kubernetes/checks/finding.ts";
import type { Instance } from "./instance.ts";

/** What one check saw on one instance. */
export interface Sign {
  readonly code: FindingCode;
  readonly severity: ObjectFinding["severity"];
  readonly confidence: number;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly summary: string;
  /** What it rests on: `CloudWatch/WriteIOPS`, `RDS event 2026-03-28 13:01 UTC`, `Performance Insights`. */
  readonly evidence: readonly string[];
}

export type SignCheck = (instance: Instance) => Sign | undefined;
