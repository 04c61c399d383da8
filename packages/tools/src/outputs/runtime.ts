import { type Static, Type } from "typebox";
import { NullableNumber, NullableString, NullableTime, Window } from "./shared.ts";

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
