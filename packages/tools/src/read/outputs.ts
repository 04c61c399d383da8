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
});
export type Dependents = Static<typeof Dependents>;

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
  /** When each signal left its own history; null when it did not. */
  changed_at: Type.Object({ error_ratio: NullableTime, latency: NullableTime, traffic: NullableTime }),
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
  kind: Type.Union([Type.Literal("rollout"), Type.Literal("commit")]),
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
  ]),
  changes: Type.Array(Change),
  files: Type.Array(Type.String()),
  /** Positive: before the onset. Null when no onset is known. */
  minutes_before_onset: NullableNumber,
  link: NullableString,
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

export const LogPatternRow = Type.Object({
  /** The line with its variable parts masked. */
  template: Type.String(),
  level: Type.String(),
  count: Type.Integer(),
  /** Lines of this pattern in the equally long stretch before the onset (or before the window). */
  before: Type.Integer(),
  first_seen: Time,
  last_seen: Time,
  /** Not seen before the onset. */
  is_new: Type.Boolean(),
  example: Type.String(),
  /** The innermost cause of a stack trace, `Type: message`. */
  root_exception: NullableString,
  /** A finding code of a built-in pattern, or the name of one of the service's own. */
  known_as: NullableString,
});
export type LogPatternRow = Static<typeof LogPatternRow>;
export const LogPatternsResult = Type.Object({
  service: Type.String(),
  index: Type.String(),
  window: Window,
  total: Type.Integer(),
  total_before: Type.Integer(),
  /** Lines actually read and grouped; the rest is in `omitted`. */
  sampled: Type.Integer(),
  patterns: Type.Array(LogPatternRow),
});
export type LogPatternsResult = Static<typeof LogPatternsResult>;

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
  containers: Type.Array(PodContainer),
});
export type PodRow = Static<typeof PodRow>;
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
  }),
  /** Unhealthy ones first; healthy ones beyond ten are counted in `omitted`. */
  pods: Type.Array(PodRow),
  totals: Type.Object({ pods: Type.Integer(), ready: Type.Integer(), restarts: Type.Integer() }),
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
});
export type PodStatus = Static<typeof PodStatus>;

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
export const DependencyHealth = Type.Object({
  service: Type.String(),
  dependencies: Type.Array(DependencyHealthRow),
});
export type DependencyHealth = Static<typeof DependencyHealth>;

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
