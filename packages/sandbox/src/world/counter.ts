import type { Series } from "../prometheus/series.ts";
import { summed, type Track } from "./grid.ts";
import { isDown, type PodPlan } from "./pods.ts";
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
export function counter(pod: PodPlan, timeline: Timeline, rate: Track, whole = true): Track {
  const { crash } = pod;
  const restarts = crash ? (timeMs: number) => isDown(crash, timeMs) : null;
  const sum = summed(countedFrom(pod, timeline), (t) => (rate(t) * SCRAPE_MS) / 1000, restarts);
  return whole ? (timeMs) => Math.floor(sum(timeMs)) : sum;
}

/** The scrape at which a pod's counters stand at zero. */
function countedFrom(pod: PodPlan, timeline: Timeline): number {
  return Math.max(timeline.originMs, Math.floor(pod.createdMs / SCRAPE_MS) * SCRAPE_MS);
}
