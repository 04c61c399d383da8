import type { Labels, Series } from "../prometheus/series.ts";
import { counter, type Within } from "./counter.ts";
import { isDown, podsAt } from "./pods.ts";
import type { PodContext } from "./service-metrics.ts";
import { memoized, type Track } from "./signals.ts";

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];
/** Spread of ordinary latencies (of their logarithm), and of requests that hang until a timeout. */
const SPREAD = 0.6;
const SLOW_SPREAD = 0.015;

/** A pod's share of the requests: counts by route and status, and durations. Traffic goes to pods that are ready. */
export function requestSeries(
  { service, revisions, pod, timeline, behaviour }: PodContext,
  target: Labels,
  live: Within,
): Series[] {
  const share = memoized((t) => {
    const serving = podsAt(revisions, t).filter((p) => p.readyMs <= t && !isDown(p.crash, t));
    return serving.some((p) => p.name === pod.name) ? behaviour.rate(t) / serving.length : 0;
  });
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
  const below =
    (seconds: number) =>
    (t: number): number => {
      const slow = behaviour.slowRatio(t);
      const ordinary = logNormal(seconds, behaviour.latency(t), SPREAD);
      return (
        share(t) * ((1 - slow) * ordinary + slow * logNormal(seconds, behaviour.slowSeconds(t), SLOW_SPREAD))
      );
    };
  const name = "http_request_duration_seconds";
  const mean = (t: number): number => {
    const slow = behaviour.slowRatio(t);
    return (1 - slow) * behaviour.latency(t) * Math.exp(SPREAD ** 2 / 2) + slow * behaviour.slowSeconds(t);
  };
  return [
    ...requests,
    ...BUCKETS.map((le) => count(`${name}_bucket`, { le: String(le) }, below(le))),
    count(`${name}_bucket`, { le: "+Inf" }, share),
    count(`${name}_count`, {}, share),
    {
      labels: { __name__: `${name}_sum`, ...target },
      at: live(counter(pod, timeline, (t) => share(t) * mean(t), false)),
    },
  ];
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
