import { checker, findingCodes } from "@oncall/core";
import { type Static, Type } from "typebox";
import { Citations, citationDefinition } from "./citations.ts";

const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description });

/** `app, aws, cache, …`: naming all codes would cost every call more than they tell. */
const areas = [...new Set(Object.keys(findingCodes).map((code) => code.split(".")[0]))].join(", ");

/** What the model hands in; code adds what the model must not say itself (verified, model, usage, cost). */
export const Submission = Type.Object(
  {
    headline: Text(500, "The answer in one sentence"),
    root_causes: Type.Array(
      Type.Object(
        {
          service: Text(120, "The service or dependency at fault, by its catalog name"),
          code: Type.String({
            pattern: "^[a-z0-9_]+\\.[a-z0-9_]+$",
            maxLength: 60,
            description: `The first look's code where you agree with it; else one of its kind: ${areas} and a word for the fault, such as db.pool_exhausted`,
          }),
          confidence: Type.Number({ minimum: 0, maximum: 1 }),
          statement: Text(1200, "What broke, why, since when"),
          citations: Citations,
        },
        { additionalProperties: false },
      ),
      { maxItems: 5, description: "Most likely first; empty when the evidence supports none" },
    ),
    suspect_change: Type.Optional(
      Type.Object(
        {
          service: Text(120, "What was changed"),
          at: Text(40, "When, ISO 8601"),
          summary: Text(400, "What it changed, from what to what; by whom"),
          citations: Citations,
        },
        { additionalProperties: false, description: "The change that did it; absent when none did" },
      ),
    ),
    first_look: Type.Object(
      { agrees: Type.Boolean(), why: Text(800, "What confirms the first look, or what overturns it") },
      { additionalProperties: false },
    ),
    impact: Text(800, "Who is affected, how badly, with numbers"),
    blast_radius: Type.Array(Text(120, "An affected service"), { maxItems: 20 }),
    ruled_out: Type.Array(
      Type.Object(
        { statement: Text(400, "What it is not, and why"), citations: Citations },
        { additionalProperties: false },
      ),
      { maxItems: 8 },
    ),
    actions: Type.Array(
      Type.Object(
        {
          title: Text(200, "What to do, most urgent first"),
          command: Type.Optional(Type.String({ maxLength: 500, description: "Ready to paste" })),
          why: Text(400, "What it will change"),
        },
        { additionalProperties: false },
      ),
      { maxItems: 6 },
    ),
    watch: Type.Array(Text(200, "What shows that it is over, or getting worse"), { maxItems: 6 }),
    open_questions: Type.Array(Text(300, "What could not be found out"), { maxItems: 6 }),
  },
  { additionalProperties: false, ...citationDefinition },
);
export type Submission = Static<typeof Submission>;

export const submitTool = {
  name: "submit_diagnosis",
  description: "Hand in the diagnosis. This ends the investigation; it is the only thing people will read.",
  inputSchema: Submission,
} as const;

export const submissionChecker = checker(Submission);
