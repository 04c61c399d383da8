import type { ServiceData } from "../data/types.ts";
import type { KubernetesObject } from "./cluster.ts";
import { containerSpec, isReady, labelsOf, type ObjectContext, owner } from "./deployment-objects.ts";
import { crashTimes, isDown, type PodPlan, type Revision } from "./pods.ts";
import { HEX_ALPHABET } from "./random.ts";
import { iso } from "./timeline.ts";

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
  const started = pod.createdMs + CREATE_MS <= now;
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
  return {
    metadata: {
      name: pod.name,
      generateName: `${revision.replicaSet}-`,
      namespace: service.namespace,
      uid: pod.uid,
      resourceVersion: String(random.int(40_000_000, 90_000_000, `${pod.name} rv`)),
      creationTimestamp: iso(pod.createdMs),
      labels: { ...labelsOf(service), "pod-template-hash": revision.hash },
      annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
      ownerReferences: [
        owner("apps/v1", "ReplicaSet", revision.replicaSet, random.uuid(revision.replicaSet)),
      ],
    },
    spec: {
      containers: [containerSpec(service, revision)],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      serviceAccountName: service.name,
      serviceAccount: service.name,
      nodeName: pod.node,
      securityContext: { runAsNonRoot: true },
      schedulerName: "default-scheduler",
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
    },
    status: {
      phase: started ? "Running" : "Pending",
      conditions: [
        condition("PodReadyToStartContainers", started, pod.createdMs + 2000),
        condition("Initialized", true, pod.createdMs),
        condition("Ready", ready, since, notReady),
        condition("ContainersReady", ready, since, notReady),
        condition("PodScheduled", true, pod.createdMs),
      ],
      hostIP: "10.0.41.17",
      hostIPs: [{ ip: "10.0.41.17" }],
      ...(started ? { podIP: pod.ip, podIPs: [{ ip: pod.ip }] } : {}),
      startTime: iso(pod.createdMs),
      containerStatuses: [containerStatus()],
      qosClass: "Burstable",
    },
  };

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
              startedAt: iso(previousStart),
              finishedAt: iso(lastCrash),
              containerID: id(crashes.length - 1),
            },
          }
        : {};
    const state = !started
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
  if (lastCrash === undefined) return pod.readyMs <= now ? pod.readyMs : pod.createdMs;
  return isDown(pod.crash, now) ? lastCrash : lastCrash + (pod.crash?.downMs ?? 0);
}
