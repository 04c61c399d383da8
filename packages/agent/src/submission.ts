import { checker, findingCodes } from "@oncall/core";
import { type Static, Type } from "typebox";

const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description });

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

/** `app, aws, cache, …`: naming all codes would cost every call more than they tell. */
const areas = [...new Set(Object.keys(findingCodes).map((code) => code.split(".")[0]))].join(", ");

const Citations = Type.Array(CitationInput, { maxItems: 8 });

/** What the model hands in; code adds what the model must not say itself (verified, model, usage). */
export const Submission = Type.Object(
  {
    headline: Text(500, "The answer in one sentence"),
    root_causes: Type.Array(
      Type.Object(
        {
          service: Text(120, "The service or dependency that is at fault, as the catalog names it"),
          code: Type.String({
            pattern: "^[a-z0-9_]+\\.[a-z0-9_]+$",
            maxLength: 60,
            description: `The first look's code where you agree with it; else one of its kind: ${areas} and a word for the fault, such as db.pool_exhausted`,
          }),
          confidence: Type.Number({ minimum: 0, maximum: 1 }),
          statement: Text(1200, "What broke, why, since when; name the change that did it, if one did"),
          citations: Citations,
        },
        { additionalProperties: false },
      ),
      { maxItems: 5, description: "Most likely first; empty when the evidence supports none" },
    ),
    first_look: Type.Object(
      { agrees: Type.Boolean(), why: Text(800, "What confirms the first look, or what overturns it") },
      { additionalProperties: false },
    ),
    impact: Text(800, "Who and what is affected, how badly, with numbers"),
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
  { additionalProperties: false },
);
export type Submission = Static<typeof Submission>;

export const SUBMIT_TOOL = "submit_diagnosis";

export const submitTool = {
  name: SUBMIT_TOOL,
  description: "Hand in the diagnosis. This ends the investigation; it is the only thing people will read.",
  inputSchema: Submission,
} as const;

export const submissionChecker = checker(Submission);
