import type { ServiceData } from "../data/types.ts";
import type { KubernetesObject } from "./cluster.ts";
import { containerSpec, labelsOf, type ObjectContext, owner, volumesOf } from "./deployment-objects.ts";
import { fillNames } from "./fill-names.ts";
import { crashTimes, isDown, isReady, type PodPlan, type Revision, type Trouble, troubleAt } from "./pods.ts";
import { HEX_ALPHABET } from "./random.ts";
import { iso } from "./timeline.ts";

const WAITING: ReadonlySet<string> = new Set(["ImagePullBackOff", "CreateContainerConfigError"]);
/** Pulling the image and creating the container take this long. */
const CREATE_MS = 6_000;

/** A pod as the kubelet would report it at `now`. */
export function podObject(
  service: ServiceData,
  revisions: readonly Revision[],
  pod: PodPlan,
  now: number,
  { random }: ObjectContext,
): KubernetesObject {
  const revision = revisions.find((r) => r.pods.includes(pod));
  if (!revision) return { metadata: { name: pod.name, namespace: service.namespace } };
  const { replicaSet } = revision;
  const trouble = troubleAt(pod, now);
  const scheduled = trouble?.state !== "Pending";
  const waiting = trouble && WAITING.has(trouble.state) ? trouble : null;
  const started = scheduled && !waiting && pod.createdMs + CREATE_MS <= now;
  const ready = isReady(pod, now);
  const since = lastChange(pod, now);
  const condition = (type: string, ok: boolean, atMs: number, why?: { reason: string; message: string }) => ({
    type,
    status: ok ? "True" : "False",
    lastProbeTime: null,
    lastTransitionTime: iso(atMs),
    ...(ok ? {} : why),
  });
  const notReady = {
    reason: "ContainersNotReady",
    message: `containers with unready status: [${service.name}]`,
  };
  if (trouble?.state === "Evicted") return evicted(trouble);
  return {
    metadata: metadata(),
    spec: spec(),
    status: {
      phase: started ? "Running" : "Pending",
      conditions: scheduled
        ? [
            condition("PodReadyToStartContainers", started, pod.createdMs + 2000),
            condition("Initialized", true, pod.createdMs),
            condition("Ready", ready, since, notReady),
            condition("ContainersReady", ready, since, notReady),
            condition("PodScheduled", true, pod.createdMs),
          ]
        : [
            condition("PodScheduled", false, pod.createdMs, {
              reason: "Unschedulable",
              message: trouble?.message ?? "",
            }),
          ],
      ...(scheduled
        ? {
            hostIP: "10.0.41.17",
            hostIPs: [{ ip: "10.0.41.17" }],
            ...(started ? { podIP: pod.ip, podIPs: [{ ip: pod.ip }] } : {}),
            startTime: iso(pod.createdMs),
            containerStatuses: [containerStatus()],
          }
        : {}),
      qosClass: "Burstable",
    },
  };

  /** What the kubelet leaves of a pod it evicted. */
  function evicted({ message, fromMs }: Trouble): KubernetesObject {
    return {
      metadata: metadata(),
      spec: spec(),
      status: {
        phase: "Failed",
        reason: "Evicted",
        message,
        startTime: iso(pod.createdMs),
        conditions: [condition("DisruptionTarget", true, fromMs)],
        qosClass: "Burstable",
      },
    };
  }

  function metadata(): KubernetesObject["metadata"] {
    return {
      name: pod.name,
      generateName: `${replicaSet}-`,
      namespace: service.namespace,
      uid: pod.uid,
      resourceVersion: String(random.int(40_000_000, 90_000_000, `${pod.name} rv`)),
      creationTimestamp: iso(pod.createdMs),
      labels: { ...labelsOf(service), "pod-template-hash": (revision as Revision).hash },
      annotations: {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "8080",
        ...revision?.values.podAnnotations,
      },
      ownerReferences: [owner("apps/v1", "ReplicaSet", replicaSet, random.uuid(replicaSet))],
    };
  }

  function spec() {
    return {
      containers: [containerSpec(service, revision as Revision)],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      serviceAccountName: service.name,
      serviceAccount: service.name,
      ...(scheduled ? { nodeName: pod.node } : {}),
      ...volumesOf(service, revision as Revision),
      securityContext: { runAsNonRoot: true },
      schedulerName: "default-scheduler",
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
    };
  }

  function containerStatus() {
    const container = containerSpec(service, revision as Revision);
    const crash = pod.crash;
    const crashes = crash ? crashTimes(crash, now) : [];
    const down = isDown(crash, now);
    const id = (n: number): string =>
      `containerd://${random.text(64, HEX_ALPHABET, `${pod.name} container ${n}`)}`;
    const bootMs = pod.createdMs + CREATE_MS;
    const startedMs = crash && crashes.length > 0 ? (crashes.at(-1) ?? 0) + crash.downMs : bootMs;
    const previousStart = crash && crashes.length > 1 ? (crashes.at(-2) ?? 0) + crash.downMs : bootMs;
    const lastCrash = crashes.at(-1);
    const lastState =
      crash && lastCrash !== undefined
        ? {
            terminated: {
              exitCode: crash.spec.exit_code,
              reason: crash.spec.reason,
              ...(crash.spec.message === undefined ? {} : { message: crash.spec.message }),
              startedAt: iso(previousStart),
              finishedAt: iso(lastCrash),
              containerID: id(crashes.length - 1),
            },
          }
        : {};
    const state = waiting
      ? {
          waiting: {
            reason: waiting.state,
            message: fillNames(waiting.message, { image: container.image }),
          },
        }
      : !started
        ? { waiting: { reason: "ContainerCreating" } }
        : down
          ? {
              waiting: {
                reason: "CrashLoopBackOff",
                message: `back-off ${duration(crash?.downMs ?? 0)} restarting failed container=${service.name} pod=${pod.name}_${service.namespace}(${pod.uid})`,
              },
            }
          : { running: { startedAt: iso(startedMs) } };
    return {
      name: service.name,
      state,
      lastState,
      ready,
      restartCount: down ? crashes.length - 1 : crashes.length,
      image: container.image,
      imageID: started
        ? `${container.image.replace(/:[^:]*$/, "")}@sha256:${random.text(64, HEX_ALPHABET, container.image)}`
        : "",
      ...(started ? { containerID: id(down ? crashes.length - 1 : crashes.length) } : {}),
      started: started && !down,
    };
  }
}

/** As Go prints a duration: `2m40s`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function lastChange(pod: PodPlan, now: number): number {
  const lastCrash = pod.crash ? crashTimes(pod.crash, now).at(-1) : undefined;
  if (lastCrash === undefined) {
    const trouble = troubleAt(pod, now);
    if (trouble) return Math.max(pod.createdMs, trouble.fromMs);
    return pod.readyMs <= now ? pod.readyMs : pod.createdMs;
  }
  return isDown(pod.crash, now) ? lastCrash : lastCrash + (pod.crash?.downMs ?? 0);
}
