/** One metric, as an exporter names it. */
export interface Metric {
  readonly name: string;
  /** Labels that single out its series. */
  readonly where?: Readonly<Record<string, string>>;
  /** A counter is read as its growth per second. */
  readonly kind?: "gauge" | "counter";
  /** What one unit of it is in the signal's unit; 1 unless given. */
  readonly scale?: number;
}

export type Unit = "bytes" | "seconds" | "ratio" | "cores" | "count" | "per second";

/** From which value, or share of the limit, on a signal is a pressure. */
export interface Notable {
  readonly of: "limit" | "value";
  readonly warning: number;
  readonly critical: number;
  /** What it means, in words after the figures. */
  readonly means: string;
}

/** Something of a runtime worth watching. */
export interface Signal {
  readonly name: string;
  readonly unit: Unit;
  /** The same thing under the names of different exporters; the first one present counts. */
  readonly metrics: readonly Metric[];
  /** What it may grow to; the first one present counts. */
  readonly limits?: readonly Metric[];
  readonly notable?: Notable;
  /** Growth without a limit is a leak: named when it lasts. */
  readonly mayLeak?: boolean;
}

export interface Runtime {
  readonly name: string;
  /** As service.yaml names it; undefined for what every service has. */
  readonly language?: "java" | "go" | "node" | "python" | "dotnet";
  /** Whose labels tell whose series these are: the Prometheus job, or the pods. */
  readonly scope: "job" | "pods";
  readonly signals: readonly Signal[];
}
