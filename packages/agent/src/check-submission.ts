import type { Diagnosis } from "@oncall/incidents";
import { checkCitations, type ReadEvidence, UNVERIFIED_CONFIDENCE } from "./citations.ts";
import type { Submission } from "./submission.ts";

/** A diagnosis before code adds what only it knows. */
export type Findings = Omit<Diagnosis, "model" | "usage" | "costUsd" | "tookMs">;

/** Marks every citation by what the recorded results say, and caps what is not supported; root causes by confidence. */
export async function checkSubmission(
  submission: Submission,
  read: ReadEvidence,
): Promise<{ value: Findings; objections: string[] }> {
  const objections: string[] = [];
  const check = async (citations: Submission["ruled_out"][number]["citations"], path: string) => {
    const checked = await checkCitations(citations, path, read);
    objections.push(...checked.problems);
    return checked.citations;
  };

  const rootCauses: Diagnosis["root_causes"][number][] = [];
  for (const [i, cause] of submission.root_causes.entries()) {
    const path = `/root_causes/${i}`;
    const citations = await check(cause.citations, path);
    if (citations.length === 0) objections.push(`${path} has no citation; a root cause needs at least one.`);
    const supported = citations.length > 0 && citations.every(({ verified }) => verified);
    const confidence = supported ? cause.confidence : Math.min(cause.confidence, UNVERIFIED_CONFIDENCE);
    rootCauses.push({ ...cause, confidence, citations });
  }
  const { suspect_change: change } = submission;
  const suspect_change =
    change === undefined ? null : { ...change, citations: await check(change.citations, "/suspect_change") };
  const ruled_out: Diagnosis["ruled_out"][number][] = [];
  for (const [i, claim] of submission.ruled_out.entries()) {
    ruled_out.push({ ...claim, citations: await check(claim.citations, `/ruled_out/${i}`) });
  }
  rootCauses.sort((a, b) => b.confidence - a.confidence);
  return { value: { ...submission, root_causes: rootCauses, suspect_change, ruled_out }, objections };
}
