import type { Citation, Diagnosis, EvidenceRecord } from "@oncall/incidents";
import { resolvePointer } from "./json-pointer.ts";
import type { Submission } from "./submission.ts";

/** What a root cause may claim at most when code could not confirm all of its citations. */
export const UNVERIFIED_CONFIDENCE = 0.5;

const RELATIVE_TOLERANCE = 1e-6;
/** Shorter excerpts of a text would be found almost anywhere. */
const MIN_EXCERPT = 8;
const MAX_QUOTED = 160;

export interface CheckedSubmission {
  /** By confidence, highest first, after capping. */
  readonly rootCauses: Diagnosis["root_causes"];
  readonly ruledOut: Diagnosis["ruled_out"];
  /** What does not hold, for the model: where it stands, and why. */
  readonly problems: readonly string[];
}

/** Marks every citation by what the recorded results say, and caps what is not supported. Pure. */
export function checkCitations(
  submission: Submission,
  records: ReadonlyMap<string, EvidenceRecord>,
): CheckedSubmission {
  const problems: string[] = [];
  const check = (citations: Submission["ruled_out"][number]["citations"], path: string): Citation[] =>
    citations.map((citation, i) => {
      const problem = citationProblem(citation, records.get(citation.evidence));
      if (problem !== null) problems.push(`${path}/citations/${i} (${citation.evidence}): ${problem}.`);
      return { ...citation, verified: problem === null };
    });

  const rootCauses = submission.root_causes.map((cause, i) => {
    const path = `/root_causes/${i}`;
    const citations = check(cause.citations, path);
    if (citations.length === 0) problems.push(`${path} has no citation; a root cause needs at least one.`);
    const supported = citations.length > 0 && citations.every((citation) => citation.verified);
    const confidence = supported ? cause.confidence : Math.min(cause.confidence, UNVERIFIED_CONFIDENCE);
    return { ...cause, confidence, citations };
  });
  const ruledOut = submission.ruled_out.map((claim, i) => ({
    ...claim,
    citations: check(claim.citations, `/ruled_out/${i}`),
  }));
  return { rootCauses: rootCauses.sort((a, b) => b.confidence - a.confidence), ruledOut, problems };
}

/** Why a citation does not hold, as the rest of a sentence; null when it does. */
export function citationProblem(
  citation: Omit<Citation, "verified">,
  record: EvidenceRecord | undefined,
): string | null {
  if (record === undefined) return "this investigation has no evidence of that id";
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
    return cited === found || (cited.trim().length >= MIN_EXCERPT && found.includes(cited));
  }
  return cited === found;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}… (${text.length} characters)` : text;
}
