import type { Labels, Series } from "../prometheus/series.ts";
import type { Behaviour } from "./behaviour.ts";
import { counter, type Within } from "./counter.ts";
import { remembered, type Track } from "./grid.ts";
import { isReady, type PodPlan, type Revision } from "./pods.ts";
import type { PodContext } from "./service-metrics.ts";
import type { Timeline } from "./timeline.ts";

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];
/** Spread of ordinary latencies (of their logarithm), and of requests that hang until a timeout. */
const SPREAD = 0.6;
const SLOW_SPREAD = 0.015;

/** What all pods of a service share: who serves, and how durations are distributed. */
export interface RequestShape {
  /** Pods that are ready and up. */
  readonly serving: Track;
  /** Share of the requests that take at most so long, one for each of BUCKETS. */
  readonly below: readonly Track[];
  readonly mean: Track;
}

export function requestShape(
  revisions: readonly Revision[],
  behaviour: Behaviour,
  timeline: Timeline,
): RequestShape {
  const pods = revisions.flatMap((revision) => revision.pods);
  const { latency, slowRatio, slowSeconds } = behaviour;
  return {
    serving: remembered(timeline.originMs, (t) => pods.reduce((n, pod) => n + (serves(pod, t) ? 1 : 0), 0)),
    below: BUCKETS.map((le) =>
      remembered(timeline.originMs, (t) => {
        const slow = slowRatio(t);
        const ordinary = logNormal(le, latency(t), SPREAD);
        return slow === 0
          ? ordinary
          : (1 - slow) * ordinary + slow * logNormal(le, slowSeconds(t), SLOW_SPREAD);
      }),
    ),
    mean: (t) => {
      const slow = slowRatio(t);
      return (1 - slow) * latency(t) * Math.exp(SPREAD ** 2 / 2) + slow * slowSeconds(t);
    },
  };
}

/** A pod's share of the requests: counts by route and status, and durations. Traffic goes to pods that are ready. */
export function requestSeries(
  { service, pod, timeline, behaviour, requests: shape }: PodContext,
  target: Labels,
  live: Within,
): Series[] {
  const share = remembered(timeline.originMs, (t) =>
    serves(pod, t) ? behaviour.rate(t) / Math.max(1, shape.serving(t)) : 0,
  );
  const count = (name: string, labels: Labels, rate: Track): Series => ({
    labels: { __name__: name, ...target, ...labels },
    at: live(counter(pod, timeline, rate)),
  });
  const totalWeight = service.workload.routes.reduce((sum, route) => sum + route.weight, 0);
  const requests = service.workload.routes.flatMap(({ method, route, weight }) => {
    const routed = (t: number): number => (share(t) * weight) / totalWeight;
    const ok = method === "POST" ? "201" : "200";
    const statuses: [string, Track][] = [
      [ok, (t) => routed(t) * (1 - behaviour.errors(t)) * 0.996],
      ["404", (t) => routed(t) * (1 - behaviour.errors(t)) * 0.004],
      ["500", (t) => routed(t) * behaviour.errors(t) * 0.7],
      ["503", (t) => routed(t) * behaviour.errors(t) * 0.3],
    ];
    return statuses.map(([status, rate]) => count("http_requests_total", { method, route, status }, rate));
  });
  const name = "http_request_duration_seconds";
  return [
    ...requests,
    ...BUCKETS.map((le, i) =>
      count(`${name}_bucket`, { le: String(le) }, (t) => share(t) * (shape.below[i]?.(t) ?? 0)),
    ),
    count(`${name}_bucket`, { le: "+Inf" }, share),
    count(`${name}_count`, {}, share),
    {
      labels: { __name__: `${name}_sum`, ...target },
      at: live(counter(pod, timeline, (t) => share(t) * shape.mean(t), false)),
    },
  ];
}

function serves(pod: PodPlan, timeMs: number): boolean {
  return pod.createdMs <= timeMs && timeMs < pod.endMs && isReady(pod, timeMs);
}

/** Share of a log-normal distribution that lies below `value`. */
function logNormal(value: number, median: number, spread: number): number {
  const z = Math.log(value / median) / spread;
  // Abramowitz and Stegun 26.2.17: the normal distribution to 7 digits.
  const k = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}
