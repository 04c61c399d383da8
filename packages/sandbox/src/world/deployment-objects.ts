import type { ServiceData } from "../data/types.ts";
import type { ClusterWorkload, KubernetesObject } from "./cluster.ts";
import { fillNames } from "./fill-names.ts";
import { isReady, type PodPlan, type Revision, replicasAt, troubleAt } from "./pods.ts";
import type { Random } from "./random.ts";
import { iso, type Timeline } from "./timeline.ts";

const PROGRESS_DEADLINE_MS = 600_000;

export interface ObjectContext {
  readonly timeline: Timeline;
  readonly random: Random;
}

/** A Deployment as the controller would report it at `now`, halfway through a rollout included. */
export function deploymentObject(
  { service, revisions }: ClusterWorkload,
  now: number,
  { timeline, random }: ObjectContext,
): KubernetesObject {
  const begun = revisions.filter((revision) => revision.release.atMs <= now);
  const current = begun.at(-1);
  const first = begun[0];
  if (!current || !first) return { metadata: { name: service.name, namespace: service.namespace } };
  const alive = begun.flatMap((revision) => revision.pods.filter((pod) => exists(pod, now)));
  const updated = current.pods.filter((pod) => exists(pod, now));
  const ready = alive.filter((pod) => isReady(pod, now));
  const wanted = replicasAt(current, now);
  const finishedMs = Math.max(
    ...current.pods.slice(0, current.values.replicaCount).map((pod) => pod.readyMs),
  );
  const done = finishedMs <= now;
  const late = !done && now - current.release.atMs > PROGRESS_DEADLINE_MS;
  const unavailable = Math.max(0, wanted - ready.length);
  const available = unavailable <= Math.floor(wanted / 4);
  const lastCrashMs = Math.max(timeline.onsetMs, done ? finishedMs : 0);
  const refused = current.notCreated && current.notCreated.fromMs <= now ? current.notCreated : null;
  return {
    metadata: {
      name: service.name,
      namespace: service.namespace,
      uid: random.uuid(`deployment ${service.name}`),
      resourceVersion: String(random.int(40_000_000, 90_000_000, `${service.name} rv`)),
      generation: current.number + 3,
      creationTimestamp: iso(first.release.atMs - 120 * 24 * 3_600_000),
      labels: labelsOf(service),
      annotations: {
        "deployment.kubernetes.io/revision": String(current.number),
        "meta.helm.sh/release-name": service.name,
        "meta.helm.sh/release-namespace": service.namespace,
      },
    },
    spec: {
      replicas: wanted,
      selector: { matchLabels: { "app.kubernetes.io/name": service.name } },
      template: podTemplate(service, current),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {
      observedGeneration: current.number + 3,
      replicas: alive.length,
      updatedReplicas: updated.length,
      readyReplicas: ready.length,
      availableReplicas: ready.length,
      ...(alive.length > ready.length ? { unavailableReplicas: alive.length - ready.length } : {}),
      conditions: [
        {
          type: "Available",
          status: available ? "True" : "False",
          lastUpdateTime: iso(available ? first.release.atMs : lastCrashMs),
          lastTransitionTime: iso(available ? first.release.atMs : lastCrashMs),
          reason: available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
          message: available
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        },
        {
          type: "Progressing",
          status: late ? "False" : "True",
          lastUpdateTime: iso(done ? finishedMs : (updated.at(-1)?.createdMs ?? current.release.atMs)),
          lastTransitionTime: iso(first.release.atMs),
          reason: done ? "NewReplicaSetAvailable" : late ? "ProgressDeadlineExceeded" : "ReplicaSetUpdated",
          message: `ReplicaSet "${current.replicaSet}" ${done ? "has successfully progressed." : late ? "has timed out progressing." : "is progressing."}`,
        },
        ...(refused
          ? [
              {
                type: "ReplicaFailure",
                status: "True",
                lastUpdateTime: iso(refused.fromMs),
                lastTransitionTime: iso(refused.fromMs),
                reason: "FailedCreate",
                message: fillNames(refused.message, { pod: `${current.replicaSet}-` }),
              },
            ]
          : []),
      ],
    },
  };
}

export function replicaSetObject(
  service: ServiceData,
  revision: Revision,
  now: number,
  { random }: ObjectContext,
): KubernetesObject {
  const alive = revision.pods.filter((pod) => exists(pod, now));
  const ready = alive.filter((pod) => isReady(pod, now));
  const replicaCount = replicasAt(revision, now);
  const refused = revision.notCreated !== null && revision.notCreated.fromMs <= now;
  return {
    metadata: {
      name: revision.replicaSet,
      namespace: service.namespace,
      uid: random.uuid(revision.replicaSet),
      resourceVersion: String(random.int(40_000_000, 90_000_000, `${revision.replicaSet} rv`)),
      generation: 1,
      creationTimestamp: iso(revision.release.atMs),
      labels: { ...labelsOf(service), "pod-template-hash": revision.hash },
      annotations: {
        "deployment.kubernetes.io/desired-replicas": String(replicaCount),
        "deployment.kubernetes.io/max-replicas": String(replicaCount + 1),
        "deployment.kubernetes.io/revision": String(revision.number),
      },
      ownerReferences: [
        owner("apps/v1", "Deployment", service.name, random.uuid(`deployment ${service.name}`)),
      ],
    },
    spec: {
      replicas: refused ? replicaCount : alive.length,
      selector: {
        matchLabels: { "app.kubernetes.io/name": service.name, "pod-template-hash": revision.hash },
      },
      template: podTemplate(service, revision),
    },
    status: {
      replicas: alive.length,
      fullyLabeledReplicas: alive.length,
      readyReplicas: ready.length,
      availableReplicas: ready.length,
      observedGeneration: 1,
    },
  };
}

export function owner(apiVersion: string, kind: string, name: string, uid: string) {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function labelsOf(service: ServiceData): Record<string, string> {
  return {
    "app.kubernetes.io/name": service.name,
    "app.kubernetes.io/instance": service.name,
    "app.kubernetes.io/managed-by": "Helm",
  };
}

/** The container as `deploy/values.yaml` of the revision's commit describes it. */
export function containerSpec(service: ServiceData, { values }: Revision) {
  return {
    name: service.name,
    image: `${values.image.repository}:${values.image.tag}`,
    ports: [{ name: "http", containerPort: values.readinessProbe.port, protocol: "TCP" }],
    env: Object.entries(values.env).map(([name, value]) => ({ name, value })),
    resources: values.resources,
    readinessProbe: {
      httpGet: { path: values.readinessProbe.path, port: "http", scheme: "HTTP" },
      timeoutSeconds: 1,
      periodSeconds: 5,
      successThreshold: 1,
      failureThreshold: 3,
    },
    ...(values.livenessProbe
      ? {
          livenessProbe: {
            httpGet: { path: values.livenessProbe.path, port: "http", scheme: "HTTP" },
            initialDelaySeconds: 20,
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
        }
      : {}),
    ...(configFiles(service).length > 0
      ? { envFrom: configFiles(service).map((name) => ({ configMapRef: { name } })) }
      : {}),
    ...(values.volume ? { volumeMounts: [{ name: "data", mountPath: "/var/lib/data" }] } : {}),
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
  };
}

/** Names of the ConfigMaps that a service's `deploy/config/*.yaml` become. */
export function configFiles(service: ServiceData): string[] {
  return Object.keys(service.files)
    .filter((path) => path.startsWith("deploy/config/"))
    .map((path) => configMapName(service, path));
}

/** `cart-service-flags` of `deploy/config/flags.yaml`. */
export function configMapName(service: ServiceData, path: string): string {
  return `${service.name}-${path.replace(/^.*\//, "").replace(/\.\w+$/, "")}`;
}

function podTemplate(service: ServiceData, revision: Revision) {
  return {
    metadata: {
      labels: { ...labelsOf(service), "pod-template-hash": revision.hash },
      ...(revision.values.podAnnotations ? { annotations: revision.values.podAnnotations } : {}),
    },
    spec: {
      containers: [containerSpec(service, revision)],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      serviceAccountName: service.name,
      schedulerName: "default-scheduler",
      securityContext: { runAsNonRoot: true },
      ...volumesOf(service, revision),
    },
  };
}

/** The claim that the containers mount, where the service keeps data. */
export function volumesOf(service: ServiceData, { values }: Revision) {
  return values.volume
    ? { volumes: [{ name: "data", persistentVolumeClaim: { claimName: `${service.name}-data` } }] }
    : {};
}

function exists(pod: PodPlan, now: number): boolean {
  return pod.createdMs <= now && now < pod.endMs && troubleAt(pod, now)?.state !== "Evicted";
}
