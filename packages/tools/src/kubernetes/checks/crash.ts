import type { Cluster } from "./cluster.ts";
import { type Container, type Ending, eventsOfContainer } from "./containers.ts";
import { text } from "./raw.ts";

const unknown = { reason: "", exitCode: undefined, startedAt: undefined, finishedAt: undefined };
const RECENT_MS = 10 * 60_000;
/** The kubelet starts a container again at once, and later after a back-off that it names. */
const STARTED_AGAIN_MS = 30_000;

/** A container that keeps ending, and how it ended last. */
export interface Crash {
  readonly ending: Ending;
  /** Whether a probe's verdict made the kubelet kill it: then the probe is the matter, not the program. */
  readonly killedByProbe: boolean;
}

/**
 * Whether a container keeps ending. Between two back-offs it may be running or just ended, so its state alone does
 * not say; one that ran into trouble long ago and has been well since is not crashing.
 */
export function crashOf(container: Container, cluster: Cluster): Crash | undefined {
  const ending = container.ended ?? container.last;
  if (ending === undefined) {
    const { reason = "", message = "" } = container.waiting ?? {};
    return reason === "CrashLoopBackOff"
      ? { ending: { ...unknown, message, evidence: container.evidence }, killedByProbe: false }
      : undefined;
  }
  const events = eventsOfContainer(container, cluster);
  const backsOff =
    container.waiting?.reason === "CrashLoopBackOff" ||
    (!container.running && events.some(({ reason, type }) => reason === "BackOff" && type === "Warning"));
  const again =
    !container.running && restartsAlways(container) && (container.restarts > 0 || isLeft(container, cluster));
  const justEnded = ending.finishedAt !== undefined && cluster.now - ending.finishedAt < RECENT_MS;
  const returning = container.running && container.restarts >= 3 && justEnded;
  if (!backsOff && !again && !returning && !container.waiting?.reason.startsWith("RunContainer"))
    return undefined;
  if (container.ended?.exitCode === 0 && container.init && !container.sidecar) return undefined;
  const killedByProbe =
    ending.reason !== "OOMKilled" &&
    events.some(
      ({ reason, message }) => reason === "Killing" && /failed (liveness|startup) probe/.test(message),
    );
  return { ending, killedByProbe };
}

/** Ended badly for the first time and not started again by now. */
function isLeft({ pod, ended, waiting }: Container, { now }: Cluster): boolean {
  return (
    !["Failed", "Succeeded"].includes(text(pod.raw, "status", "phase")) &&
    waiting === undefined &&
    ended !== undefined &&
    (ended.exitCode ?? (ended.reason === "Error" ? 1 : 0)) !== 0 &&
    (ended.finishedAt === undefined || now - ended.finishedAt > STARTED_AGAIN_MS)
  );
}

export function restartsAlways({ pod, init, sidecar }: Container): boolean {
  const policy = text(pod.raw, "spec", "restartPolicy");
  return init ? sidecar || policy !== "Never" : policy === "Always" || policy === "";
}
