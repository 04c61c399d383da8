import { ageMs, before } from "./age.ts";
import { cell, type Row } from "./table.ts";

const PHASES = new Set(["Pending", "Running", "Succeeded", "Failed", "Unknown"]);
/** Words of the STATUS column for a container that has ended. */
const ENDED = new Set(["Error", "OOMKilled", "ContainerCannotRun", "StartError", "DeadlineExceeded"]);

/**
 * Spec and status of a pod by its row: READY counts its containers, STATUS is the phase or the reason of the container
 * that is worst off. Names of containers are not in the table.
 */
export function listedPod(row: Row, now: number): object {
  const [ready = 0, of = 0] = cell(row, "READY").split("/").map(Number);
  const [, count = "0", ago = ""] = /^(\d+)(?: \((\S+) ago\))?/.exec(cell(row, "RESTARTS")) ?? [];
  const word = cell(row, "STATUS");
  const [, initWord] = /^Init:(.+)$/.exec(word) ?? [];
  const restarts = Number(count);
  const ended = before(now, ageMs(ago));
  const lastState = restarts > 0 && ended !== undefined ? { terminated: { finishedAt: ended } } : {};
  const state = initWord === undefined ? stateOf(word) : { waiting: { reason: "PodInitializing" } };
  return {
    spec: { nodeName: cell(row, "NODE") },
    status: {
      phase: phaseOf(word),
      reason: word === "Evicted" ? word : "",
      conditions: word === "Running" ? [{ type: "Ready", status: ready === of ? "True" : "False" }] : [],
      containerStatuses: Array.from({ length: word === "Pending" ? 0 : of }, (_, i) => ({
        name: "",
        ready: i < ready,
        restartCount: i === of - 1 && initWord === undefined ? restarts : 0,
        state: i < ready ? { running: {} } : state,
        lastState: i === of - 1 && initWord === undefined ? lastState : {},
      })),
      initContainerStatuses:
        initWord === undefined || /^\d/.test(initWord)
          ? []
          : [{ name: "", ready: false, restartCount: restarts, state: stateOf(initWord), lastState }],
    },
  };
}

function stateOf(word: string): object {
  if (word === "Running") return { running: {} };
  if (ENDED.has(word)) return { terminated: { reason: word } };
  if (word === "Completed") return { terminated: { reason: word, exitCode: 0 } };
  return { waiting: { reason: word } };
}

function phaseOf(word: string): string {
  if (PHASES.has(word)) return word;
  if (word === "Completed") return "Succeeded";
  if (word === "Error" || word === "Evicted") return "Failed";
  return word === "Terminating" || word === "CrashLoopBackOff" || word === "OOMKilled"
    ? "Running"
    : "Pending";
}

/** A table says that a pod is on its way out and not since when. */
export function goingSince(status: string, now: number): object {
  return status === "Terminating" ? { deletionTimestamp: before(now, 0) } : {};
}
