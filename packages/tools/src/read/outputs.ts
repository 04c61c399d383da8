import type { FindingCode } from "@oncall/core";
import { type Static, Type } from "typebox";

/**
 * What the tools answer: the contract between the tools, the first look's analyzers, the agent and every
 * other reader. Times are ISO 8601 in UTC, ratios 0..1, durations in seconds unless the name says otherwise.
 */
const Time = Type.String({ description: "ISO 8601, UTC" });
const NullableTime = Type.Union([Time, Type.Null()]);
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);
const NullableString = Type.Union([Type.String(), Type.Null()]);
export const Window = Type.Object({ from: Time, to: Time });

export const DependencyType = Type.Union(
  (["internal", "database", "cache", "queue", "external", "aws"] as const).map((type) => Type.Literal(type)),
);

export const ServiceCatalogEntry = Type.Object({
  name: Type.String(),
  team: Type.String(),
  description: NullableString,
  language: NullableString,
  slack_channel: Type.String(),
  pager_alias: Type.String(),
  repository: Type.String(),
  path: Type.String(),
  dependencies: Type.Array(
    Type.Object({ name: Type.String(), type: Type.String(), critical: Type.Boolean() }),
  ),
  resources: Type.Array(Type.Object({ pattern: Type.String(), type: Type.String() })),
  observability: Type.Object({
    grafana_uid: NullableString,
    opensearch_index: NullableString,
    prometheus_job: NullableString,
  }),
  kubernetes: Type.Union([
    Type.Object({ cluster: Type.String(), namespace: Type.String(), workload: Type.String() }),
    Type.Null(),
  ]),
  runbooks: Type.Array(Type.String()),
});
export type ServiceCatalogEntry = Static<typeof ServiceCatalogEntry>;

export const ServiceList = Type.Object({
  services: Type.Array(
    Type.Object({ name: Type.String(), team: Type.String(), description: NullableString }),
  ),
  total: Type.Integer(),
  next_cursor: NullableString,
});
export type ServiceList = Static<typeof ServiceList>;

export const Dependencies = Type.Object({
  service: Type.String(),
  dependencies: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      critical: Type.Boolean(),
      depth: Type.Integer(),
      via: Type.String(),
      in_catalog: Type.Boolean(),
    }),
  ),
  cycles: Type.Array(Type.Array(Type.String())),
});
export type Dependencies = Static<typeof Dependencies>;

export const Dependents = Type.Object({
  service: Type.String(),
  dependents: Type.Array(
    Type.Object({
      name: Type.String(),
      team: Type.String(),
      depth: Type.Integer(),
      critical: Type.Boolean(),
      path: Type.Array(Type.String()),
    }),
  ),
  /** Of which the nearest hundred are listed. */
  total: Type.Integer(),
});
export type Dependents = Static<typeof Dependents>;

export const AlertHistory = Type.Object({
  service: Type.String(),
  window: Window,
  /** Of the service or of the same alert. */
  total: Type.Integer(),
  /** The same alert first, then the newest. */
  incidents: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      same_alert: Type.Boolean(),
      severity: Type.String(),
      started_at: Type.String(),
      resolved_at: NullableString,
      cause: Type.Union([
        Type.Object({ service: Type.String(), code: Type.String(), summary: Type.String() }),
        Type.Null(),
      ]),
    }),
  ),
});
export type AlertHistory = Static<typeof AlertHistory>;

export const EscalationPath = Type.Object({
  service: Type.String(),
  team: Type.String(),
  slack_channel: Type.String(),
  pager_alias: Type.String(),
  on_call: NullableString,
  on_call_note: Type.String(),
});
export type EscalationPath = Static<typeof EscalationPath>;

export const ResourceOwnerResult = Type.Object({
  id: Type.String(),
  service: Type.String(),
  team: Type.String(),
  type: Type.String(),
  pattern: Type.String(),
  description: NullableString,
  has_live_status: Type.Boolean(),
  why: Type.String(),
  also_matching: Type.Array(Type.Object({ service: Type.String(), pattern: Type.String() })),
});
export type ResourceOwnerResult = Static<typeof ResourceOwnerResult>;

