import { type Static, Type } from "typebox";
import { NullableNumber, NullableString, NullableTime, Time, Window } from "./shared.ts";

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
