import { addMinutes, minutesBetween } from "@oncall/core";
import type { EvidenceSet } from "./evidence.ts";
import { earliest } from "./wording.ts";

// How far before the alert a sign may lie and still belong to it.
const BEFORE_MINUTES = 180;
const AFTER_MINUTES = 15;

/**
 * When the incident began: the earliest time at which a metric of the service left its own history, an error
 * was first logged, a container was killed or a dependency went bad, near the time the alert gives. The hint
 * itself when no sign is near it; null when there is neither.
 */
export function estimateOnset(evidence: EvidenceSet, hint: string | null, now: string): string | null {
  const credible = (at: string | null | undefined) =>
    at != null &&
    minutesBetween(at, hint ?? now) <= BEFORE_MINUTES &&
    minutesBetween(hint ?? now, at) <= AFTER_MINUTES;
  const signs = signTimes(evidence).filter(credible);
  return earliest(signs) ?? hint;
}

function signTimes(evidence: EvidenceSet): (string | null)[] {
  return [
    ...evidence
      .of("get_service_health")
      .filter(({ data }) => data.verdict !== "healthy")
      .flatMap(({ data }) => Object.values(data.changed_at)),
    ...evidence
      .of("query_logs")
      .flatMap(({ data }) => data.patterns)
      .filter((pattern) => pattern.is_new && isError(pattern.level) && pattern.count >= 3)
      .map((pattern) => pattern.first_seen),
    ...evidence
      .of("check_dependency_health")
      .flatMap(({ data }) => data.dependencies)
      .filter((row) => row.state === "down" || row.state === "degraded")
      .map((row) => row.since),
    ...evidence
      .of("check_aws_health")
      .flatMap(({ data }) => data.events)
      .filter((event) => event.affects.length > 0 && event.ended_at === null)
      .map((event) => event.started_at),
    ...evidence
      .of("get_pod_status")
      .flatMap(({ data }) => data.pods)
      .flatMap((pod) => pod.containers)
      .filter((container) => (container.last_termination?.exit_code ?? 0) !== 0)
      .map((container) => container.last_termination?.at ?? null),
  ];
}

/** Whether a log level means failure, in the words of the usual loggers. */
export function isError(level: string): boolean {
  return /^(err|error|fatal|critical|crit|panic|severe|alert|emerg)/i.test(level);
}

/** The stretch the first look reads: from half an hour before the hint, at least the last hour, at most a day. */
export function lookWindow(hint: string | null, now: Date): { from: string; to: string } {
  const from = earliest([addMinutes(now, -60), hint === null ? null : addMinutes(hint, -30)]);
  const atMost = addMinutes(now, -24 * 60);
  return { from: from === null || from < atMost ? atMost : from, to: now.toISOString() };
}
