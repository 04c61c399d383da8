import { checker } from "@oncall/core";
import type { Citation } from "@oncall/incidents";
import { type Static, Type } from "typebox";
import { Citations, checkCitations, citationDefinition, UNVERIFIED_CONFIDENCE } from "../citations.ts";
import type { Goal } from "../goal.ts";
import { openTask, specialistPrompt } from "../prompt.ts";
import type { Specialist } from "./load.ts";

const Report = Type.Object(
  {
    summary: Type.String({
      minLength: 1,
      maxLength: 600,
      description: "The answer to the task in a sentence or two",
    }),
    findings: Type.Array(
      Type.Object(
        {
          statement: Type.String({ minLength: 1, maxLength: 500, description: "What is so, since when" }),
          confidence: Type.Number({ minimum: 0, maximum: 1 }),
          citations: Citations,
        },
        { additionalProperties: false },
      ),
      { maxItems: 8 },
    ),
  },
  { additionalProperties: false, ...citationDefinition },
);
type Claimed = Static<typeof Report>;

/** What a specialist hands in, its citations checked. */
export interface Findings {
  readonly summary: string;
  readonly findings: readonly (Omit<Claimed["findings"][number], "citations"> & {
    readonly citations: readonly Citation[];
  })[];
}

const reportTool = {
  name: "submit_findings",
  description: "Hand in what you found. This ends your task; the lead reads only this.",
  inputSchema: Report,
} as const;
const reportChecker = checker(Report);

/** A task of the lead, worked on by a specialist. */
export function reporting(
  specialist: Specialist,
  task: string,
  catalogContext: string,
  now: Date,
): Goal<Findings> {
  return {
    product: "report",
    system: specialistPrompt(specialist.instructions),
    finish: reportTool,
    open: (index) => openTask(task, catalogContext, index, now),
    async judge(input, read) {
      const problems = reportChecker.problems(input);
      if (problems.length > 0) return { fits: false, problems };
      const { summary, findings: claimed } = reportChecker.parse(input, reportTool.name);
      const objections: string[] = [];
      const findings: Findings["findings"][number][] = [];
      for (const [i, finding] of claimed.entries()) {
        const path = `/findings/${i}`;
        const checked = await checkCitations(finding.citations, path, read);
        objections.push(...checked.problems);
        if (finding.citations.length === 0)
          objections.push(`${path} has no citation; a finding needs at least one.`);
        const supported = finding.citations.length > 0 && checked.problems.length === 0;
        const confidence = supported
          ? finding.confidence
          : Math.min(finding.confidence, UNVERIFIED_CONFIDENCE);
        findings.push({ ...finding, confidence, citations: checked.citations });
      }
      return { fits: true, value: { summary, findings }, objections };
    },
  };
}