export const ResourceStatus = Type.Object({
  id: Type.String(),
  service: Type.String(),
  team: Type.String(),
  type: Type.String(),
  http_status: Type.Integer(),
  found: Type.Boolean(),
  status: NullableString,
  error: NullableString,
  namespace: NullableString,
  cluster: NullableString,
  /** The owner's answer as it came, redacted; cut with a note when over 8 KiB. */
  body: Type.Unknown(),
});
export type ResourceStatus = Static<typeof ResourceStatus>;

const NowBefore = Type.Object({ now: NullableNumber, before: NullableNumber });
export const ServiceHealth = Type.Object({
  service: Type.String(),
  verdict: Type.Union([Type.Literal("healthy"), Type.Literal("degraded"), Type.Literal("no_traffic")]),
  /** What makes it degraded, in words with numbers. */
  reasons: Type.Array(Type.String()),
  /** `now` is after the onset (or the last 10 minutes), `before` a quiet stretch before it. */
  window: Window,
  baseline: Window,
  error_ratio: NowBefore,
  requests_per_second: NowBefore,
  latency_seconds: Type.Object({ p50: NowBefore, p95: NowBefore, p99: NowBefore }),
  availability: NowBefore,
  /** Where quantiles are not measured, only sums; null where they are. */
  mean_latency_seconds: Type.Optional(NowBefore),
  /** When each signal left its own history; null when it did not. */
  changed_at: Type.Object({ error_ratio: NullableTime, latency: NullableTime, traffic: NullableTime }),
  /** Whole hours to compare with; null where there is no data, or no hour was quiet. */
  comparisons: Type.Optional(
    Type.Array(
      Type.Object({
        label: Type.Union([
          Type.Literal("a day before"),
          Type.Literal("a week before"),
          Type.Literal("last quiet hour"),
        ]),
        window: Window,
        error_ratio: NullableNumber,
        requests_per_second: NullableNumber,
        p99_seconds: NullableNumber,
      }),
    ),
  ),
  metric: Type.String({ description: "The request metric that was found" }),
});
export type ServiceHealth = Static<typeof ServiceHealth>;

export const Change = Type.Object({
  /** Dotted path or variable, e.g. `env.DB_POOL_MAX`, `image`, `resources.limits.memory`. */
  what: Type.String(),
  from: NullableString,
  to: NullableString,
});
export const Deploy = Type.Object({
  at: Time,
  /**
   * The most telling of the sources that know of it: a rollout or a change of the number of replicas, else an Argo CD
   * sync, else a GitHub deployment, else a commit.
   */
  kind: Type.Union([
    Type.Literal("rollout"),
    Type.Literal("scaling"),
    Type.Literal("sync"),
    Type.Literal("deployment"),
    Type.Literal("commit"),
  ]),
  title: Type.String(),
  revision: NullableString,
  commit: NullableString,
  author: NullableString,
  image: NullableString,
  state: Type.Union([
    Type.Literal("complete"),
    Type.Literal("in_progress"),
    Type.Literal("stuck"),
    Type.Literal("merged"),
    Type.Literal("failed"),
  ]),
  changes: Type.Array(Change),
  files: Type.Array(Type.String()),
  /** Positive: before the onset. Null when no onset is known. */
  minutes_before_onset: NullableNumber,
  link: NullableString,
  /** When its commit was made, for what is more than a commit. */
  committed_at: Type.Optional(NullableTime),
  /** What else tells of the same change, such as `GitHub deployment to production by dana (success)`. */
  also: Type.Optional(Type.Array(Type.String())),
  /** Of a scaling: numbers of replicas, null where nothing tells; `unknown` is a person, a pipeline or another controller. */
  scaled: Type.Optional(
    Type.Object({
      direction: Type.Union([Type.Literal("up"), Type.Literal("down"), Type.Null()]),
      from: Type.Union([Type.Integer(), Type.Null()]),
      to: Type.Integer(),
      by: Type.Union([Type.Literal("autoscaler"), Type.Literal("unknown")]),
    }),
  ),
});
export type Deploy = Static<typeof Deploy>;
export const RecentDeploys = Type.Object({
  service: Type.String(),
  window: Window,
  /** Newest first. */
  deploys: Type.Array(Deploy),
  /** Sources asked, and why one could not be. */
  sources: Type.Array(Type.Object({ name: Type.String(), checked: Type.Boolean(), note: NullableString })),
});
export type RecentDeploys = Static<typeof RecentDeploys>;

