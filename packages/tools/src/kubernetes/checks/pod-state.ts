import type { Cluster } from "./cluster.ts";
import { type Container, condition, containersOf, endWords, eventsOfContainer } from "./containers.ts";
import { restartsAlways } from "./crash.ts";
import type { Check, Draft } from "./finding.ts";
import { ownWords } from "./own-words.ts";
import { dig, list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { duration, quote } from "./words.ts";

const SETTLES_MS = 30_000;
const STUCK_MS = 10 * 60_000;
const PHASES = new Set([
  "",
  "Pending",
  "Running",
  "Succeeded",
  "Failed",
  "Unknown",
  "Completed",
  "Terminating",
]);
/** Waiting for these is normal for a while; when it is not, a check of its own says so. */
const ON_ITS_WAY = new Set(["", "ContainerCreating", "PodInitializing", "ErrImagePull", "ImagePullBackOff"]);
const UNREADY_MS = 5 * 60_000;

/** What remains when no sharper check applies: a pod that failed, never came up, or is not ready without a word why. */
export const podState: Check = {
  kinds: ["Pod"],
  check(pod, cluster) {
    if (pod.deletionAt !== undefined) return [];
    const phase = text(pod.raw, "status", "phase");
    // Lists made from kubectl's table hold its STATUS word where the API has one of five phases.
    if (phase === "Failed" || phase === "Unknown" || !PHASES.has(phase)) return failed(pod, phase, cluster);
    if (phase === "Pending") return pending(pod, cluster);
    return phase === "Succeeded" ? [] : unready(pod, cluster);
  },
};

function failed(pod: Resource, phase: string, cluster: Cluster): readonly Draft[] {
  const reason = text(pod.raw, "status", "reason");
  if (reason === "Evicted" || isJobsMatter(pod, cluster) || reason === "Shutdown" || reason === "Terminated")
    return [];
  const ended = containersOf(pod).filter(({ ended }) => ended !== undefined && ended.exitCode !== 0);
  // A controller has long put another in its place.
  if (pod.owner !== undefined && phase === "Failed" && !isRecent(pod, cluster)) return [];
  const how = ended
    .flatMap((container) => (container.ended === undefined ? [] : endWords(container, container.ended)))
    .join(", ");
  const said = ended.flatMap(({ name }) => ownWords(cluster.logsOf(pod, name)).lines).slice(-2);
  return [
    {
      code: "k8s.pod_failed",
      severity: "critical",
      confidence: 0.85,
      at: pod,
      since: ended[0]?.ended?.finishedAt,
      summary:
        `Pod ${pod.name} is ${phase}${reason === "" ? "" : ` (${reason})`}${how === "" ? "" : `: ${how}`}. ` +
        `${quote(text(pod.raw, "status", "message"))}${said.map((line) => ` It wrote: "${line}".`).join("")}`.trim(),
      evidence: [pointer(pod, "status", "phase"), ...ended.map(({ evidence }) => evidence)],
    },
  ];
}

/** A Job judges its pods: it may try again, and may have succeeded since. Without the Job, its other pods tell. */
function isJobsMatter(pod: Resource, cluster: Cluster): boolean {
  if (pod.owner?.kind !== "Job") return false;
  const others = cluster.ownedBy({ ...pod, ...pod.owner }, "Pod");
  return (
    cluster.lists("Job", pod.namespace) ||
    others.some(({ raw }) => ["Succeeded", "Running", "Pending"].includes(text(raw, "status", "phase")))
  );
}

function isRecent(pod: Resource, cluster: Cluster): boolean {
  const times = containersOf(pod).map(({ ended }) => ended?.finishedAt ?? 0);
  return cluster.now - Math.max(0, pod.createdAt ?? 0, ...times) < STUCK_MS;
}

function pending(pod: Resource, cluster: Cluster): readonly Draft[] {
  const sandbox = cluster.eventsOf(pod).find(({ reason }) => reason === "FailedCreatePodSandBox");
  const age = pod.createdAt === undefined ? undefined : cluster.now - pod.createdAt;
  const containers = containersOf(pod);
  const scheduled =
    text(condition(pod, "PodScheduled"), "status") === "True" ||
    text(pod.raw, "spec", "nodeName") !== "" ||
    containers.length > 0;
  const idle = containers.every(
    ({ waiting, running, ended }) => waiting !== undefined || (!running && ended === undefined),
  );
  const failing = sandbox !== undefined && (age === undefined || age > SETTLES_MS);
  if (!scheduled || !idle || (!failing && (age ?? 0) < STUCK_MS)) return [];
  const reason =
    containersOf(pod)
      .map(({ waiting }) => waiting?.reason)
      .find((word) => word !== undefined) ?? "Pending";
  return [
    {
      code: sandbox ? "k8s.sandbox" : "k8s.not_ready",
      severity: "warning",
      confidence: sandbox ? 0.85 : 0.6,
      at: pod,
      since: pod.createdAt,
      summary: `Pod ${pod.name} has been Pending (${reason}) for ${age === undefined ? "a while" : duration(age)}.${sandbox ? ` ${quote(sandbox.message)}` : ""}`,
      evidence: [pointer(pod, "status"), ...(sandbox ? [pointer(sandbox.resource)] : [])],
    },
  ];
}

function unready(pod: Resource, cluster: Cluster): readonly Draft[] {
  const ready = condition(pod, "Ready");
  if (text(ready, "status") === "True") return [];
  const since = time(ready, "lastTransitionTime");
  const containers = containersOf(pod);
  const node = cluster.find("Node", "", text(pod.raw, "spec", "nodeName"));
  const nodeDown =
    node !== undefined &&
    text(condition(node, "Ready"), "status") !== "True" &&
    condition(node, "Ready") !== undefined;
  const odd = containers.find(
    ({ ready: up, waiting, init }) =>
      !up && !init && waiting !== undefined && !ON_ITS_WAY.has(waiting.reason),
  );
  const over = isJobsMatter(pod, cluster) ? undefined : containers.find(isOverForGood);
  const fell = since === undefined && containers.some(hasFallen);
  if (text(ready, "status") !== "False" && odd === undefined && over === undefined && !fell) return [];
  const waited = since === undefined ? undefined : cluster.now - since;
  const gates = list(pod.raw, "spec", "readinessGates")
    .map((gate) => text(gate, "conditionType"))
    .filter((type) => text(condition(pod, type), "status") !== "True");
  const bad = containers.filter(({ ready: up, init }) => !up && !init);
  const quiet = bad.every((container) => eventsOfContainer(container, cluster).length === 0);
  if (!nodeDown && odd === undefined && over === undefined && !fell && (waited ?? 0) < UNREADY_MS) return [];
  const why = odd?.waiting
    ? `container ${odd.name} waits (${odd.waiting.reason}: ${quote(odd.waiting.message, 200)})`
    : nodeDown
      ? `its node ${node.name} is not ready`
      : over?.ended
        ? `${endWords(over, over.ended)} and is not started again`
        : gates.length > 0
          ? `readiness gate ${gates.join(", ")} is not met`
          : quote(
              text(ready, "message") ||
                text(ready, "reason") ||
                (fell ? lastWords(pod) : "no reason is given"),
            );
  return [
    {
      code: "k8s.not_ready",
      severity: "warning",
      confidence: quiet ? 0.6 : 0.7,
      at: pod,
      since,
      summary: `Pod ${pod.name} ${waited === undefined ? "is not ready" : `has not been ready for ${duration(waited)}`}: ${why.replace(/\.$/, "")}.`,
      evidence: [pointer(pod, "status", "conditions")],
      ...(nodeDown ? { causes: [node] } : {}),
      ...(dig(pod.raw, "status") === undefined ? { onlyAsSymptom: true } : {}),
    },
  ];
}

/** Failed in a pod whose other containers run on, and whose restart policy leaves it so. */
function isOverForGood(container: Container): boolean {
  const { ended, init } = container;
  return !init && ended?.exitCode !== undefined && ended.exitCode !== 0 && !restartsAlways(container);
}

/** Started again after an end, and not ready since. */
function hasFallen({ ready, init, last }: Container): boolean {
  return !ready && !init && last !== undefined;
}

function lastWords(pod: Resource): string {
  const fallen = containersOf(pod).find(hasFallen);
  return fallen?.last === undefined ? "" : `${endWords(fallen, fallen.last)} and is not ready since`;
}
