import type { Workload } from "@oncall/backends";

export interface Rollout {
  readonly state: "complete" | "in_progress" | "stuck" | "paused";
  /** What is missing or what the controller says; null when complete. */
  readonly note: string | null;
}

/**
 * How far a rollout is, by spec, status and conditions. A pod that dies after a finished rollout does not make it
 * unfinished. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function rolloutState({ metadata, spec, status, kind }: Workload): Rollout {
  const desired = spec?.replicas ?? status?.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  const total = status?.replicas ?? 0;
  const available = status?.availableReplicas ?? 0;
  const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.status === "False" && progressing.reason === "ProgressDeadlineExceeded") {
    return { state: "stuck", note: progressing.message ?? "The progress deadline has passed." };
  }
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const isReplaced = updated >= desired && total <= updated;
  // A Deployment's controller says when it was once done; the other kinds have only their counters.
  const wasDone = kind === "Deployment" ? progressing?.reason === "NewReplicaSetAvailable" : isReplaced;
  if (isObserved && isReplaced && (wasDone || available >= desired)) return { state: "complete", note: null };
  if (spec?.paused === true)
    return { state: "paused", note: `Paused with ${updated} of ${desired} pods updated.` };
  const old = Math.max(0, total - updated);
  const missing = isObserved
    ? `${updated} of ${desired} pods updated, ${available} available${old > 0 ? `, ${old} old ones still there` : ""}.`
    : "The controller has not yet seen the latest change.";
  return { state: "in_progress", note: missing };
}