/** How often and when lines of one kind were logged. */
const Sightings = {
  count: Type.Integer(),
  /** Such lines in the equally long stretch before the onset (or before the window). */
  before: Type.Integer(),
  first_seen: Time,
  last_seen: Time,
  /** Not seen before the onset. */
  is_new: Type.Boolean(),
  example: Type.String(),
  /** The innermost cause of a stack trace, `Type: message`. */
  root_exception: NullableString,
};
export const LogPatternRow = Type.Object({
  /** The line with its variable parts masked. */
  template: Type.String(),
  level: Type.String(),
  ...Sightings,
  /** A finding code of a built-in pattern, or the name of one of the service's own. */
  known_as: NullableString,
  /** Lines per minute over what was read of each stretch: comparable where one was read only in part. */
  per_minute: Type.Optional(Type.Object({ now: Type.Number(), before: Type.Number() })),
  /** Of a stack trace, as java, python, go. */
  language: Type.Optional(Type.String()),
});
export type LogPatternRow = Static<typeof LogPatternRow>;
export const LogPatternsResult = Type.Object({
  service: Type.String(),
  /** What was searched: the index or pattern, or the stream selector of Loki. */
  index: Type.String(),
  window: Window,
  total: Type.Integer(),
  total_before: Type.Integer(),
  /** Lines actually read and grouped; the rest is in `omitted`. */
  sampled: Type.Integer(),
  patterns: Type.Array(LogPatternRow),
});
export type LogPatternsResult = Static<typeof LogPatternsResult>;

export const LogScan = Type.Object({
  service: Type.String(),
  /** As in `LogPatternsResult`. */
  index: Type.String(),
  window: Window,
  /** Log events, a stack trace counted once, read now and in the equally long stretch before. */
  scanned: Type.Object({
    events: Type.Integer(),
    events_before: Type.Integer(),
    /** How many failures were looked for: built-in ones and the service's own. */
    built_in: Type.Integer(),
    own: Type.Integer(),
  }),
  /** New ones first, then by severity and count. */
  matches: Type.Array(
    Type.Object({
      /** Of the built-in failure, or of the service's own pattern. */
      name: Type.String(),
      /** A finding code; null for one of the service's own. */
      code: NullableString,
      own: Type.Boolean(),
      severity: Type.Union([Type.Literal("critical"), Type.Literal("warning"), Type.Literal("info")]),
      meaning: Type.String(),
      hint: Type.String(),
      ...Sightings,
      runbook_url: NullableString,
    }),
  ),
});
export type LogScan = Static<typeof LogScan>;

export const PodLogs = Type.Object({
  service: NullableString,
  cluster: Type.String(),
  namespace: Type.String(),
  /** The most telling pods first; of a container that crashed the previous run before the present one. */
  logs: Type.Array(
    Type.Object({
      pod: Type.String(),
      container: Type.String(),
      previous: Type.Boolean(),
      /** Why this one was read: its state and restarts. */
      state: Type.String(),
      lines_read: Type.Integer(),
      /** Why there are none; null when they were read. */
      missing: NullableString,
      /** What is known to go wrong in these lines. */
      failures: Type.Array(
        Type.Object({
          name: Type.String(),
          code: Type.String(),
          count: Type.Integer(),
          meaning: Type.String(),
        }),
      ),
      root_exceptions: Type.Array(Type.String()),
      /** Lines around what failed and the end, oldest first; what lies between is counted in `skipped`. */
      excerpts: Type.Array(
        Type.Object({
          at: NullableTime,
          /** Lines left out before this one. */
          skipped: Type.Integer(),
          text: Type.String(),
        }),
      ),
    }),
  ),
});
export type PodLogs = Static<typeof PodLogs>;

