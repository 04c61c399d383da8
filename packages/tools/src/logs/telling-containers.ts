import type { ContainerStatus, Pod } from "@oncall/backends";

/** One container's output, of its present or its previous run. */
export interface Output {
  readonly pod: string;
  readonly container: string | undefined;
  readonly previous: boolean;
  /** Why it is read: its state and restarts, in words. */
  readonly state: string;
}

export interface Chosen {
  readonly outputs: readonly Output[];
  /** Pods and containers that were not chosen. */
  readonly leftOut: number;
}

const MAX_PODS = 3;
const MAX_OUTPUTS = 6;

/**
 * The outputs that tell most: of pods that crash or restarted (else the newest), of their containers the ones in
 * trouble; where a container crashed, first the run that ended.
 */
export function tellingOutputs(pods: readonly Pod[], container: string | undefined): Chosen {
  const ranked = [...pods].sort(
    (a, b) => podTrouble(b) - podTrouble(a) || newest(b, a) || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  const worst = podTrouble(ranked[0] ?? { metadata: { name: "" } });
  // Of pods that are all well one is as telling as three; beside one that crashes the others say little.
  const chosen = ranked.filter((pod, i) => i === 0 || (worst > 0 && podTrouble(pod) > 0)).slice(0, MAX_PODS);
  const all = chosen.flatMap((pod) => outputsOf(pod, container));
  return {
    outputs: all.slice(0, MAX_OUTPUTS),
    leftOut: pods.length - chosen.length + Math.max(0, all.length - MAX_OUTPUTS),
  };
}

function outputsOf(pod: Pod, only: string | undefined): Output[] {
  const { initContainerStatuses: init = [], containerStatuses: main = [] } = pod.status ?? {};
  const statuses = [...init.filter((status) => trouble(status) > 0), ...main]
    .filter(({ name }) => only === undefined || name === only)
    .sort((a, b) => trouble(b) - trouble(a));
  return statuses.flatMap((status): Output[] => {
    const base = { pod: pod.metadata.name, container: status.name };
    const state = stateOf(status);
    const present = { ...base, previous: false, state };
    if (status.lastState?.terminated === undefined) return [present];
    const ended = { ...base, previous: true, state };
    // While it waits to start again, the present run has written nothing.
    return status.state?.waiting === undefined ? [ended, present] : [ended];
  });
}

function podTrouble({ status }: Pod): number {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return Math.max(0, ...all.map(trouble));
}

/** Crashing above having crashed above not ready above well; then by restarts. */
function trouble({ state, lastState, restartCount = 0, ready }: ContainerStatus): number {
  const few = Math.min(restartCount, 99) / 100;
  if (state?.waiting?.reason === "CrashLoopBackOff") return 4 + few;
  if ((state?.terminated?.exitCode ?? 0) !== 0) return 4 + few;
  if ((lastState?.terminated?.exitCode ?? 0) !== 0) return 3 + few;
  if (restartCount > 0) return 2 + few;
  return ready === false && state?.terminated === undefined ? 1 : 0;
}

function stateOf({ state, lastState, restartCount = 0 }: ContainerStatus): string {
  const now = state?.waiting
    ? `waiting: ${state.waiting.reason ?? "unknown"}`
    : state?.terminated
      ? `terminated: ${state.terminated.reason ?? "unknown"}, exit code ${state.terminated.exitCode ?? "unknown"}`
      : "running";
  const ended = lastState?.terminated;
  const before =
    ended === undefined
      ? ""
      : `, before that ${ended.reason ?? "terminated"} with exit code ${ended.exitCode ?? "unknown"}${ended.finishedAt === undefined ? "" : ` at ${ended.finishedAt}`}`;
  return `${now}, ${restartCount} restarts${before}`;
}

function newest(b: Pod, a: Pod): number {
  const [of, than] = [b.metadata.creationTimestamp ?? "", a.metadata.creationTimestamp ?? ""];
  return of < than ? -1 : of > than ? 1 : 0;
}
