import type { FindingCode } from "@oncall/core";
import type { Cluster } from "./cluster.ts";
import type { Resource } from "./resource.ts";

/** What `oncall analyze kubernetes` says of one root; the shape is SPEC §16's. */
export interface ObjectFinding {
  readonly code: FindingCode;
  readonly severity: "critical" | "warning" | "info";
  /** 0..1. */
  readonly confidence: number;
  readonly subject: { readonly kind: string; readonly namespace: string | null; readonly name: string };
  readonly container?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** Sentences in the objects' own words, with their numbers and times. */
  readonly summary: string;
  /** `Kind/namespace/name#/json/pointer`, or the object's address alone. */
  readonly evidence: readonly string[];
}

/** What one check saw on one object, before findings of one root become one. */
export interface Draft {
  readonly code: FindingCode;
  readonly severity: ObjectFinding["severity"];
  readonly confidence: number;
  readonly at: Resource;
  readonly container?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly summary: string;
  readonly evidence: readonly string[];
  /** Objects that, when they have a finding of their own, explain this one. */
  readonly causes?: readonly Resource[];
  /** Worth saying only as the consequence of a cause: without one it is dropped. */
  readonly onlyAsSymptom?: boolean;
  /** Stands above the other drafts of its root, however specific those are. */
  readonly leads?: boolean;
  /** Among drafts of one code the one that shows most is quoted (restarts, events). */
  readonly weight?: number;
}

export interface Check {
  readonly kinds: readonly string[];
  check(resource: Resource, cluster: Cluster): readonly Draft[];
}
