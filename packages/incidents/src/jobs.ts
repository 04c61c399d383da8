import type { Alert, SlackPlace } from "./types.ts";

/**
 * The job contract between the edge and the worker. The edge writes one of these into the inbox row, the
 * queue carries the row's id alone, the worker reads the row.
 */
export type JobKind = "sync-catalog" | "investigate";

/** Payload of an `investigate` row. */
export type InvestigateRequest =
  | { readonly trigger: "alert"; readonly alert: Alert; readonly place: SlackPlace | null }
  | {
      readonly trigger: "question";
      /** Service name or resource id, the first word after `/diagnose`. */
      readonly target: string;
      /** The rest of the words, or null. */
      readonly question: string | null;
      readonly askedBy: string | null;
      readonly place: SlackPlace | null;
      readonly askedAt: string;
    };
