/** What Acme is when nothing is wrong: read once from `acme/`. Times are minutes or days before the start. */
export interface Company {
  readonly organisation: string;
  readonly cluster: string;
  readonly kubernetes_version: string;
  readonly nodes: readonly string[];
  readonly people: readonly Person[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly dependencies: readonly Dependency[];
  readonly status_pages: Readonly<Record<string, { readonly name: string; readonly url: string }>>;
  readonly aws_events: readonly AwsEventData[];
}

export interface Person {
  readonly login: string;
  readonly name: string;
  readonly slack: string;
}

export type Dependency =
  | {
      readonly name: string;
      readonly kind: "postgres";
      readonly instance: string;
      readonly max_connections: number;
      readonly connections: number;
    }
  | { readonly name: string; readonly kind: "redis"; readonly instance: string; readonly clients: number }
  | {
      readonly name: string;
      readonly kind: "kafka";
      readonly instance: string;
      readonly consumer: string;
      readonly lag: number;
    };

/** Times are minutes after the onset (`started`, `ended`) or before the sandbox's start (`…_ago_minutes`). */
export interface AwsEventData {
  readonly service: string;
  readonly code: string;
  readonly category: "issue" | "accountNotification" | "scheduledChange" | "investigation";
  readonly region: string;
  readonly started?: number;
  readonly ended?: number;
  readonly started_ago_minutes?: number;
  readonly ended_ago_minutes?: number;
  readonly description: string;
  readonly entities?: readonly string[];
}

export interface LogPattern {
  readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";
  readonly logger: string;
  readonly per_minute: number;
  readonly message: string;
  readonly stack_trace?: string;
}

/** How a service behaves: the part of it that its own `service.yaml` does not say. */
export interface Workload {
  readonly traffic: {
    readonly requests_per_second: number;
    readonly error_ratio: number;
    readonly latency_seconds: number;
  };
  readonly routes: readonly { readonly method: string; readonly route: string; readonly weight: number }[];
  /** Working set of a pod, as a share of its memory limit. */
  readonly memory_ratio: number;
  readonly cpu_cores: number;
  readonly pool?: { readonly name: string; readonly max: number; readonly active: number };
  readonly logs: readonly LogPattern[];
  readonly resources?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly history: readonly {
    readonly days_ago: number;
    readonly author: string;
    readonly message: string;
    readonly set: Readonly<Record<string, string>>;
    readonly deployed: boolean;
  }[];
}

/** A service: its repository's files as first committed, and its behaviour. */
export interface ServiceData {
  readonly name: string;
  readonly repository: string;
  readonly language: string;
  readonly namespace: string;
  /** `prod-order-` of `prod-order-*`. */
  readonly indexPrefix: string;
  readonly files: Readonly<Record<string, string>>;
  readonly workload: Workload;
}

export interface AcmeData {
  readonly company: Company;
  readonly services: readonly ServiceData[];
}

/** What an effect can move; the meaning of each is in `world/service-metrics.ts` and `world/dependency-metrics.ts`. */
export type Signal =
  | "up"
  | "requests_per_second"
  | "error_ratio"
  | "latency_seconds"
  | "slow_ratio"
  | "slow_seconds"
  | "memory_ratio"
  | "heap_ratio"
  | "cpu_cores"
  | "pool_max"
  | "pool_active"
  | "pool_pending"
  | "connections"
  | "max_connections"
  | "clients"
  | "lag";

export interface Effect {
  readonly on: string;
  readonly signal: Signal;
  readonly shape: "step" | "ramp" | "saturate" | "leak";
  /** Minutes after the onset (negative: before). */
  readonly from: number;
  readonly until?: number;
  /** Minutes that a ramp, saturation or leak takes. */
  readonly over?: number;
  readonly value: number;
}

export interface Rollout {
  /** Minutes after its commit. */
  readonly after: number;
  /** Seconds between one pod's creation and the next one's, at least `ready_seconds`. */
  readonly ready_seconds: number;
  /** Readiness probes that fail while a pod starts. */
  readonly probe_failures: number;
}

export interface Change {
  readonly repository: string;
  readonly author: string;
  /** Minutes after the onset. */
  readonly at: number;
  readonly message: string;
  readonly edits: readonly {
    readonly path: string;
    readonly find?: string;
    readonly replace?: string;
    readonly content?: string;
  }[];
  readonly rollout?: Rollout;
}

export interface Crash {
  readonly service: string;
  readonly reason: "OOMKilled" | "Error";
  readonly exit_code: number;
  /** Minutes after the onset of the first crash; each pod follows `stagger` minutes after the one before. */
  readonly first: number;
  readonly every: number;
  readonly stagger: number;
  /** How long the kubelet backs off before the container starts again. */
  readonly down_seconds: number;
  /** Minutes after the onset since when memory grows towards the first kill. */
  readonly grows_from?: number;
}

export interface ScenarioLog extends LogPattern {
  readonly service: string;
  readonly from: number;
  readonly until?: number;
}

export interface SlackAlert {
  readonly channel: string;
  readonly username: string;
  readonly text: string;
  readonly attachments: readonly Readonly<Record<string, unknown>>[];
}

export interface Truth {
  /** A node of the graph; null in a healthy world. */
  readonly service: string | null;
  readonly code: string | null;
  readonly must_mention: readonly string[];
  readonly must_not_claim: readonly string[];
  readonly severity: "critical" | "warning" | "info";
  readonly healthy: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly onset_minutes_ago: number;
  readonly effects: readonly Effect[];
  readonly changes: readonly Change[];
  readonly crashes: readonly Crash[];
  readonly logs: readonly ScenarioLog[];
  readonly aws_events: readonly AwsEventData[];
  readonly resources: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly status_pages: Readonly<
    Record<string, { readonly indicator: string; readonly description: string }>
  >;
  readonly alert: SlackAlert;
  readonly truth: Truth;
}
