import type { FindingCode, TimeWindow } from "@oncall/core";

export type Severity = "critical" | "warning" | "info";

/** One message from the outside that something is wrong, understood. */
export interface Alert {
  /** Alert name, such as `HighErrorRate`; the message's title where no name is given. */
  readonly name: string;
  readonly status: "firing" | "resolved";
  readonly severity: Severity;
  /** Who sent it: `alertmanager`, `grafana`, `datadog`, `person`, … */
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Label values whose names the message does not give (Alertmanager's default title). */
  readonly values: readonly string[];
  /** All the words of the message, for resource ids and names. */
  readonly text: string;
  /** When the sender says it began, ISO 8601. */
  readonly startedAt?: string;
  /** When the message arrived, ISO 8601. */
  readonly receivedAt: string;
  readonly links: readonly string[];
}

/** A place in Slack: where the alert stands or the question was asked. */
export interface SlackPlace {
  readonly channel: string;
  /** The message in whose thread to answer; absent when the answer is a message of its own. */
  readonly threadTs?: string;
}

export type IncidentStatus = "open" | "resolved";

export interface Incident {
  readonly id: string;
  readonly fingerprint: string;
  readonly title: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  /** The service that it was resolved to; null while unknown. */
  readonly service: string | null;
  readonly place: SlackPlace | null;
  readonly startedAt: string;
  readonly createdAt: string;
  readonly resolvedAt: string | null;
}

/** One run over an alert or a question. */
export interface Investigation {
  readonly id: string;
  readonly incidentId: string;
  /** The inbox row that asked for it; one investigation a row, however often its job runs. */
  readonly inboxId: string;
  readonly kind: "alert" | "question";
  readonly question: string | null;
  readonly status: "running" | "done" | "failed";
  /** As it was posted. */
  readonly firstLook: FirstLook | null;
  /** What came too late for it; null when nothing did that matters. */
  readonly appended: Appended | null;
  /** Answers that missed the first look's budget are still to come, or to be asked for again after a crash. */
  readonly awaitsLate: boolean;
  readonly diagnosis: Diagnosis | null;
  /** Why there is no diagnosis, in words; null while one is expected or there. */
  readonly diagnosisSkipped: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** Something an analyzer concluded from evidence (SPEC §2). */
export interface Finding {
  readonly code: FindingCode;
  /** A node of the dependency graph: a service or one of its dependencies. */
  readonly subject: string;
  readonly severity: Severity;
  /** 0..1: how sure the analyzer is that this is so (not that it is the cause). */
  readonly confidence: number;
  /** When it began, ISO 8601; null when evidence does not say. */
  readonly since: string | null;
  /** One sentence with numbers and times. */
  readonly summary: string;
  /** Evidence ids, at least one. */
  readonly evidence: readonly string[];
  /** Facts that rank and compose read; small and flat. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

export interface Cause {
  readonly service: string;
  readonly code: FindingCode;
  /** 0..1 that this is the root cause. */
  readonly confidence: number;
  readonly summary: string;
  readonly since: string | null;
  readonly evidence: readonly string[];
  /** Why it stands where it stands, in words. */
  readonly why: readonly string[];
  /** The change that is suspected, when one is. */
  readonly change?: SuspectChange;
}

export interface SuspectChange {
  readonly service: string;
  readonly at: string;
  readonly summary: string;
  readonly commit?: string;
  readonly author?: string;
  readonly link?: string;
  readonly evidence: string;
}

/** What the first look concluded; everything that is said of it in Slack stands here (SPEC §6.5). */
export interface FirstLook {
  readonly service: string | null;
  /** Why the alert was taken to be about this service; what was tried when there is none. */
  readonly resolution: string;
  /** Other services that the alert may be about, with the reason in words; the nearest names when none was found. */
  readonly candidates: readonly { readonly service: string; readonly why: string }[];
  readonly window: TimeWindow;
  /** When it began as far as the evidence tells, ISO 8601. */
  readonly onset: string | null;
  readonly verdict: "cause_found" | "symptoms_only" | "nothing_wrong" | "unknown_service";
  /** One sentence: the answer. */
  readonly headline: string;
  readonly causes: readonly Cause[];
  readonly symptoms: readonly Finding[];
  readonly healthy: readonly { readonly what: string; readonly evidence: string }[];
  readonly unchecked: readonly { readonly what: string; readonly why: string }[];
  readonly owner: {
    readonly team: string;
    readonly slackChannel: string;
    readonly pagerAlias: string;
  } | null;
  readonly blastRadius: readonly string[];
  readonly nextSteps: readonly string[];
  /** The resource the alert or question named, as its owner reports it. */
  readonly resource: {
    readonly id: string;
    readonly status: string | null;
    readonly error: string | null;
    readonly evidence: string;
  } | null;
  /** How often the same alert came before, and what it was then; absent when it did not. */
  readonly recurrence?: { readonly summary: string; readonly evidence: string };
  readonly tookMs: number;
}

/** What answers that came after a first look's budget made of it. */
export interface Appended {
  /** What is new, a sentence each. */
  readonly changes: readonly string[];
  /** The first look with them. */
  readonly look: FirstLook;
}

/** A claim's support: the value found at a JSON pointer of a recorded result (SPEC §7). */
export interface Citation {
  readonly evidence: string;
  readonly pointer: string;
  readonly value: string | number | boolean | null;
  /** Set by code after resolving the pointer in the recorded result; never by the model. */
  readonly verified: boolean;
}

export interface RootCause {
  readonly service: string;
  readonly code: string;
  readonly confidence: number;
  readonly statement: string;
  readonly citations: readonly Citation[];
}

export interface Diagnosis {
  readonly headline: string;
  readonly root_causes: readonly RootCause[];
  /** The change that is held to have done it; null when none is. */
  readonly suspect_change: {
    readonly service: string;
    readonly at: string;
    readonly summary: string;
    readonly citations: readonly Citation[];
  } | null;
  readonly first_look: { readonly agrees: boolean; readonly why: string };
  readonly impact: string;
  /** Services that are affected, or will be. */
  readonly blast_radius: readonly string[];
  readonly ruled_out: readonly { readonly statement: string; readonly citations: readonly Citation[] }[];
  readonly actions: readonly { readonly title: string; readonly command?: string; readonly why: string }[];
  readonly watch: readonly string[];
  readonly open_questions: readonly string[];
  readonly model: string;
  readonly usage: ModelUsage;
  /** US dollars; null when the model has no price. */
  readonly costUsd: number | null;
  readonly tookMs: number;
}

export interface ModelUsage {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}
