import type { Backends } from "@oncall/backends";
import type { Catalog } from "@oncall/catalog";
import type { PastIncidents } from "@oncall/incidents";
import type { Static, TSchema } from "typebox";

/** What a tool may read. The catalog is always there; a backend only when it is configured. */
export interface ToolDeps extends Backends {
  readonly catalog: Catalog;
  readonly incidents?: PastIncidents | undefined;
}

export type DepName = keyof ToolDeps;

/** What surrounds one call. `now` is the domain's time; a tool reads no clock of its own. */
export interface ToolContext {
  readonly now: Date;
  /** When the incident began, as far as known: "before" and "after" are split there. */
  readonly onset?: Date | undefined;
  readonly signal: AbortSignal;
}

/** A tool's own answer; the registry makes the envelope of it. */
export type ToolAnswer<T> =
  | {
      readonly state: "ok";
      readonly data: T;
      readonly searched?: string;
      readonly omitted?: string;
      readonly link?: string;
      readonly summary?: string;
    }
  | { readonly state: "no_data"; readonly searched: string; readonly link?: string };

/** `summary` is the one line that people see beside the evidence id. */
export function ok<T>(
  data: T,
  more: { searched?: string; omitted?: string | undefined; link?: string | undefined; summary?: string } = {},
): ToolAnswer<T> {
  const { omitted, link, ...rest } = more;
  return {
    state: "ok",
    data,
    ...rest,
    ...(omitted === undefined ? {} : { omitted }),
    ...(link === undefined ? {} : { link }),
  };
}

/** Nothing was found, and this is what was searched: never to be read as "healthy". */
export function noData<T>(searched: string, link?: string): ToolAnswer<T> {
  return { state: "no_data", searched, ...(link === undefined ? {} : { link }) };
}

interface ToolSpec<I extends TSchema, O extends TSchema, U extends DepName, M extends DepName> {
  readonly name: string;
  /** For the model: what it answers and when to use it. One or two sentences. */
  readonly description: string;
  /** Backends it cannot do without: when one is missing the registry answers `not_configured`. */
  readonly uses: readonly U[];
  /** Backends it does better with. */
  readonly mayUse?: readonly M[];
  readonly input: I;
  readonly output: O;
  run(
    input: Static<I>,
    deps: { readonly [K in U]-?: NonNullable<ToolDeps[K]> } & { readonly [K in M]?: ToolDeps[K] },
    context: ToolContext,
  ): Promise<ToolAnswer<Static<O>>>;
}

/** A tool as the registry holds it, its types erased. */
export interface Tool {
  readonly kind: "read";
  readonly name: string;
  readonly description: string;
  readonly uses: readonly DepName[];
  readonly mayUse: readonly DepName[];
  readonly input: TSchema;
  readonly output: TSchema;
  run(input: unknown, deps: ToolDeps, context: ToolContext): Promise<ToolAnswer<unknown>>;
}

/**
 * A named read operation. The registry has validated `input` against the schema and has seen to it that
 * every backend in `uses` is there before `run` is called; that is what makes the narrowing below true.
 */
export function defineReadTool<
  I extends TSchema,
  O extends TSchema,
  U extends DepName,
  M extends DepName = never,
>(spec: ToolSpec<I, O, U, M>): Tool {
  return {
    kind: "read",
    name: spec.name,
    description: spec.description,
    uses: spec.uses,
    mayUse: spec.mayUse ?? [],
    input: spec.input,
    output: spec.output,
    run: (input, deps, context) =>
      spec.run(input as Static<I>, deps as unknown as Parameters<typeof spec.run>[1], context),
  };
}
