import type { KubernetesEvent, ReplicaSet, Workload } from "@oncall/backends";
import { minutesBetween } from "@oncall/core";

/** The Deployment controller gave a ReplicaSet another size. */
export interface Step {
  readonly at: string;
  readonly set: string;
  readonly from: number | null;
  readonly to: number;
  readonly way: "up" | "down";
}

/** As long as a Deployment may take for one step of a rollout, unless set otherwise. */
const ROLLOUT_STEP_MINUTES = 10;
const BORN_MINUTES = 1;
const REVISION = "deployment.kubernetes.io/revision";

/** Steps that were asked for as such, oldest first: those in which a rollout replaces one ReplicaSet by another are left out. */
export function replicaSetSteps(
  workload: Workload,
  replicaSets: readonly ReplicaSet[],
  events: readonly KubernetesEvent[],
): Step[] {
  const steps = allSteps(workload, events);
  const sets = new Map(replicaSets.map((set) => [set.metadata.name, set]));
  return steps.filter((step) => {
    const set = sets.get(step.set);
    const others = replicaSets.filter((other) => other !== set);
    const isReplaced = others.some(
      (other) =>
        set !== undefined &&
        revisionOf(other) > revisionOf(set) &&
        Date.parse(other.metadata.creationTimestamp ?? step.at) <= Date.parse(step.at),
    );
    return !isReplaced && !isExchange(step, steps) && !isBeginning(step, set, others);
  });
}

/** While one ReplicaSet grows another shrinks. */
function isExchange(step: Step, steps: readonly Step[]): boolean {
  return steps.some(
    (other) =>
      other.set !== step.set &&
      other.way !== step.way &&
      Math.abs(minutesBetween(other.at, step.at)) <= ROLLOUT_STEP_MINUTES,
  );
}

/** The first pods of a new ReplicaSet, or of one that a rollback takes up again beside another. */
function isBeginning(step: Step, set: ReplicaSet | undefined, others: readonly ReplicaSet[]): boolean {
  if (step.way !== "up") return false;
  const born = set?.metadata.creationTimestamp;
  if (born !== undefined && Math.abs(minutesBetween(born, step.at)) <= BORN_MINUTES) return true;
  return step.from === 0 && others.some(({ spec }) => (spec?.replicas ?? 0) > 0);
}

function allSteps(workload: Workload, events: readonly KubernetesEvent[]): Step[] {
  const found = events.flatMap((event) => {
    const { involvedObject, message = "", reason, firstTimestamp, lastTimestamp } = event;
    const isOurs = involvedObject.kind === workload.kind && involvedObject.name === workload.metadata.name;
    if (!isOurs || reason !== "ScalingReplicaSet") return [];
    // Older clusters do not say from how many.
    const [, way, set, from, to] =
      /^Scaled (up|down) replica set (\S+)(?: from (\d+))? to (\d+)$/.exec(message) ?? [];
    if (set === undefined) return [];
    // A step that comes back is one event with two times.
    return [...new Set([firstTimestamp, lastTimestamp])].flatMap((at) =>
      at === undefined
        ? []
        : [
            {
              ...{ at, set, to: Number(to), from: from === undefined ? null : Number(from) },
              way: way === "up" ? ("up" as const) : ("down" as const),
            },
          ],
    );
  });
  const steps = found.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return steps.map((step, i) => ({
    ...step,
    from: step.from ?? steps.slice(0, i).findLast(({ set }) => set === step.set)?.to ?? null,
  }));
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}
