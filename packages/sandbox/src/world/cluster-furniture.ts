import type { NodeState } from "../data/scenario.ts";
import type { ClusterData, Company, ServiceData } from "../data/types.ts";
import type { KubernetesObject } from "./cluster.ts";
import { labelsOf, type ObjectContext, owner } from "./deployment-objects.ts";
import type { Random } from "./random.ts";
import { iso } from "./timeline.ts";

/** What stands in every cluster and does not change: namespaces, nodes, Services, the log shipper, the session store. */
export interface FurnitureContext extends ObjectContext {
  readonly company: Company;
  readonly cluster: ClusterData;
  readonly nodes: readonly string[];
  readonly bornMs: number;
}

/** EC2's host names; the seed chooses their addresses. */
export function nodeNames(cluster: ClusterData, random: Random): string[] {
  const domain = cluster.region === "us-east-1" ? "ec2.internal" : `${cluster.region}.compute.internal`;
  return Array.from({ length: cluster.nodes }, (_, i) => {
    const [a, b] = [32 + i * 16, random.int(4, 250, `${cluster.name} node ${i}`)];
    return `ip-10-0-${a}-${b}.${domain}`;
  });
}

export function namespaceObject(name: string, { random, bornMs }: FurnitureContext): KubernetesObject {
  return {
    metadata: {
      name,
      uid: random.uuid(`namespace ${name}`),
      resourceVersion: "412",
      creationTimestamp: iso(bornMs),
      labels: { "kubernetes.io/metadata.name": name },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

export function nodeObject(
  name: string,
  state: NodeState | undefined,
  { random, company, cluster, bornMs, timeline }: FurnitureContext,
): KubernetesObject {
  const heartbeat = iso(Math.floor(timeline.now() / 300_000) * 300_000);
  const fromMs = state ? timeline.afterOnset(state.from) : Number.POSITIVE_INFINITY;
  const untilMs = state?.until === undefined ? Number.POSITIVE_INFINITY : timeline.afterOnset(state.until);
  const ill = state && fromMs <= timeline.now() && timeline.now() < untilMs ? state : undefined;
  const condition = (type: string, status: string, reason: string, message: string) => {
    const hit = ill && (ill.condition === "NotReady" ? type === "Ready" : type === ill.condition);
    return {
      type,
      status: hit ? (type === "Ready" ? "Unknown" : "True") : status,
      lastHeartbeatTime: heartbeat,
      lastTransitionTime: iso(hit ? fromMs : bornMs),
      reason: hit ? (type === "Ready" ? "NodeStatusUnknown" : `KubeletHas${type}`) : reason,
      message: hit ? ill.message : message,
    };
  };
  const taint =
    ill?.condition === "NotReady"
      ? "not-ready"
      : ill?.condition === "MemoryPressure"
        ? "memory-pressure"
        : "disk-pressure";
  const capacity = { cpu: "8", memory: "32386544Ki", pods: "58", "ephemeral-storage": "104845292Ki" };
  return {
    metadata: {
      name,
      uid: random.uuid(`node ${name}`),
      resourceVersion: String(random.int(40_000_000, 90_000_000, `${name} rv`)),
      creationTimestamp: iso(bornMs),
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "m6i.2xlarge",
        "topology.kubernetes.io/region": cluster.region,
      },
    },
    spec: {
      providerID: `aws:///${cluster.region}a/i-${random.text(17, "0123456789abcdef", name)}`,
      ...(ill ? { taints: [{ key: `node.kubernetes.io/${taint}`, effect: "NoSchedule" }] } : {}),
    },
    status: {
      capacity,
      allocatable: { ...capacity, cpu: "7910m", memory: "31370736Ki" },
      conditions: [
        condition(
          "MemoryPressure",
          "False",
          "KubeletHasSufficientMemory",
          "kubelet has sufficient memory available",
        ),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
      ],
      addresses: [{ type: "Hostname", address: name }],
      nodeInfo: {
        kubeletVersion: company.kubernetes_version,
        containerRuntimeVersion: "containerd://1.7.27",
        operatingSystem: "linux",
        architecture: "amd64",
        osImage: "Amazon Linux 2023",
      },
    },
  };
}

export function serviceObject(service: ServiceData, { random, bornMs }: FurnitureContext): KubernetesObject {
  return {
    metadata: {
      name: service.name,
      namespace: service.namespace,
      uid: random.uuid(`service ${service.name}`),
      resourceVersion: "88121",
      creationTimestamp: iso(bornMs),
      labels: labelsOf(service),
    },
    spec: {
      type: "ClusterIP",
      clusterIP: `172.20.${random.int(1, 250, `${service.name} a`)}.${random.int(2, 250, `${service.name} b`)}`,
      ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: "http" }],
      selector: { "app.kubernetes.io/name": service.name },
      sessionAffinity: "None",
    },
    status: { loadBalancer: {} },
  };
}

export function statefulSet(context: FurnitureContext): KubernetesObject {
  const [name, namespace] = sessionStore(context);
  return {
    ...systemWorkload(name, namespace, "registry.acme.example/redis:7.4.1", context),
    status: {
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 1,
      currentReplicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
    },
  };
}

function sessionStore({ cluster }: FurnitureContext): [string, string] {
  return cluster.region === "us-east-1" ? ["redis-sessions", "identity"] : ["redis-catalog", "catalog"];
}

/** What the StatefulSet's template was, as its controller keeps it. */
export function controllerRevision(context: FurnitureContext): KubernetesObject {
  const [name, namespace] = sessionStore(context);
  const { spec } = statefulSet(context) as { spec?: { template?: unknown } };
  return {
    metadata: {
      name: `${name}-${context.random.text(9, "bcdfghjklmnpqrstvwxz2456789", `revision ${name}`)}`,
      namespace,
      uid: context.random.uuid(`revision ${name}`),
      resourceVersion: "90215",
      creationTimestamp: iso(context.bornMs),
      labels: { "app.kubernetes.io/name": name },
      ownerReferences: [owner("apps/v1", "StatefulSet", name, context.random.uuid(`workload ${name}`))],
    },
    data: { spec: { template: spec?.template } },
    revision: 1,
  };
}

export function daemonSet(context: FurnitureContext): KubernetesObject {
  const count = context.nodes.length;
  return {
    ...systemWorkload("fluent-bit", "logging", "registry.acme.example/fluent-bit:3.2.2", context),
    status: {
      currentNumberScheduled: count,
      desiredNumberScheduled: count,
      numberAvailable: count,
      numberMisscheduled: 0,
      numberReady: count,
      updatedNumberScheduled: count,
      observedGeneration: 1,
    },
  };
}

function systemWorkload(
  name: string,
  namespace: string,
  image: string,
  { random, bornMs }: FurnitureContext,
): KubernetesObject {
  const labels = { "app.kubernetes.io/name": name };
  return {
    metadata: {
      name,
      namespace,
      uid: random.uuid(`workload ${name}`),
      resourceVersion: "90214",
      generation: 1,
      creationTimestamp: iso(bornMs),
      labels,
    },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image }] } },
    },
  };
}
