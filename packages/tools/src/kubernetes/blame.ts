import type { ReplicaSet } from "@oncall/backends";
import type { Static } from "typebox";
import type { BlamedReplicaSet } from "../outputs/index.ts";
import { templateChanges } from "./template-changes.ts";

const MAX_CHANGES = 10;

/**
 * The ReplicaSet whose pods do not come up, with what sets it apart from the one before; null when all pods that
 * are wanted are ready. The newest first, as `replicaSetsOf` gives them.
 */
export function replicaSetToBlame(sets: readonly ReplicaSet[]): Static<typeof BlamedReplicaSet> | null {
  const missing = ({ spec, status }: ReplicaSet): number =>
    (spec?.replicas ?? 0) - (status?.readyReplicas ?? 0);
  const blamed = sets.reduce<ReplicaSet | undefined>(
    (worst, set) => (missing(set) > (worst === undefined ? 0 : missing(worst)) ? set : worst),
    undefined,
  );
  if (blamed === undefined) return null;
  const previous = sets[sets.indexOf(blamed) + 1]?.spec?.template;
  const template = blamed.spec?.template ?? {};
  return {
    name: blamed.metadata.name,
    revision: blamed.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? null,
    is_newest: blamed === sets[0],
    created_at: blamed.metadata.creationTimestamp ?? null,
    desired: blamed.spec?.replicas ?? 0,
    ready: blamed.status?.readyReplicas ?? 0,
    changes: previous === undefined ? [] : templateChanges(previous, template).slice(0, MAX_CHANGES),
  };
}
