import type { SlackPlace } from "./types.ts";

/** Questions and answers that share a context: a REST session, a thread in Slack, a run of `oncall ask`. */
export interface Conversation {
  /** `ses_…` */
  readonly id: string;
  /** The service or resource id that was spoken of last: pronouns mean it. */
  readonly subject: string | null;
  readonly incidentId: string | null;
  /** The thread in Slack; null elsewhere. */
  readonly place: Required<SlackPlace> | null;
  readonly createdAt: string;
  /** ISO 8601; every question moves it. */
  readonly expiresAt: string;
}

export type TurnStatus = "queued" | "running" | "done" | "failed" | "cancelled";

/** One question with its answer. Its id is also the `run_id` of what the model was asked for it. */
export interface Turn {
  readonly id: string;
  readonly conversationId: string;
  readonly question: string;
  readonly askedBy: string | null;
  readonly status: TurnStatus;
  /** Null until it ended; of a cancelled or failed turn the sentence that says so. */
  readonly response: string | null;
  readonly metadata: TurnMetadata | null;
  readonly cancelRequested: boolean;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** What an answer took, in the words of the REST API (SPEC §10). */
export interface TurnMetadata {
  /** From the question to the answer, such as `14.2s`. */
  readonly query_time: string;
  /** Of every kind, over all model calls; 0 when no model was asked. */
  readonly tokens_used: number;
  /** US dollars; null when the price of the model is not known. */
  readonly cost_usd: number | null;
  /** By name, in the order of the first call, each once. */
  readonly tools_called: readonly string[];
  /** The model that answered; null when none was asked. */
  readonly model: string | null;
  /** How the question was taken. */
  readonly route: "lookup" | "diagnosis" | "question";
  /** Evidence ids that the response cites. */
  readonly evidence: readonly string[];
  /** The incident that the investigation belongs to, when there was one. */
  readonly incident: string | null;
}

/** What a turn's metadata is made of; the store adds the time. */
export type TurnFacts = Omit<TurnMetadata, "query_time">;

/** Something that happened on the way to an answer. */
export type TurnStep =
  | {
      readonly kind: "model";
      readonly turn: number;
      readonly text: string;
      readonly calls: readonly string[];
    }
  | {
      readonly kind: "tool";
      readonly tool: string;
      readonly input: unknown;
      readonly state: "ok" | "no_data" | "error" | "needs_approval";
      readonly evidence: string | null;
      /** Null when it was answered without asking a backend. */
      readonly ms: number | null;
    }
  | { readonly kind: "note"; readonly text: string };

/**
 * The `text` events of the highest attempt, joined, are the answer as it grew; earlier attempts are void. `end` says
 * that the turn's row holds the outcome.
 */
export type TurnEvent =
  | { readonly kind: "step"; readonly step: TurnStep }
  | { readonly kind: "text"; readonly delta: string; readonly attempt: number }
  | { readonly kind: "end" };

export interface NumberedEvent {
  /** Grows within a turn; not without gaps. */
  readonly seq: number;
  readonly event: TurnEvent;
}
