import { type Static, Type } from "typebox";
import { NullableNumber, NullableTime, Window } from "./shared.ts";

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
