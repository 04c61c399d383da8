import type Anthropic from "@anthropic-ai/sdk";
import type { CallUsage } from "@oncall/incidents";

/**
 * What a run has finished, as it is recorded. A run's state is these steps folded in order (`apply` in run.ts):
 * live and after a crash by the same function.
 */
export type RunStep =
  | { readonly kind: "begun"; readonly blocks: readonly string[] }
  | {
      readonly kind: "model";
      readonly content: readonly Anthropic.ContentBlock[];
      readonly stopReason: Anthropic.StopReason | null;
      readonly usage: CallUsage;
      readonly costUsd: number | null;
    }
  | ({ readonly kind: "tool" } & AnsweredCall)
  /** A submission that was sent back; it and the calls beside it are answered with why. */
  | {
      readonly kind: "rejected";
      /** The submission's tool_use id. */
      readonly call: string;
      readonly because: "schema" | "objections";
      readonly why: string;
      /** The submission as code marked it, should nothing better follow; null when it did not fit. */
      readonly draft: unknown;
    }
  /** `conclude` ends exploring, `shorten` asks again for an answer that was cut. */
  | { readonly kind: "note"; readonly note: "conclude" | "shorten"; readonly text: string }
  /** Results of these calls are shown as a line that names their evidence from here on. */
  | { readonly kind: "compacted"; readonly calls: readonly string[] };

/** One tool call with its one answer. */
export interface AnsweredCall {
  /** The id of the tool_use block. */
  readonly call: string;
  readonly tool: string;
  readonly input: unknown;
  readonly state: "ok" | "no_data" | "error" | "needs_approval";
  /** The evidence it made or read; null when it made none. */
  readonly evidence: string | null;
  /** False when it was answered in words instead: as an error when it was refused, else because it repeats another. */
  readonly ran: boolean;
  /** What the model reads. */
  readonly content: string;
}

/** What happens, as it happens: for progress lines, streams and logs. */
export type Step = Happening & {
  /** The specialist whose step it is; absent for the lead's. */
  readonly by?: string;
};

type Happening =
  | { readonly kind: "resumed"; readonly steps: number }
  | {
      readonly kind: "model";
      readonly turn: number;
      readonly text: string;
      readonly calls: readonly string[];
    }
  | ({ readonly kind: "tool" } & Omit<AnsweredCall, "content">)
  | { readonly kind: "note"; readonly text: string }
  /** A piece of what the model says between its calls. */
  | { readonly kind: "thought"; readonly delta: string }
  /** A piece of the answer; `attempt` counts up when the one before was sent back and is void. */
  | { readonly kind: "text"; readonly delta: string; readonly attempt: number };
