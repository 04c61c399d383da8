import type { Citation, EvidenceRecord, EvidenceStore } from "@oncall/incidents";
import { type Static, Type } from "typebox";
import { resolvePointer } from "./json-pointer.ts";

/** What a claim may carry at most when code could not confirm all of its citations. */
export const UNVERIFIED_CONFIDENCE = 0.5;

const RELATIVE_TOLERANCE = 1e-6;
/** Shorter excerpts of a text would be found almost anywhere. */
const MIN_EXCERPT = 8;
const MAX_QUOTED = 160;

const CitationInput = Type.Object(
  {
    evidence: Type.String({ maxLength: 40, description: "Evidence id, ev_…" }),
    pointer: Type.String({
      maxLength: 300,
      description: "JSON pointer from the top of the recorded result, such as /data/patterns/0/count",
    }),
    value: Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean(), Type.Null()], {
      description: "The value that stands there; of a long text any 8 or more characters in a row",
    }),
  },
  { additionalProperties: false },
);
export type ClaimedCitation = Static<typeof CitationInput>;

/** The citations of one claim, as a field of what the model hands in; its schema holds `citationDefinition`. */
export const Citations = Type.Array(Type.Unsafe<ClaimedCitation>({ $ref: "#/$defs/citation" }), {
  maxItems: 8,
});

/** Said once in a schema, however many claims cite. */
export const citationDefinition = { $defs: { citation: CitationInput } };

/** The record of that id, as far as it is of this run's scope. */
export type ReadEvidence = (id: string) => Promise<EvidenceRecord | null>;

export function evidenceReader(store: EvidenceStore, scope: string): ReadEvidence {
  return async (id) => {
    const record = await store.get(id);
    return record?.investigationId === scope ? record : null;
  };
}

/** The citations with what code found of each, and what does not hold: where it stands, and why. */
export async function checkCitations(
  citations: readonly ClaimedCitation[],
  path: string,
  read: ReadEvidence,
): Promise<{ citations: Citation[]; problems: string[] }> {
  const problems: string[] = [];
  const checked = await Promise.all(
    citations.map(async (citation, i) => {
      const problem = citationProblem(citation, await read(citation.evidence));
      if (problem !== null) problems.push(`${path}/citations/${i} (${citation.evidence}): ${problem}.`);
      return { ...citation, verified: problem === null };
    }),
  );
  return { citations: checked, problems: problems.sort() };
}

/** Why a citation does not hold, as the rest of a sentence; null when it does. */
export function citationProblem(citation: ClaimedCitation, record: EvidenceRecord | null): string | null {
  if (record === null) return "this investigation has no evidence of that id";
  const resolved = resolvePointer(record.result, citation.pointer);
  if (!resolved.found) return `nothing at "${citation.pointer}": ${resolved.reason}`;
  const found = resolved.value;
  if (typeof found === "object" && found !== null) {
    const keys = Array.isArray(found) ? `a list of ${found.length}` : "an object";
    return `"${citation.pointer}" is ${keys}; point at one plain value inside it`;
  }
  if (holds(citation.value, found)) return null;
  return `"${citation.pointer}" holds ${quote(found)}, not ${quote(citation.value)}`;
}

function holds(cited: Citation["value"], found: unknown): boolean {
  if (typeof cited === "number" && typeof found === "number") {
    return Math.abs(cited - found) <= RELATIVE_TOLERANCE * Math.max(Math.abs(cited), Math.abs(found));
  }
  if (typeof cited === "string" && typeof found === "string") {
    // What is shown of a long text ends in a mark where it was cut.
    const excerpt = cited.replace(/…$/, "");
    return cited === found || (excerpt.trim().length >= MIN_EXCERPT && found.includes(excerpt));
  }
  return cited === found;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}… (${text.length} characters)` : text;
}
