/** Milliseconds since the epoch and a value; latencies in seconds, sizes in bytes, as CloudWatch keeps them. */
export type Sample = readonly [at: number, value: number];

export interface DatabaseSeries {
  /** CloudWatch's name in `AWS/RDS`, such as `CPUUtilization`. */
  readonly metric: string;
  /** "" where the answer does not say. */
  readonly instance: string;
  /** Oldest first. */
  readonly samples: readonly Sample[];
}

/** What RDS reports about an instance (`describe-events`). */
export interface DatabaseEvent {
  readonly at: number;
  readonly message: string;
  readonly instance: string;
}

/** Something and the average number of active sessions it accounts for. */
export interface LoadShare {
  readonly name: string;
  readonly sessions: number;
}

export interface LoadedStatement extends LoadShare {
  readonly waits: readonly LoadShare[];
}

/** Performance Insights over one stretch of time; the largest first. */
export interface DatabaseLoad {
  readonly instance: string;
  readonly samples: readonly Sample[];
  readonly statements: readonly LoadedStatement[];
  readonly waits: readonly LoadShare[];
  readonly users: readonly LoadShare[];
}

/** What `describe-db-instances` tells. */
export interface DatabaseSize {
  readonly storageBytes: number | undefined;
  readonly replicaOf: string | undefined;
}

export interface DatabaseFacts {
  readonly series: readonly DatabaseSeries[];
  readonly events: readonly DatabaseEvent[];
  readonly loads: readonly DatabaseLoad[];
  readonly sizes: ReadonlyMap<string, DatabaseSize>;
}
