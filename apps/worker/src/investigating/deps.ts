import type { AgentDeps, ModelClient, Step } from "@oncall/agent";
import type { SlackBackend } from "@oncall/backends";
import type { Catalog } from "@oncall/catalog";
import type { Clock } from "@oncall/core";
import type {
  EvidenceStore,
  IncidentStore,
  InvestigateRequest,
  Investigation,
  PostStore,
} from "@oncall/incidents";
import type { Logger } from "@oncall/platform";
import type { Registry } from "@oncall/tools";
import type { ModelWatch } from "../model-watch.ts";

export interface InvestigateDeps {
  readonly catalog: Catalog;
  readonly incidents: IncidentStore;
  readonly evidence: EvidenceStore;
  readonly posts: PostStore;
  readonly registry: Registry;
  /** Absent when Slack is not configured: then nothing is posted and the result stands in the database. */
  readonly slack: SlackBackend | undefined;
  /** Absent when no API key is configured: then the first look says so and stands alone. */
  readonly model: ModelClient | undefined;
  /** Says when the model stops working, and when it works again. */
  readonly modelWatch: Pick<ModelWatch, "tell"> | undefined;
  /** Its stores, prices and bounds. */
  readonly agent: Pick<
    AgentDeps,
    "steps" | "ledger" | "effort" | "prices" | "budgets" | "limits" | "specialists"
  >;
  readonly firstLookBudgetMs: number;
  /** How often the line that shows the agent's progress may change, in milliseconds; 0: there is none. */
  readonly progressIntervalMs: number;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each step of the model's as it happens; must not throw. */
  readonly onStep?: (step: Step) => void;
}

/** One run of the job; every step that is finished is stored, so a run after a crash goes on where the last one ended. */
export interface InvestigateRun {
  readonly inboxId: string;
  readonly request: InvestigateRequest;
  readonly signal: AbortSignal;
}

/** An investigation whose first look is there. */
export type LookedAt = Investigation & { readonly firstLook: NonNullable<Investigation["firstLook"]> };
