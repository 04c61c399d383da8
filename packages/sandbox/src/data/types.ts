/** What Acme is when nothing is wrong: read once from `acme/`. Times are minutes or days before the start. */
export interface Company {
  readonly organisation: string;
  readonly kubernetes_version: string;
  /** The first is where a client without a choice ends up. */
  readonly clusters: readonly ClusterData[];
  readonly people: readonly Person[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly dependencies: readonly Dependency[];
  readonly status_pages: Readonly<Record<string, { readonly name: string; readonly url: string }>>;
  readonly aws_events: readonly AwsEventData[];
}

export interface ClusterData {
  readonly name: string;
  readonly region: string;
  readonly nodes: number;
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
    }
  | {
      readonly name: string;
      readonly kind: "rabbitmq";
      readonly instance: string;
      readonly consumers: number;
      readonly ready: number;
    }
  | {
      readonly name: string;
      readonly kind: "elasticsearch";
      readonly instance: string;
      readonly nodes: number;
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
  readonly hpa?: { readonly min: number; readonly max: number; readonly cpu_percent: number };
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
  readonly cluster: string;
  readonly namespace: string;
  /** Names of its dependencies, as declared. */
  readonly dependencies: readonly string[];
  /** `prod-order-` of `prod-order-*`. */
  readonly indexPrefix: string;
  readonly files: Readonly<Record<string, string>>;
  readonly workload: Workload;
}

/** A rule of Acme's Alertmanager; texts hold `${service}`, `${namespace}`, `${cluster}`, `${pod}` and `${value}`. */
export interface AlertRule {
  /** PromQL, as Prometheus shows it. */
  readonly expr: string;
  /** How long it must hold before it fires, such as `5m`. */
  readonly for: string;
  readonly severity: "critical" | "warning" | "info";
  /** Labels besides alertname and severity, in the order in which Slack shows them. */
  readonly labels: readonly string[];
  readonly reason?: string;
  readonly summary: string;
  readonly description: string;
}

export interface AcmeData {
  readonly company: Company;
  readonly alertRules: Readonly<Record<string, AlertRule>>;
  readonly services: readonly ServiceData[];
}
