import type { Evidence } from "@oncall/incidents";
import type { TSchema } from "typebox";
import type { ReadEvidence } from "./citations.ts";

/** What a run works towards: what the model is told, the tool that ends it, and who judges what is handed in. */
export interface Goal<T> {
  /** What it hands in, in a word for people: `diagnosis`, `answer`. */
  readonly product: string;
  /** The same bytes for every run, so that it is cached across all of them. */
  readonly system: string;
  readonly finish: { readonly name: string; readonly description: string; readonly inputSchema: TSchema };
  /** The first message in blocks, from what changes least to what changes most; a cache breakpoint follows the first. */
  open(index: readonly Evidence[]): readonly string[];
  judge(input: unknown, read: ReadEvidence): Promise<Verdict<T>>;
  /** Whether it may ask specialists, where there are any. */
  readonly delegates?: boolean;
  /** Tools of the registry that it has no use for: every call pays for those it is told of. */
  readonly without?: readonly string[];
  /** Words in a submission that are shown as they come; absent when nobody reads along. */
  readonly streams?: string;
}

export type Verdict<T> =
  | { readonly fits: false; readonly problems: readonly string[] }
  /** `objections` are what code could not confirm: the model may mend it once, then `value` stands as it is marked. */
  | { readonly fits: true; readonly value: T; readonly objections: readonly string[] };
