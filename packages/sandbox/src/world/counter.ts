import type { Series } from "../prometheus/series.ts";
import { isDown, type PodPlan } from "./pods.ts";
import type { Track } from "./signals.ts";
import { SCRAPE_MS, type Timeline } from "./timeline.ts";

export type At = Series["at"];
export type Within = (at: At) => At;

/** No samples before a pod exists, after it is gone, before the history begins, or in the future. */
export function within(pod: PodPlan, timeline: Timeline, at: At): At {
  const from = Math.max(timeline.originMs, pod.createdMs + 5_000);
  return (timeMs) =>
    timeMs < from || timeMs >= pod.endMs || timeMs > timeline.now() ? undefined : at(timeMs);
}

/** A counter: the integral of a rate (per second) since the pod began or the history did; zero again after a crash. */
export function counter(
  pod: PodPlan,
  timeline: Timeline,
  rate: Track,
  whole = true,
): (timeMs: number) => number {
  const start = Math.max(timeline.originMs, Math.floor(pod.createdMs / SCRAPE_MS) * SCRAPE_MS);
  const sums = [0];
  return (timeMs) => {
    const wanted = Math.max(0, Math.round((timeMs - start) / SCRAPE_MS));
    for (let step = sums.length; step <= wanted; step++) {
      const at = start + step * SCRAPE_MS;
      const before = isDown(pod.crash, at) ? 0 : (sums[step - 1] ?? 0);
      sums.push(before + (rate(at) * SCRAPE_MS) / 1000);
    }
    const value = sums[wanted] ?? 0;
    return whole ? Math.floor(value) : value;
  };
}
