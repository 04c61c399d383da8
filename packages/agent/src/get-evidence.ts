import { checker, estimateTokens } from "@oncall/core";
import type { EvidenceStore } from "@oncall/incidents";
import { type Static, Type } from "typebox";
import { resolvePointer } from "./json-pointer.ts";

/** A whole recorded result fits: the registry bounds each below this. */
const MAX_TOKENS = 8_000;

const Input = Type.Object(
  {
    evidence: Type.String({ maxLength: 40, description: "Evidence id, ev_…" }),
    pointer: Type.Optional(
      Type.String({
        maxLength: 300,
        description: "JSON pointer to the part wanted; default the whole result",
      }),
    ),
    offset: Type.Optional(
      Type.Integer({ minimum: 0, description: "First item of a list, or character of a text; default 0" }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: "How many of them" })),
  },
  { additionalProperties: false },
);

export const GET_EVIDENCE = "get_evidence";

export const getEvidenceTool = {
  name: GET_EVIDENCE,
  description:
    "Read evidence already recorded in this investigation: the whole result, or the part at a JSON pointer, paged by offset and limit. Costs no backend call. To cite from its answer, append the path inside `value` to `pointer`.",
  inputSchema: Input,
} as const;

export type EvidenceAnswer =
  | {
      readonly ok: true;
      readonly evidence: string;
      readonly tool: string;
      readonly pointer: string;
      readonly value: unknown;
      /** What of it is not here and how to get it. */
      readonly omitted?: string;
    }
  | { readonly ok: false; readonly problem: string };

const inputChecker = checker(Input);

/** Reads the store; evidence of other investigations is answered as if it did not exist. */
export async function getEvidence(
  input: unknown,
  store: EvidenceStore,
  investigationId: string,
): Promise<EvidenceAnswer> {
  const problems = inputChecker.problems(input);
  if (problems.length > 0) return { ok: false, problem: `${problems.join("; ")}.` };
  const { evidence, pointer = "", offset, limit } = input as Static<typeof Input>;
  const record = await store.get(evidence);
  if (record === null || record.investigationId !== investigationId) {
    return {
      ok: false,
      problem: `This investigation has no evidence ${evidence}; the index lists what it has.`,
    };
  }
  const resolved = resolvePointer(record.result, pointer);
  if (!resolved.found) return { ok: false, problem: `Nothing at "${pointer}": ${resolved.reason}.` };
  return { ok: true, evidence, tool: record.tool, pointer, ...page(resolved.value, offset ?? 0, limit) };
}

interface Page {
  readonly value: unknown;
  readonly omitted?: string;
}

function page(value: unknown, offset: number, limit: number | undefined): Page {
  if (Array.isArray(value)) {
    const items = value.slice(offset, limit === undefined ? undefined : offset + limit);
    const kept = fitting(items);
    return cut(items.slice(0, kept), value.length, offset, kept, "items");
  }
  if (typeof value === "string") {
    const text = value.slice(offset, offset + Math.min(limit ?? Number.POSITIVE_INFINITY, MAX_TOKENS * 3));
    return cut(text, value.length, offset, text.length, "characters");
  }
  if (tokens(value) <= MAX_TOKENS) return { value };
  return {
    value: outline(value as object),
    omitted: "too large to show whole; this is its outline, ask for a part by pointer",
  };
}

/** How many of the items fit; at least one, as its outline is of no use without it. */
function fitting(items: readonly unknown[]): number {
  let spent = 0;
  const over = items.findIndex((item) => {
    spent += tokens(item);
    return spent > MAX_TOKENS;
  });
  return over === -1 ? items.length : Math.max(1, over);
}

function cut(value: unknown, total: number, offset: number, kept: number, unit: string): Page {
  if (kept === total) return { value };
  const next = offset + kept < total ? `; go on with offset ${offset + kept}` : "";
  return { value, omitted: `${unit} ${offset} to ${offset + kept} of ${total}${next}` };
}

function outline(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]));
}

function shape(value: unknown): string {
  if (Array.isArray(value)) return `list of ${value.length}, about ${tokens(value)} tokens`;
  if (typeof value === "object" && value !== null) return `object, about ${tokens(value)} tokens`;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `text of ${text.length} characters` : text;
}

function tokens(value: unknown): number {
  return estimateTokens(JSON.stringify(value) ?? "");
}
