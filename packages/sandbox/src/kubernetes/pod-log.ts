import type { KubernetesObject } from "../world/cluster.ts";
import type { LogDocument } from "../world/log-lines.ts";
import type { World } from "../world/world.ts";

const DEFAULT_WINDOW_MS = 60 * 60_000;

interface ContainerStatus {
  readonly name: string;
  readonly state: {
    readonly waiting?: { readonly reason: string };
    readonly running?: { readonly startedAt: string };
  };
  readonly lastState: { readonly terminated?: { readonly startedAt: string; readonly finishedAt: string } };
}

/** What the kubelet answers for a container's log: its text, or why there is none (status 400). */
export function podLog(
  world: World,
  pod: KubernetesObject,
  query: URLSearchParams,
): string | { refused: string } {
  const status = (pod as { status?: { containerStatuses?: ContainerStatus[] } }).status
    ?.containerStatuses?.[0];
  const container = query.get("container");
  if (!status || (container !== null && container !== status.name)) {
    return { refused: `container ${container} is not valid for pod ${pod.metadata.name}` };
  }
  const ended = status.lastState.terminated;
  const previous = query.get("previous") === "true";
  if (previous && !ended) {
    return {
      refused: `previous terminated container "${status.name}" in pod "${pod.metadata.name}" not found`,
    };
  }
  if (!previous && status.state.waiting?.reason === "ContainerCreating") {
    return {
      refused: `container "${status.name}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`,
    };
  }
  const now = world.timeline.now();
  // A container that backs off still shows the log of the run that ended.
  const run =
    !status.state.running || previous
      ? ended
      : { startedAt: status.state.running.startedAt, finishedAt: undefined };
  const untilMs = run?.finishedAt ? Date.parse(run.finishedAt) + 1 : now;
  const sinceSeconds = Number(query.get("sinceSeconds") ?? 0);
  const sinceTime = query.get("sinceTime");
  const fromMs = Math.max(
    run ? Date.parse(run.startedAt) : 0,
    sinceSeconds > 0 ? now - sinceSeconds * 1000 : untilMs - DEFAULT_WINDOW_MS,
    sinceTime === null ? 0 : Date.parse(sinceTime),
  );
  const source = [...world.logs.values()].find(({ service }) => service.name === status.name);
  const documents = (source?.lines(fromMs, untilMs) ?? []).filter(
    (document) => document.kubernetes.pod_name === pod.metadata.name,
  );
  const lines = documents.flatMap((document) => rendered(document, query.get("timestamps") === "true"));
  const tail = query.get("tailLines");
  return (tail === null ? lines : lines.slice(Math.max(0, lines.length - Number(tail))))
    .map((line) => `${line}\n`)
    .join("");
}

function rendered(document: LogDocument, timestamps: boolean): string[] {
  const head = `${document["@timestamp"]} ${document.level.padEnd(5)} ${document.logger} : ${document.message}`;
  const lines = [head, ...(document.stack_trace?.split("\n") ?? [])];
  return timestamps
    ? lines.map((line) => `${document["@timestamp"].replace("Z", "000000Z")} ${line}`)
    : lines;
}