const Resource = Type.Object({ request: NullableNumber, limit: NullableNumber, usage: NullableNumber });
export const PodContainer = Type.Object({
  name: Type.String(),
  ready: Type.Boolean(),
  restarts: Type.Integer(),
  /** running | waiting:<reason> | terminated:<reason> */
  state: Type.String(),
  image: NullableString,
  memory_limit: NullableString,
  last_termination: Type.Union([
    Type.Object({ reason: Type.String(), exit_code: NullableNumber, at: NullableTime }),
    Type.Null(),
  ]),
  /** In cores; `throttled` is the share of its CPU periods in which it was held back. */
  cpu: Type.Optional(Type.Object({ ...Resource.properties, throttled: NullableNumber })),
  /** In bytes. */
  memory: Type.Optional(Resource),
});
export const PodRow = Type.Object({
  name: Type.String(),
  phase: Type.String(),
  ready: Type.Boolean(),
  /** Why it is not ready or not scheduled, in the API's own words; null when ready. */
  reason: NullableString,
  created_at: NullableTime,
  node: NullableString,
  revision: NullableString,
  /** `ReplicaSet/name`. */
  owner: Type.Optional(NullableString),
  containers: Type.Array(PodContainer),
});
export type PodRow = Static<typeof PodRow>;
export const ProbeRow = Type.Object({
  container: Type.String(),
  kind: Type.Union([Type.Literal("startup"), Type.Literal("readiness"), Type.Literal("liveness")]),
  check: Type.String(),
  period_seconds: Type.Number(),
  timeout_seconds: Type.Number(),
  failure_threshold: Type.Number(),
  /** By the events that were read. */
  failures: Type.Integer(),
  last_failure_at: NullableTime,
  last_failure: NullableString,
});
export const BlamedReplicaSet = Type.Object({
  name: Type.String(),
  revision: NullableString,
  is_newest: Type.Boolean(),
  created_at: NullableTime,
  desired: Type.Integer(),
  ready: Type.Integer(),
  /** Against the revision before. */
  changes: Type.Array(Type.Object({ what: Type.String(), from: NullableString, to: NullableString })),
});
export const AutoscalerState = Type.Object({
  name: Type.String(),
  min: Type.Integer(),
  max: NullableNumber,
  current: NullableNumber,
  desired: NullableNumber,
  last_scaled_at: NullableTime,
});
/** What the checks of Kubernetes objects found, as `oncall analyze kubernetes` prints it. */
export const ClusterFinding = Type.Object({
  code: Type.Unsafe<FindingCode>(Type.String()),
  severity: Type.Union([Type.Literal("critical"), Type.Literal("warning"), Type.Literal("info")]),
  confidence: Type.Number(),
  subject: Type.Object({ kind: Type.String(), namespace: NullableString, name: Type.String() }),
  container: NullableString,
  since: NullableTime,
  summary: Type.String(),
  /** `Kind/namespace/name#/json/pointer`. */
  evidence: Type.Array(Type.String()),
});
export type ClusterFinding = Static<typeof ClusterFinding>;
/** Of one workload; the first look reads this. */
export const PodStatus = Type.Object({
  service: NullableString,
  cluster: Type.String(),
  namespace: Type.String(),
  workload: Type.Object({
    kind: Type.String(),
    name: Type.String(),
    desired: Type.Integer(),
    ready: Type.Integer(),
    updated: Type.Integer(),
    available: Type.Integer(),
    rollout: Type.Union([
      Type.Literal("complete"),
      Type.Literal("in_progress"),
      Type.Literal("stuck"),
      Type.Literal("paused"),
    ]),
    rollout_note: NullableString,
    rollout_started_at: NullableTime,
    /** What controls the workload itself, `Kind/name`; an operator, mostly none. */
    owner: Type.Optional(NullableString),
    /** The ReplicaSet whose pods do not become ready; null when none is short of any. */
    blamed: Type.Optional(Type.Union([BlamedReplicaSet, Type.Null()])),
  }),
  /** What is wrong with the workload and with what stands around it, the most telling first. */
  findings: Type.Array(ClusterFinding),
  /** Unhealthy ones first; healthy ones beyond ten are counted in `omitted`. */
  pods: Type.Array(PodRow),
  totals: Type.Object({
    pods: Type.Integer(),
    ready: Type.Integer(),
    restarts: Type.Integer(),
    /** Of jobs that ended well; among `pods`, not among `ready`. */
    completed: Type.Optional(Type.Integer()),
  }),
  /** Warning events folded by reason and object, newest first. */
  events: Type.Array(
    Type.Object({
      reason: Type.String(),
      type: Type.String(),
      object: Type.String(),
      message: Type.String(),
      count: Type.Integer(),
      first_seen: NullableTime,
      last_seen: NullableTime,
    }),
  ),
  probes: Type.Optional(Type.Array(ProbeRow)),
  autoscaler: Type.Optional(Type.Union([AutoscalerState, Type.Null()])),
  /** How many nodes of these pods were looked at; what is wrong with them is among the findings. */
  nodes: Type.Optional(Type.Object({ checked: Type.Integer() })),
  /** What could not be read, and why. */
  unread: Type.Optional(Type.Array(Type.Object({ what: Type.String(), why: Type.String() }))),
});
export type PodStatus = Static<typeof PodStatus>;

