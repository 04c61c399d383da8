/** An alert as Alertmanager holds it now. */
export interface ActiveAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly state: "active" | "suppressed" | "unprocessed";
  readonly silencedBy: readonly string[];
  readonly generatorUrl: string | null;
}

/** Reads of Alertmanager's v2 API. */
export interface AlertmanagerBackend {
  /** Alerts whose labels all match exactly, at most 1,000. */
  alerts(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<readonly ActiveAlert[]>;
}
