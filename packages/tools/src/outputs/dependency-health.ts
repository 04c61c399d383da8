import { type Static, Type } from "typebox";
import { NullableTime } from "./shared.ts";

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
