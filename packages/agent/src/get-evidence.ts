import { checker } from "@oncall/core";
import type { EvidenceRecord } from "@oncall/incidents";
import { type Static, Type } from "typebox";
import type { ReadEvidence } from "./citations.ts";
import { resolvePointer } from "./json-pointer.ts";
import { present } from "./present.ts";

const Input = Type.Object(
  {
    evidence: Type.String({ maxLength: 40, description: "Evidence id, ev_…" }),
    pointer: Type.Optional(
      Type.String({
        maxLength: 300,
        description: "JSON pointer to the part wanted; default the whole result",
      }),
    ),
    contains: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "Only items of that list that hold this text",
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
    "Read recorded evidence, whole or the part at a pointer, filtered and paged; asks no backend. To cite, append the place inside `value` to `pointer`; item i of a filtered or paged list stands at `indices`[i].",
  inputSchema: Input,
} as const;

export type EvidenceAnswer =
  | {
      readonly ok: true;
      readonly evidence: string;
      readonly tool: string;
      readonly pointer?: string;
      readonly value: unknown;
      /** Where the items of a filtered or paged list stand in the recorded one. */
      readonly indices?: readonly number[];
      /** What of it is not here and how to get it. */
      readonly omitted?: string;
    }
  | { readonly ok: false; readonly problem: string };

const inputChecker = checker(Input);
type Wanted = Static<typeof Input>;

/** Reads what was recorded; evidence of other investigations is answered as if it did not exist. */
export async function getEvidence(
  input: unknown,
  read: ReadEvidence,
  { now, maxTokens }: { readonly now: Date; readonly maxTokens: number },
): Promise<EvidenceAnswer> {
  const problems = inputChecker.problems(input);
  if (problems.length > 0) return { ok: false, problem: `${problems.join("; ")}.` };
  const wanted = input as Wanted;
  const { evidence, pointer = "" } = wanted;
  const record = await read(evidence);
  if (record === null) {
    const problem = `This investigation has no evidence ${evidence}; the index lists what it has.`;
    return { ok: false, problem };
  }
  const resolved = resolvePointer(record.result, pointer);
  if (!resolved.found) return { ok: false, problem: `Nothing at "${pointer}": ${resolved.reason}.` };
  const part = select(resolved.value, wanted);
  if (typeof part === "string") return { ok: false, problem: part };
  const shown = present(pointer === "" ? essence(part.value) : part.value, now, maxTokens);
  const omitted = [part.omitted, shown.omitted].filter((words) => words !== undefined).join(" ");
  return {
    ok: true,
    ...named(record, pointer),
    value: shown.value,
    ...(part.indices === undefined ? {} : { indices: part.indices.slice(0, shownItems(shown.value)) }),
    ...(omitted === ""
      ? {}
      : { omitted: `${omitted} Ask for a part by pointer, contains, offset and limit.` }),
  };
}

/** A whole result without what is said beside it. */
function essence(result: unknown): unknown {
  if (typeof result !== "object" || result === null) return result;
  const { evidence: _, searched, ...rest } = result as Record<string, unknown>;
  return rest.state === "ok" ? rest : { searched, ...rest };
}

function named({ id, tool }: EvidenceRecord, pointer: string) {
  return { evidence: id, tool, ...(pointer === "" ? {} : { pointer }) };
}

interface Part {
  readonly value: unknown;
  readonly indices?: readonly number[];
  readonly omitted?: string;
}

/** The part that is wanted, or why it cannot be had. */
function select(value: unknown, { contains, offset = 0, limit = 10_000 }: Wanted): Part | string {
  if (Array.isArray(value)) {
    const all = value.map((item, index) => ({ item, index }));
    const found = contains === undefined ? all : all.filter(({ item }) => holds(item, contains));
    const page = found.slice(offset, offset + limit);
    const items = { value: page.map(({ item }) => item) };
    if (page.length === value.length) return items;
    const moved = contains !== undefined || offset > 0;
    const of =
      contains === undefined ? `${value.length} items` : `${found.length} that hold it, of ${value.length}`;
    const omitted = `${page.length} of ${of}.`;
    return { ...items, ...(moved ? { indices: page.map(({ index }) => index) } : {}), omitted };
  }
  if (contains !== undefined) return "`contains` filters a list: give the pointer of one.";
  if (typeof value !== "string") return { value };
  const text = value.slice(offset, offset + limit);
  if (text.length === value.length) return { value: text };
  return { value: text, omitted: `Characters ${offset} to ${offset + text.length} of ${value.length}.` };
}

/** How many items a presented list shows. */
function shownItems(value: unknown): number {
  const items = Array.isArray(value) ? value : (value as { rows?: readonly unknown[] } | null)?.rows;
  return items?.length ?? 0;
}

function holds(item: unknown, text: string): boolean {
  return (JSON.stringify(item) ?? "").toLowerCase().includes(JSON.stringify(text).slice(1, -1).toLowerCase());
}
