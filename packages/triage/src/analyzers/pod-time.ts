import { minutesBetween } from "@oncall/core";
import type { PodRow } from "@oncall/tools";
import type { AnalysisContext } from "../analyzer.ts";

// What a container did longer before the onset than this is history.
const RECENT_MINUTES = 180;

/** Whether something that happened to a pod belongs to this incident; a time that is missing is given the benefit. */
export function isRecent(at: string | null, { onset, now }: AnalysisContext): boolean {
  return at === null || minutesBetween(at, onset ?? now) <= RECENT_MINUTES;
}

/** Minutes since the pod was created; null when the cluster does not say. */
export function ageMinutes(pod: PodRow, { now }: AnalysisContext): number | null {
  return pod.created_at === null ? null : minutesBetween(pod.created_at, now);
}

/** Whether a container of the pod is in a state of its own that explains why it is not ready. */
export function isBroken(pod: PodRow): boolean {
  return pod.containers.some((container) =>
    /CrashLoopBackOff|ImagePull|InvalidImage|ErrImage|ConfigError|OOMKilled|ContainerStatusUnknown/.test(
      container.state,
    ),
  );
}

/** `2 of 3 pods`. */
export function ofPods(affected: number, total: number): string {
  return `${affected} of ${total} pod${total === 1 ? "" : "s"}`;
}