/** Also of a whole namespace, which has no one workload: then `service` and `workload` are null. */
export const AnyPodStatus = Type.Object({
  ...PodStatus.properties,
  workload: Type.Union([PodStatus.properties.workload, Type.Null()]),
});
export type AnyPodStatus = Static<typeof AnyPodStatus>;

export const DependencyHealthRow = Type.Object({
  name: Type.String(),
  type: Type.String(),
  critical: Type.Boolean(),
  state: Type.Union([
    Type.Literal("healthy"),
    Type.Literal("degraded"),
    Type.Literal("down"),
    Type.Literal("unknown"),
  ]),
  since: NullableTime,
  /** How it was checked: `metrics`, `status page`, `AWS Health`, `not checked`. */
  how: Type.String(),
  /** Sentences with numbers; for `unknown` why it could not be checked. */
  facts: Type.Array(Type.String()),
});
export type DependencyHealthRow = Static<typeof DependencyHealthRow>;
export const DependencyBeneath = Type.Object({
  ...DependencyHealthRow.properties,
  /** The unhealthy service that declares it. */
  via: Type.String(),
  /** 2 or more: 1 would be a direct dependency. */
  depth: Type.Integer(),
});
export type DependencyBeneath = Static<typeof DependencyBeneath>;
export const DependencyHealth = Type.Object({
  service: Type.String(),
  /** The direct ones. */
  dependencies: Type.Array(DependencyHealthRow),
  /** Those of the unhealthy ones, level by level. */
  beneath: Type.Optional(Type.Array(DependencyBeneath)),
});
export type DependencyHealth = Static<typeof DependencyHealth>;

export const RuntimeSignal = Type.Object({
  /** `JVM`, `Go`, `Node.js`, `Python`, `.NET`, `process` or `container`. */
  runtime: Type.String(),
  name: Type.String(),
  /** bytes | seconds | ratio | cores | count | per second */
  unit: Type.String(),
  metric: Type.String(),
  /** Of the pod where it is highest: median of the last ten minutes, and of the quiet stretch before. */
  now: NullableNumber,
  before: NullableNumber,
  peak: NullableNumber,
  limit: NullableNumber,
  share_of_limit: NullableNumber,
  trend: Type.Union([
    Type.Literal("rising"),
    Type.Literal("steady"),
    Type.Literal("falling"),
    Type.Literal("unknown"),
  ]),
  per_hour: NullableNumber,
  /** When it is full at this pace; null when it is not rising, or not within a day. */
  limit_at: NullableTime,
  highest_in: NullableString,
  instances: Type.Integer(),
});
export type RuntimeSignal = Static<typeof RuntimeSignal>;
export const RuntimeMetrics = Type.Object({
  service: Type.String(),
  /** Whose metrics were found. */
  runtimes: Type.Array(Type.String()),
  window: Window,
  baseline: Window,
  /** What is too much, or will be soon, in words with figures; critical ones first. */
  pressures: Type.Array(
    Type.Object({
      signal: Type.String(),
      severity: Type.Union([Type.Literal("critical"), Type.Literal("warning")]),
      summary: Type.String(),
      since: NullableTime,
    }),
  ),
  signals: Type.Array(RuntimeSignal),
  /** What was looked for and is not there, with the names it would have. */
  absent: Type.Array(Type.String()),
});
export type RuntimeMetrics = Static<typeof RuntimeMetrics>;

export const AwsHealth = Type.Object({
  service: Type.String(),
  events: Type.Array(
    Type.Object({
      arn: Type.String(),
      service: Type.String(),
      region: Type.String(),
      code: Type.String(),
      category: Type.String(),
      status: Type.String(),
      started_at: Time,
      ended_at: NullableTime,
      description: NullableString,
      /** The service's dependencies that run on it. */
      affects: Type.Array(Type.String()),
    }),
  ),
  checked: Type.Array(
    Type.Object({ dependency: Type.String(), aws_service: Type.String(), region: Type.String() }),
  ),
});
export type AwsHealth = Static<typeof AwsHealth>;
