import type { FindingCode } from "@oncall/core";
import { type Static, Type } from "typebox";
import { NullableNumber, NullableString, NullableTime } from "./shared.ts";

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
