import type { AwsEventData, LogPattern } from "./types.ts";

/** What an effect can move; the meaning of each is in `world/behaviour.ts` and `world/dependency-metrics.ts`. */
export const SIGNALS = [
  ...(["up", "requests_per_second", "error_ratio", "latency_seconds", "slow_ratio", "slow_seconds"] as const),
  ...(["memory_ratio", "heap_ratio", "gc_ratio", "threads", "loop_lag_seconds", "fd_ratio"] as const),
  ...(["cpu_cores", "throttled_ratio", "disk_ratio", "clock_skew_seconds"] as const),
  ...(["pool_max", "pool_active", "pool_pending"] as const),
  ...(["connections", "max_connections", "locks", "deadlocks", "slow_query_seconds"] as const),
  ...([
    "clients",
    "hit_ratio",
    "memory_bytes_ratio",
    "evictions",
    "lag",
    "consumers",
    "unassigned_shards",
  ] as const),
] as const;
export type Signal = (typeof SIGNALS)[number];

export const SHAPES = ["step", "ramp", "saturate", "leak", "noise", "wave"] as const;

export interface Effect {
  readonly on: string;
  readonly signal: Signal;
  /**
   * `step`, `ramp`, `saturate` and `leak` (a sawtooth) move the signal to `value`; `noise` shakes it by that share of
   * itself, `wave` swings it by that share with a period of `over` minutes.
   */
  readonly shape: (typeof SHAPES)[number];
  /** Minutes after the onset (negative: before). */
  readonly from: number;
  readonly until?: number;
  /** Minutes that a ramp, saturation or leak takes; the period of a wave. */
  readonly over?: number;
  readonly value: number;
  /** Only the pods of the newest release. */
  readonly pods?: "new";
}

export interface Rollout {
  /** Minutes after its commit. */
  readonly after: number;
  /** Seconds between one pod's creation and the next one's, at least `ready_seconds`. */
  readonly ready_seconds: number;
  /** Readiness probes that fail while a pod starts. */
  readonly probe_failures: number;
  /** How long a pod must have been ready before the next one is replaced. */
  readonly pause_seconds?: number;
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
  /** How often it happens; without end when left out. */
  readonly times?: number;
  /** How many of the pods; all when left out. */
  readonly pods?: number;
  /** The kubelet kills the container because this liveness probe fails: what it says. */
  readonly liveness?: string;
  /** What the container left in its termination message. */
  readonly message?: string;
}

export const POD_STATES = [
  ...([
    "ImagePullBackOff",
    "CreateContainerConfigError",
    "Pending",
    "NotReady",
    "Evicted",
    "NotCreated",
  ] as const),
] as const;

/** Pods that are not what they should be. */
export interface PodState {
  readonly service: string;
  readonly state: (typeof POD_STATES)[number];
  /** Those of the newest release (whose rollout then halts), those that `scales` adds, or so many of the present ones. */
  readonly pods: "new" | "added" | number;
  /** Minutes after the onset, for present pods; the others are so from their creation. */
  readonly from?: number;
  readonly until?: number;
  /** In the words of the scheduler, the kubelet or the controller; `${pod}` is the pod's name. */
  readonly message: string;
}

/** The autoscaler (or a person) changes the number of replicas; who it was is told by `events` and `changes`. */
export interface Scale {
  readonly service: string;
  readonly at: number;
  readonly to: number;
  readonly ready_seconds: number;
}

export interface NodeState {
  readonly cluster: string;
  /** Which of the cluster's nodes, from 0. */
  readonly node: number;
  readonly condition: "MemoryPressure" | "DiskPressure" | "PIDPressure" | "NotReady";
  readonly from: number;
  readonly until?: number;
  readonly message: string;
}

/** Kinds of objects that a scenario may make or change. */
export const OBJECT_KINDS = [
  ...(["Certificate", "CronJob", "Deployment", "Ingress", "Job", "NetworkPolicy"] as const),
  ...(["PersistentVolumeClaim", "PodDisruptionBudget", "ResourceQuota", "Secret", "Service"] as const),
] as const;

/** An object of the cluster that the scenario makes, or whose fields it changes where there is one of that name. */
export interface ScenarioObject {
  /** In whose namespace. */
  readonly service: string;
  readonly kind: (typeof OBJECT_KINDS)[number];
  readonly name: string;
  /** Minutes after the onset; always when left out. */
  readonly from?: number;
  readonly until?: number;
  /** `metadata`, `spec`, `status`; times as `${onset:2}`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An event of the cluster about a service's objects that nothing else in the scenario gives rise to. */
export interface ScenarioEvent {
  readonly service: string;
  readonly kind: "Pod" | "ReplicaSet" | "Deployment" | "HorizontalPodAutoscaler" | "PersistentVolumeClaim";
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly from: number;
  readonly until?: number;
  /** Minutes between repeats; once when left out. */
  readonly every?: number;
}

/** One alert of Acme's Alertmanager, by its rule. */
export interface AlertData {
  readonly rule: string;
  readonly on: string;
  /** Minutes after the onset when it began to fire. */
  readonly after: number;
  /** And when it was resolved. */
  readonly resolved?: number;
  readonly value?: number | string;
  /** Where it is posted; the team's channel when left out. */
  readonly channel?: string;
}

export interface ScenarioLog extends LogPattern {
  readonly service: string;
  readonly from: number;
  readonly until?: number;
  /** Only from the pods of the newest release. */
  readonly pods?: "new";
}

export interface SlackAlert {
  readonly channel: string;
  readonly username: string;
  readonly text: string;
  readonly attachments: readonly Readonly<Record<string, unknown>>[];
}

/** A cause: a node of the graph, the code that says it best, and others that are no less right. */
export interface Root {
  readonly service: string;
  readonly code: string;
  readonly or?: readonly string[];
}

export interface Truth {
  /** The first root's service; null in a healthy world. */
  readonly service: string | null;
  readonly code: string | null;
  /** Every cause; empty in a healthy world. Two when both broke independently. */
  readonly roots: readonly Root[];
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
  readonly pod_states: readonly PodState[];
  readonly scales: readonly Scale[];
  readonly nodes: readonly NodeState[];
  readonly events: readonly ScenarioEvent[];
  readonly objects: readonly ScenarioObject[];
  readonly logs: readonly ScenarioLog[];
  readonly aws_events: readonly AwsEventData[];
  readonly resources: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly status_pages: Readonly<
    Record<string, { readonly indicator: string; readonly description: string }>
  >;
  /** What Alertmanager fires, in order; the first one starts the story. */
  readonly alerts: readonly AlertData[];
  /** The message in Slack when it is not Alertmanager's own rendering of the first of `alerts`. */
  readonly alert?: SlackAlert;
  readonly truth: Truth;
}
