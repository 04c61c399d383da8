import type { ClusterWorkload, KubernetesObject } from "./cluster.ts";
import type { FurnitureContext } from "./cluster-furniture.ts";
import { configMapName, labelsOf } from "./deployment-objects.ts";
import { isReady, podsAt, replicasAt } from "./pods.ts";
import { coresOf } from "./service-metrics.ts";
import { iso } from "./timeline.ts";

/** The objects around a Deployment: autoscaler, disruption budget, configuration, volume, and what its pods use. */
export function autoscalerObject(
  { service, revisions, usage }: ClusterWorkload,
  now: number,
  { random, bornMs }: FurnitureContext,
): KubernetesObject[] {
  const { hpa } = service.workload;
  const current = revisions.at(-1);
  if (!hpa || !current) return [];
  const replicas = replicasAt(current, now);
  const requested = coresOf(current.values.resources.requests.cpu);
  const pods = podsAt(revisions, now).filter((pod) => isReady(pod, now));
  const used = pods.reduce((sum, pod) => sum + usage(pod, now).cores, 0) / Math.max(1, pods.length);
  const limited = replicas >= hpa.max;
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    ...{ type, status: status ? "True" : "False", reason, message },
    lastTransitionTime: iso(current.scale && current.scale.atMs <= now ? current.scale.atMs : bornMs),
  });
  return [
    {
      metadata: metadata(
        service.name,
        service.namespace,
        random.uuid(`hpa ${service.name}`),
        bornMs,
        labelsOf(service),
      ),
      spec: {
        scaleTargetRef: { kind: "Deployment", name: service.name, apiVersion: "apps/v1" },
        minReplicas: hpa.min,
        maxReplicas: hpa.max,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: hpa.cpu_percent } },
          },
        ],
      },
      status: {
        currentReplicas: replicas,
        desiredReplicas: replicas,
        ...(current.scale && current.scale.atMs <= now ? { lastScaleTime: iso(current.scale.atMs) } : {}),
        currentMetrics: [
          {
            type: "Resource",
            resource: {
              name: "cpu",
              current: {
                averageUtilization: Math.round((100 * used) / requested),
                averageValue: `${Math.round(used * 1000)}m`,
              },
            },
          },
        ],
        conditions: [
          condition("AbleToScale", true, "ReadyForNewScale", "recommended size matches current size"),
          condition(
            "ScalingActive",
            true,
            "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
          ),
          limited
            ? condition(
                "ScalingLimited",
                true,
                "TooManyReplicas",
                "the desired replica count is more than the maximum replica count",
              )
            : condition(
                "ScalingLimited",
                false,
                "DesiredWithinRange",
                "the desired count is within the acceptable range",
              ),
        ],
      },
    },
  ];
}

export function disruptionBudget(
  { service, revisions }: ClusterWorkload,
  now: number,
  { random, bornMs }: FurnitureContext,
): KubernetesObject[] {
  const current = revisions.at(-1);
  if (!current) return [];
  const expected = replicasAt(current, now);
  const healthy = podsAt(revisions, now).filter((pod) => isReady(pod, now)).length;
  return [
    {
      metadata: metadata(
        service.name,
        service.namespace,
        random.uuid(`pdb ${service.name}`),
        bornMs,
        labelsOf(service),
      ),
      spec: { maxUnavailable: 1, selector: { matchLabels: { "app.kubernetes.io/name": service.name } } },
      status: {
        ...{ expectedPods: expected, currentHealthy: healthy, desiredHealthy: expected - 1 },
        disruptionsAllowed: Math.max(0, healthy - (expected - 1)),
        observedGeneration: 1,
      },
    },
  ];
}

/** One ConfigMap for each `deploy/config/*.yaml` of the repository, as of its newest commit. */
export function configMapObjects(
  { service, repository }: ClusterWorkload,
  now: number,
  { random, bornMs }: FurnitureContext,
): KubernetesObject[] {
  const commit = repository.commits.findLast(({ atMs }) => atMs <= now) ?? repository.head();
  return Object.entries(commit.tree)
    .filter(([path]) => path.startsWith("deploy/config/"))
    .map(([path, text]) => {
      const name = configMapName(service, path);
      return {
        metadata: metadata(
          name,
          service.namespace,
          random.uuid(`configmap ${service.name} ${name}`),
          bornMs,
          labelsOf(service),
        ),
        data: { [path.replace(/^.*\//, "")]: text },
      };
    });
}

export function claimObject(
  { service, revisions }: ClusterWorkload,
  { random, bornMs }: FurnitureContext,
): KubernetesObject[] {
  const volume = revisions.at(-1)?.values.volume;
  if (!volume) return [];
  const name = `${service.name}-data`;
  return [
    {
      metadata: metadata(name, service.namespace, random.uuid(`pvc ${name}`), bornMs, labelsOf(service)),
      spec: {
        accessModes: ["ReadWriteMany"],
        resources: { requests: { storage: volume.size } },
        storageClassName: "efs",
        volumeMode: "Filesystem",
        volumeName: `pvc-${random.uuid(`pv ${name}`)}`,
      },
      status: { phase: "Bound", accessModes: ["ReadWriteMany"], capacity: { storage: volume.size } },
    },
  ];
}

export function podMetrics({ service, revisions, usage }: ClusterWorkload, now: number): KubernetesObject[] {
  return podsAt(revisions, now)
    .filter((pod) => isReady(pod, now))
    .map((pod) => ({
      metadata: {
        name: pod.name,
        namespace: service.namespace,
        creationTimestamp: iso(now),
        labels: labelsOf(service),
      },
      timestamp: iso(now),
      window: "15s",
      containers: [{ name: service.name, usage: quantities(usage(pod, now)) }],
    }));
}

export function nodeMetrics(
  name: string,
  workloads: readonly ClusterWorkload[],
  now: number,
): KubernetesObject {
  const uses = workloads.flatMap(({ revisions, usage }) =>
    podsAt(revisions, now)
      .filter((pod) => pod.node === name && isReady(pod, now))
      .map((pod) => usage(pod, now)),
  );
  const total = uses.reduce((sum, use) => ({ cores: sum.cores + use.cores, bytes: sum.bytes + use.bytes }), {
    cores: 0.4,
    bytes: 3 * 2 ** 30,
  });
  return {
    metadata: { name, creationTimestamp: iso(now) },
    timestamp: iso(now),
    window: "15s",
    usage: quantities(total),
  };
}

function quantities({ cores, bytes }: { cores: number; bytes: number }) {
  return { cpu: `${Math.round(cores * 1e9)}n`, memory: `${Math.round(bytes / 1024)}Ki` };
}

function metadata(
  name: string,
  namespace: string,
  uid: string,
  bornMs: number,
  labels: Record<string, string>,
): KubernetesObject["metadata"] {
  return { name, namespace, uid, resourceVersion: "412077", creationTimestamp: iso(bornMs), labels };
}
