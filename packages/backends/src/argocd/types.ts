/** One sync of an Argo CD application, from its history. */
export interface ArgoCdSync {
  readonly id: number;
  readonly revision: string;
  /** When it was deployed, ISO 8601. */
  readonly deployedAt: string;
  readonly repoUrl: string | null;
  readonly path: string | null;
  readonly initiatedBy: string | null;
}

export interface ArgoCdApplication {
  readonly name: string;
  /** `Synced`, `OutOfSync`, `Unknown`. */
  readonly sync: string;
  /** `Healthy`, `Progressing`, `Degraded`, `Suspended`, `Missing`, `Unknown`. */
  readonly health: string;
  /** Newest first, at most 50. */
  readonly history: readonly ArgoCdSync[];
  /** The operation under way or last run: phase and message. */
  readonly operation: {
    readonly phase: string;
    readonly message: string | null;
    readonly startedAt: string | null;
  } | null;
}

/** Reads of Argo CD's API. */
export interface ArgoCdBackend {
  /** Null when there is no such application. */
  application(name: string, signal: AbortSignal): Promise<ArgoCdApplication | null>;
  link(name: string): string;
}
