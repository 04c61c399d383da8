import type Anthropic from "@anthropic-ai/sdk";
import type { Diagnosis, EvidenceStore, ModelUsage } from "@oncall/incidents";
import type { Registry } from "@oncall/tools";
import type { ModelClient } from "./model.ts";
import { type Case, firstMessage } from "./prompt.ts";
import type { ToolStep } from "./toolbox.ts";
import { startTranscript, type Transcript } from "./transcript.ts";

/** The share of the wall time that is kept for concluding. */
const CONCLUDING_SHARE = 0.25;

export interface DiagnoseLimits {
  /** Model calls before it is asked to conclude. Default 12. */
  readonly maxTurns: number;
  /** From first call to last, milliseconds; the last quarter is for concluding. Default 180,000. */
  readonly wallMs: number;
  /** Tokens of one answer. Default 8,000. */
  readonly maxOutputTokens: number;
  /** Tokens sent over all calls, cached ones included, before it is asked to conclude. Default 300,000. */
  readonly maxInputTokensTotal: number;
}

export const defaultLimits: DiagnoseLimits = {
  maxTurns: 12,
  wallMs: 180_000,
  maxOutputTokens: 8_000,
  maxInputTokensTotal: 300_000,
};

/** What happened, as it happens: for progress lines and logs. */
export type Step =
  | {
      readonly kind: "model";
      readonly turn: number;
      readonly text: string;
      readonly calls: readonly string[];
    }
  | ({ readonly kind: "tool" } & Omit<ToolStep, "result">)
  | { readonly kind: "note"; readonly text: string };

export interface DiagnoseDeps {
  /** Made by createModel. */
  readonly client: ModelClient;
  readonly registry: Registry;
  readonly evidence: EvidenceStore;
  readonly investigationId: string;
  /** The domain's time, told to the model. */
  readonly now: Date;
  /** Monotonic milliseconds from any beginning. */
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
  readonly logger: { warn(facts: object, message: string): void };
  readonly limits?: Partial<DiagnoseLimits>;
  /** Must not throw. */
  readonly onStep?: (step: Step) => void;
}

/** A diagnosis before code adds what only it knows. */
export type Answer = Omit<Diagnosis, "model" | "usage" | "tookMs">;

/** One diagnosis under way. */
export interface Run {
  readonly deps: DiagnoseDeps;
  readonly limits: DiagnoseLimits;
  readonly onset: Date | undefined;
  readonly startedMs: number;
  readonly transcript: Transcript;
  readonly usage: { -readonly [K in keyof ModelUsage]: ModelUsage[K] };
  /** Tokens that the last call sent: what the next will send at least. */
  lastInputTokens: number;
  /** Why no more tools run and only a submission is taken; null while it may explore. */
  concluding: string | null;
  /** Whether the endpoint takes a tool_choice that names the tool; found out when it is first used. */
  mayForce: boolean;
  invalid: number;
  cutShort: boolean;
  citationsReturned: boolean;
  /** The last valid submission; better than nothing when what follows fails. */
  draft: Answer | null;
}

/** The first message is built from what is recorded by now. */
export async function begin(subject: Case, deps: DiagnoseDeps): Promise<Run> {
  const { onset } = subject.firstLook;
  const index = await deps.evidence.list(deps.investigationId);
  return {
    deps,
    limits: { ...defaultLimits, ...deps.limits },
    onset: onset === null ? undefined : new Date(onset),
    startedMs: deps.elapsed(),
    transcript: startTranscript(firstMessage(subject, index, deps.now)),
    usage: { calls: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    lastInputTokens: 0,
    concluding: null,
    mayForce: true,
    invalid: 0,
    cutShort: false,
    citationsReturned: false,
    draft: null,
  };
}

/** The limit that has been reached, in words; null while there is room. */
export function limitReached(run: Run): string | null {
  const { maxTurns, maxInputTokensTotal } = run.limits;
  if (run.usage.calls >= maxTurns) return `all ${maxTurns} turns are used`;
  if (inputTokens(run.usage) + run.lastInputTokens > maxInputTokensTotal)
    return "the token budget is nearly used";
  return timeLeftMs(run) <= 0 ? "the time is up" : null;
}

/** While exploring a part of the wall time is out of reach. */
export function timeLeftMs(run: Run): number {
  const share = run.concluding === null ? 1 - CONCLUDING_SHARE : 1;
  return run.limits.wallMs * share - tookMs(run);
}

export function tookMs(run: Run): number {
  return Math.round(run.deps.elapsed() - run.startedMs);
}

export function count(run: Run, usage: Anthropic.Usage): void {
  const before = inputTokens(run.usage);
  run.usage.calls += 1;
  run.usage.inputTokens += usage.input_tokens;
  run.usage.outputTokens += usage.output_tokens;
  run.usage.cacheReadTokens += usage.cache_read_input_tokens ?? 0;
  run.usage.cacheWriteTokens += usage.cache_creation_input_tokens ?? 0;
  run.lastInputTokens = inputTokens(run.usage) - before;
}

export function inputTokens(usage: ModelUsage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
