import type { KubernetesObject } from "../world/cluster.ts";

interface ContainerStatus {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason: string };
    readonly terminated?: { readonly reason: string };
  };
  readonly lastState: { readonly terminated?: { readonly finishedAt: string } };
}

interface Pod {
  readonly spec?: { readonly containers?: readonly unknown[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** `1/2`: the containers of a pod that are ready. */
export function podReady(object: KubernetesObject): string {
  const { spec } = object as Pod;
  return `${statuses(object).filter(({ ready }) => ready).length}/${spec?.containers?.length ?? 0}`;
}

/** A pod in one word: why its first container does not run, else the pod's own reason, else its phase. */
export function podStatus(object: KubernetesObject): string {
  const { status } = object as Pod;
  const reasons = statuses(object).map(({ state }) => state.waiting?.reason ?? state.terminated?.reason);
  return reasons.find((reason) => reason !== undefined) ?? status?.reason ?? status?.phase ?? "Unknown";
}

/** `3 (2m ago)`; `ago` writes the age of the last end. */
export function podRestarts(object: KubernetesObject, ago: (time: string) => string): string {
  const count = statuses(object).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ended = statuses(object)
    .flatMap(({ lastState }) => lastState.terminated?.finishedAt ?? [])
    .sort()
    .at(-1);
  return count === 0 || ended === undefined ? String(count) : `${count} (${ago(ended)} ago)`;
}

export function nodeStatus(object: KubernetesObject): string {
  const { spec, status } = object as {
    spec?: { unschedulable?: boolean };
    status?: { conditions?: readonly { type: string; status: string }[] };
  };
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return `${ready?.status === "True" ? "Ready" : "NotReady"}${spec?.unschedulable ? ",SchedulingDisabled" : ""}`;
}

function statuses(object: KubernetesObject): readonly ContainerStatus[] {
  return (object as Pod).status?.containerStatuses ?? [];
}
