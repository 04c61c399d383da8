import type { ClusterWorkload, KubernetesObject } from "./cluster.ts";
import { containerSpec, type ObjectContext } from "./deployment-objects.ts";
import { crashTimes, type PodPlan, type Revision } from "./pods.ts";
import { iso } from "./timeline.ts";

/** The API server forgets events after an hour. */
const EVENT_TTL_MS = 60 * 60_000;

interface EventFacts {
  readonly kind: "Pod" | "ReplicaSet" | "Deployment";
  readonly name: string;
  readonly uid: string;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host?: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
}

/** core/v1 Events of a service's Deployment, ReplicaSets and pods that are not older than an hour at `now`. */
export function eventsOf(
  workload: ClusterWorkload,
  now: number,
  { random }: ObjectContext,
): KubernetesObject[] {
  const { service, revisions } = workload;
  const facts = revisions.flatMap((revision, i) => [
    ...scalingEvents(revision, revisions[i - 1]),
    ...revision.pods.flatMap((pod) => [...podEvents(revision, pod), ...crashEvents(pod)]),
  ]);
  return facts
    .filter((fact) => fact.firstMs <= now && fact.lastMs >= now - EVENT_TTL_MS)
    .map((fact) => toEvent(fact));

  function scalingEvents(revision: Revision, previous: Revision | undefined): EventFacts[] {
    const deployment = {
      kind: "Deployment",
      name: service.name,
      uid: random.uuid(`deployment ${service.name}`),
    } as const;
    const scaled = (message: string, atMs: number): EventFacts => ({
      ...deployment,
      type: "Normal",
      reason: "ScalingReplicaSet",
      message,
      component: "deployment-controller",
      firstMs: atMs,
      lastMs: atMs,
      count: 1,
    });
    const total = revision.values.replicaCount;
    return revision.pods.flatMap((pod, i) => [
      scaled(`Scaled up replica set ${revision.replicaSet} from ${i} to ${i + 1}`, pod.createdMs),
      {
        kind: "ReplicaSet",
        name: revision.replicaSet,
        uid: random.uuid(revision.replicaSet),
        type: "Normal",
        reason: "SuccessfulCreate",
        message: `Created pod: ${pod.name}`,
        component: "replicaset-controller",
        firstMs: pod.createdMs,
        lastMs: pod.createdMs,
        count: 1,
      },
      ...(previous
        ? [
            scaled(
              `Scaled down replica set ${previous.replicaSet} from ${total - i} to ${total - i - 1}`,
              pod.readyMs + 1000,
            ),
          ]
        : []),
    ]);
  }

  function podEvents(revision: Revision, pod: PodPlan): EventFacts[] {
    const { image, readinessProbe } = containerSpec(service, revision);
    const about = { kind: "Pod", name: pod.name, uid: pod.uid } as const;
    const normal = (reason: string, message: string, atMs: number, component = "kubelet"): EventFacts => ({
      ...about,
      type: "Normal",
      reason,
      message,
      component,
      ...(component === "kubelet" ? { host: pod.node } : {}),
      firstMs: atMs,
      lastMs: atMs,
      count: 1,
    });
    const bootMs = pod.createdMs + 6_000;
    const probed = Math.min(now, pod.createdMs + 8_000 + (pod.probeFailures - 1) * 5_000);
    const failures = Math.min(pod.probeFailures, Math.floor((now - pod.createdMs - 8_000) / 5_000) + 1);
    return [
      normal(
        "Scheduled",
        `Successfully assigned ${service.namespace}/${pod.name} to ${pod.node}`,
        pod.createdMs,
        "default-scheduler",
      ),
      normal("Pulling", `Pulling image "${image}"`, pod.createdMs + 1000),
      normal(
        "Pulled",
        `Successfully pulled image "${image}" in 4.1s (4.1s including waiting). Image size: 214958231 bytes.`,
        bootMs - 1000,
      ),
      normal("Created", `Created container: ${service.name}`, bootMs),
      normal("Started", `Started container ${service.name}`, bootMs),
      ...(failures > 0
        ? [
            {
              ...about,
              type: "Warning" as const,
              reason: "Unhealthy",
              message: `Readiness probe failed: Get "http://${pod.ip}:8080${readinessProbe.httpGet.path}": dial tcp ${pod.ip}:8080: connect: connection refused`,
              component: "kubelet",
              host: pod.node,
              firstMs: pod.createdMs + 8_000,
              lastMs: probed,
              count: failures,
            },
          ]
        : []),
      ...(pod.endMs <= now ? [normal("Killing", `Stopping container ${service.name}`, pod.endMs)] : []),
    ];
  }

  function crashEvents(pod: PodPlan): EventFacts[] {
    if (!pod.crash) return [];
    const times = crashTimes(pod.crash, now);
    const [first, last] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [
      {
        kind: "Pod",
        name: pod.name,
        uid: pod.uid,
        type: "Warning",
        reason: "BackOff",
        message: `Back-off restarting failed container ${service.name} in pod ${pod.name}_${service.namespace}(${pod.uid})`,
        component: "kubelet",
        host: pod.node,
        firstMs: first + 2_000,
        lastMs: Math.min(now, last + pod.crash.downMs - 5_000),
        count: times.length * 4,
      },
    ];
  }

  function toEvent(fact: EventFacts): KubernetesObject {
    const suffix = random.text(16, "0123456789abcdef", `${fact.name} ${fact.reason} ${fact.message}`);
    return {
      metadata: {
        name: `${fact.name}.${suffix}`,
        namespace: service.namespace,
        uid: random.uuid(`event ${fact.name} ${suffix}`),
        resourceVersion: String(random.int(40_000_000, 90_000_000, suffix)),
        creationTimestamp: iso(fact.firstMs),
      },
      involvedObject: {
        kind: fact.kind,
        namespace: service.namespace,
        name: fact.name,
        uid: fact.uid,
        apiVersion: fact.kind === "Pod" ? "v1" : "apps/v1",
        ...(fact.kind === "Pod" && fact.component === "kubelet"
          ? { fieldPath: `spec.containers{${service.name}}` }
          : {}),
      },
      reason: fact.reason,
      message: fact.message,
      source: { component: fact.component, ...(fact.host === undefined ? {} : { host: fact.host }) },
      firstTimestamp: iso(fact.firstMs),
      lastTimestamp: iso(fact.lastMs),
      count: fact.count,
      type: fact.type,
      eventTime: null,
      reportingComponent: fact.component,
      reportingInstance: fact.host ?? "",
    };
  }
}
