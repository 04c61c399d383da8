import type { ContainerState, ContainerStatus, ObjectMeta, Pod } from "@oncall/backends";
import type { Static } from "typebox";
import type { PodContainer, PodRow } from "../outputs/index.ts";
import { quantity } from "./quantity.ts";
import { noUsage, type Usage, usageKey } from "./usage.ts";

/** A pod in one row; facts only, in the API's own words. `usage` is what metrics say of its containers. */
export function toPodRow(pod: Pod, usage: Usage = noUsage): PodRow {
  const { metadata, spec, status } = pod;
  const ready = isReady(pod);
  const labels = metadata.labels ?? {};
  return {
    name: metadata.name,
    phase: status?.phase ?? "Unknown",
    ready,
    reason: ready ? null : reasonOf(pod),
    created_at: metadata.creationTimestamp ?? null,
    node: spec?.nodeName ?? null,
    revision: labels["pod-template-hash"] ?? labels["controller-revision-hash"] ?? null,
    owner: controllerOf(metadata),
    containers: (status?.containerStatuses ?? []).map((container) => toContainer(container, pod, usage)),
  };
}

/** Unhealthy ones first: not ready, then by restarts, then by name; those that ended well are the last. */
export function byTrouble(a: PodRow, b: PodRow): number {
  return ease(a) - ease(b) || restartsOf(b) - restartsOf(a) || (a.name < b.name ? -1 : 1);
}

function ease(pod: PodRow): number {
  return isCompleted(pod) ? 2 : Number(pod.ready);
}

/** A pod of a job that ended well: it is not ready, and nothing is wrong with it. */
export function isCompleted({ phase }: PodRow): boolean {
  return phase === "Succeeded";
}

export function restartsOf(pod: PodRow): number {
  return pod.containers.reduce((sum, container) => sum + container.restarts, 0);
}

/** `Kind/name` of what controls an object; null for one on its own. */
export function controllerOf({ ownerReferences = [] }: ObjectMeta): string | null {
  const owner = ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0];
  return owner === undefined ? null : `${owner.kind}/${owner.name}`;
}

function isReady({ status, metadata }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}

/** Why it is not ready: being deleted, evicted, a container's state, an init container, or the scheduler's words. */
function reasonOf({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return `Terminating since ${metadata.deletionTimestamp}`;
  if (status?.reason !== undefined) return sentence(status.reason, status.message);
  const init = (status?.initContainerStatuses ?? []).find(
    ({ state }) => state?.waiting !== undefined || (state?.terminated?.exitCode ?? 0) !== 0,
  );
  const blamed = init ?? (status?.containerStatuses ?? []).find(({ ready }) => ready !== true);
  const words = blamed === undefined ? null : stateReason(blamed.state);
  if (blamed !== undefined && words !== null)
    return `${init ? "init container " : ""}${blamed.name}: ${words}`;
  const failing = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
    .map((type) =>
      status?.conditions?.find((condition) => condition.type === type && condition.status !== "True"),
    )
    .find((condition) => condition !== undefined);
  if (failing !== undefined) return sentence(failing.reason ?? failing.type, failing.message);
  return "The pod reports no reason";
}

function stateReason(state: ContainerState | undefined): string | null {
  if (state?.waiting !== undefined) return sentence(state.waiting.reason ?? "waiting", state.waiting.message);
  if (state?.terminated === undefined) return null;
  const { reason, exitCode, message } = state.terminated;
  return sentence(`${reason ?? "terminated"} (exit code ${exitCode ?? "unknown"})`, message);
}

function sentence(reason: string, message: string | undefined): string {
  return message === undefined || message === "" ? reason : `${reason}: ${message.slice(0, 300)}`;
}

function toContainer(status: ContainerStatus, pod: Pod, usage: Usage): Static<typeof PodContainer> {
  const spec = pod.spec?.containers?.find(({ name }) => name === status.name);
  const used = usage.containers.get(usageKey(pod.metadata.name, status.name));
  const { requests = {}, limits = {} } = spec?.resources ?? {};
  // A container that has ended for good shows its end in its present state.
  const ended = status.lastState?.terminated ?? status.state?.terminated;
  return {
    name: status.name,
    ready: status.ready ?? false,
    restarts: status.restartCount ?? 0,
    state: stateWord(status.state),
    image: spec?.image ?? status.image ?? null,
    memory_limit: spec?.resources?.limits?.memory ?? null,
    last_termination:
      ended === undefined
        ? null
        : {
            reason: ended.reason ?? "Unknown",
            exit_code: ended.exitCode ?? null,
            at: ended.finishedAt ?? null,
          },
    cpu: {
      request: quantity(requests.cpu),
      limit: quantity(limits.cpu),
      usage: used?.cpuCores ?? null,
      throttled: used?.throttled ?? null,
    },
    memory: {
      request: quantity(requests.memory),
      limit: quantity(limits.memory),
      usage: used?.memoryBytes ?? null,
    },
  };
}

function stateWord(state: ContainerState | undefined): string {
  if (state?.running !== undefined) return "running";
  if (state?.waiting !== undefined) return `waiting:${state.waiting.reason ?? "unknown"}`;
  if (state?.terminated !== undefined) return `terminated:${state.terminated.reason ?? "unknown"}`;
  return "waiting:unknown";
}
