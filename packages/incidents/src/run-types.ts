import type { ModelUsage } from "./types.ts";

/** One run of an agent, and what it is about: its model calls are added up under each of these. */
export interface RunSubject {
  readonly id: string;
  /** Null for a turn of a conversation that is about no incident. */
  readonly investigationId: string | null;
  readonly service: string | null;
  readonly team: string | null;
}

/** Tokens of one model call by how they are billed. */
export type CallUsage = Omit<ModelUsage, "calls">;

/** One row of the ledger. */
export interface ModelCall {
  readonly run: RunSubject;
  /** Who called: `lead`, `small`, or a specialist's name. */
  readonly role: string;
  readonly model: string;
  readonly usage: CallUsage;
  /** Null when no price is known for the model. */
  readonly costUsd: number | null;
  readonly tookMs: number;
  /** `ok`, or the kind of the error it ended with. */
  readonly outcome: string;
}

/** Model calls added up. */
export interface Spending {
  readonly usage: ModelUsage;
  /** Of the calls whose model has a price; null when none has. */
  readonly costUsd: number | null;
  readonly unpricedCalls: number;
}

/** US dollars spent: in this investigation, and today by its service, its team and everybody. */
export interface Spent {
  readonly investigation: number;
  readonly service: number;
  readonly team: number;
  readonly day: number;
}

/** What model calls used and cost (SPEC §7). */
export interface Ledger {
  record(call: ModelCall): Promise<void>;
  spent(run: RunSubject): Promise<Spent>;
  ofInvestigation(investigationId: string): Promise<Spending>;
  /** Of runs and of investigations with these ids; `model` made the first of the calls, null when there is none. */
  ofRuns(ids: readonly string[]): Promise<Spending & { readonly model: string | null }>;
  /** The last `days` UTC days, newest first, a row per day, service and team; at most 1,000 rows. */
  byDay(query: { readonly days: number; readonly service?: string; readonly team?: string }): Promise<
    readonly (Spending & {
      readonly day: string;
      readonly service: string | null;
      readonly team: string | null;
    })[]
  >;
}

/** A finished step of an agent's run. What `body` holds is the agent's business; it comes back with the same bytes. */
export interface StoredStep {
  readonly seq: number;
  readonly kind: string;
  readonly body: unknown;
  /** Milliseconds that the run had worked by then, over all processes that carried it on. */
  readonly elapsedMs: number;
}

export interface StepStore {
  /** In the order of their numbers; of an unknown run none. */
  list(runId: string): Promise<readonly StoredStep[]>;
  /** Throws `conflict` when another process has recorded a step of that number. */
  record(runId: string, step: StoredStep, call?: ModelCall): Promise<void>;
}
