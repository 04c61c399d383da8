import type { Cluster } from "./cluster.ts";
import { count, dig, list, text, time } from "./raw.ts";
import { type ObjectEvent, pointer, type Resource } from "./resource.ts";

export interface Ending {
  readonly reason: string;
  readonly message: string;
  readonly exitCode: number | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly evidence: string;
}

/** One container of a pod: its spec and status side by side. */
export interface Container {
  readonly pod: Resource;
  readonly name: string;
  readonly init: boolean;
  /** An init container that stays (restartPolicy Always). */
  readonly sidecar: boolean;
  readonly spec: unknown;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  readonly runningSince: number | undefined;
  readonly running: boolean;
  /** How it ended, when it has; else how the one before it ended. */
  readonly ended: Ending | undefined;
  readonly last: Ending | undefined;
  readonly image: string;
  readonly evidence: string;
}

/** The containers to be judged: of a pod that is going, they end as they must. */
export function livingContainersOf(pod: Resource): readonly Container[] {
  return pod.deletionAt === undefined ? containersOf(pod) : [];
}

export function containersOf(pod: Resource): readonly Container[] {
  return [
    ...statuses(pod, "initContainerStatuses", "initContainers"),
    ...statuses(pod, "containerStatuses", "containers"),
  ];
}

function statuses(pod: Resource, key: string, specKey: string): Container[] {
  const specs = list(pod.raw, "spec", specKey);
  return list(pod.raw, "status", key).map((status, index) => {
    const name = text(status, "name");
    const spec = specs.find((candidate) => text(candidate, "name") === name);
    const path = ["status", key, index] as const;
    const waiting = dig(status, "state", "waiting");
    return {
      pod,
      name,
      init: specKey === "initContainers",
      sidecar: specKey === "initContainers" && text(spec, "restartPolicy") === "Always",
      spec,
      ready: dig(status, "ready") === true,
      restarts: count(status, "restartCount") ?? 0,
      waiting:
        waiting === undefined
          ? undefined
          : { reason: text(waiting, "reason"), message: text(waiting, "message") },
      running: dig(status, "state", "running") !== undefined,
      runningSince: time(status, "state", "running", "startedAt"),
      ended: ending(dig(status, "state", "terminated"), pointer(pod, ...path, "state", "terminated")),
      last: ending(dig(status, "lastState", "terminated"), pointer(pod, ...path, "lastState", "terminated")),
      image: text(spec, "image") || text(status, "image"),
      evidence: pointer(pod, ...path, "state"),
    };
  });
}

function ending(raw: unknown, evidence: string): Ending | undefined {
  if (raw === undefined || raw === null) return undefined;
  return {
    reason: text(raw, "reason"),
    message: text(raw, "message"),
    exitCode: count(raw, "exitCode"),
    startedAt: time(raw, "startedAt"),
    finishedAt: time(raw, "finishedAt"),
    evidence,
  };
}

/** Events about this container; one without a field is about the pod, and so about its only container. */
export function eventsOfContainer(container: Container, cluster: Cluster): readonly ObjectEvent[] {
  const { pod, name } = container;
  const alone = list(pod.raw, "status", "containerStatuses").length <= 1 && !container.init;
  return cluster.eventsOf(pod).filter(({ field }) => (field === "" ? alone : field.includes(`{${name}}`)));
}

/**
 * When the container first ended, as far as is known: a status remembers only the last end, the first back-off's event
 * is often older.
 */
export function firstEnd(container: Container, cluster: Cluster): number | undefined {
  const backOff = eventsOfContainer(container, cluster)
    .filter(({ reason, type }) => reason === "BackOff" && type === "Warning")
    .map((event) => event.first)
    .find((at) => at !== undefined);
  return backOff ?? container.last?.finishedAt ?? container.ended?.finishedAt;
}

/** The condition of this type; undefined when the object has none. */
export function condition(resource: Resource, type: string): unknown {
  return list(resource.raw, "status", "conditions").find((entry) => text(entry, "type") === type);
}

/** What a person would call the container in a sentence; kubectl's tables do not name it. */
export function named({ name, init, pod }: Container): string {
  if (name === "") return `${init ? "an init container" : "a container"} of pod ${pod.name}`;
  return `${init ? "init container" : "container"} ${name} of pod ${pod.name}`;
}

/** How a container ended, for a sentence; kubectl's tables tell the reason and no code. */
export function endWords({ name }: Container, { exitCode, reason }: Ending): string {
  const who = name === "" ? "a container" : `container ${name}`;
  return exitCode === undefined
    ? `${who} ended (${reason || "no reason"})`
    : `${who} exited with code ${exitCode} (${reason || "no reason"})`;
}
