import { type Static, type TSchema, Type } from "typebox";
import type { ErrorKind } from "./errors.ts";

/** What every tool answers, to the agent, MCP, REST and CLI alike (SPEC §5). */
export interface ToolResult<T = unknown> {
  readonly state: "ok" | "no_data" | "error" | "needs_approval";
  readonly data?: T;
  /** What was searched, where and when: with `no_data` always, so that absence is not mistaken for health. */
  readonly searched?: string;
  /** What was cut, in words with counts; absent when nothing was. */
  readonly omitted?: string;
  /** Where a person sees the same. */
  readonly link?: string;
  readonly error?: ToolError;
  /** The id under which this very result is recorded. */
  readonly evidence: string;
}

export interface ToolError {
  readonly kind: ErrorKind;
  /** What failed and what to do. */
  readonly message: string;
  readonly retry_after_ms?: number;
}

/** The published JSON Schema of a tool's whole answer, around the schema of its data. */
export function envelopeSchema<S extends TSchema>(data: S) {
  return Type.Object({
    state: Type.Union([
      Type.Literal("ok"),
      Type.Literal("no_data"),
      Type.Literal("error"),
      Type.Literal("needs_approval"),
    ]),
    data: Type.Optional(data),
    searched: Type.Optional(Type.String()),
    omitted: Type.Optional(Type.String()),
    link: Type.Optional(Type.String()),
    error: Type.Optional(
      Type.Object({
        kind: Type.String(),
        message: Type.String(),
        retry_after_ms: Type.Optional(Type.Number()),
      }),
    ),
    evidence: Type.String(),
  });
}

export type Envelope<S extends TSchema> = Static<ReturnType<typeof envelopeSchema<S>>>;
