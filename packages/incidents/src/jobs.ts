import type { Alert, SlackPlace } from "./types.ts";

/**
 * The job contract between the edge and the worker. The edge writes one of these into the inbox row, the
 * queue carries the row's id alone, the worker reads the row.
 */
export type JobKind = "sync-catalog" | "investigate" | "press-button" | "answer-question";

/** Payload of an `investigate` row. */
export type InvestigateRequest =
  | { readonly trigger: "alert"; readonly alert: Alert; readonly place: SlackPlace | null }
  | {
      readonly trigger: "question";
      /** Service name or resource id, the first word after `/diagnose`; null when only the question may name one. */
      readonly target: string | null;
      /** The rest of the words, or null. */
      readonly question: string | null;
      readonly askedBy: string | null;
      readonly place: SlackPlace | null;
      readonly askedAt: string;
    };

/** What the buttons under an answer ask for. */
export const buttonActions = ["helpful", "not_helpful", "show_evidence", "run_again"] as const;
export type ButtonAction = (typeof buttonActions)[number];

/** Payload of a `press-button` row. */
export interface ButtonRequest {
  readonly action: ButtonAction;
  readonly investigationId: string;
  /** Slack id of who pressed. */
  readonly user: string;
  readonly place: SlackPlace;
}

/** Payload of an `answer-question` row. */
export type QuestionRequest =
  /** Asked over REST or the command line: the turn is recorded by the edge, which follows it. */
  | { readonly via: "api"; readonly turnId: string }
  /** Asked in Slack: the worker finds the conversation of the thread. */
  | {
      readonly via: "slack";
      readonly question: string;
      /** Slack id of who asked. */
      readonly askedBy: string;
      readonly place: Required<SlackPlace>;
      /** Whether the bot was addressed by name; else it answers only in a thread where it has spoken. */
      readonly mentioned: boolean;
    };
