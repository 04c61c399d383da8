import type { ScenarioEvent } from "../data/scenario.ts";
import type { ClusterWorkload, KubernetesObject } from "./cluster.ts";
import type { ObjectContext } from "./deployment-objects.ts";
import { fillNames } from "./fill-names.ts";
import { type EventFacts, podEvents } from "./pod-events.ts";
import type { Revision } from "./pods.ts";
import { iso } from "./timeline.ts";

/** The API server forgets events after an hour. */
const EVENT_TTL_MS = 60 * 60_000;

/** core/v1 Events of a service's Deployment, ReplicaSets and pods that are not older than an hour at `now`. */
export function eventsOf(
  workload: ClusterWorkload,
  now: number,
  { random, timeline }: ObjectContext,
): KubernetesObject[] {
  const { service, revisions } = workload;
  const facts = [
    ...revisions.flatMap((revision, i) => [
      ...rolloutEvents(revision, revisions[i - 1]),
      ...scaleEvents(revision),
      ...refusals(revision),
      ...revision.pods
        .filter((pod) => pod.createdMs <= now)
        .flatMap((pod) => podEvents(service, revision, pod, now)),
    ]),
    ...workload.events.map(declared),
  ];
  return facts
    .filter((fact) => fact.firstMs <= now && fact.lastMs >= now - EVENT_TTL_MS)
    .map((fact) => toEvent(fact));

  function scaled(message: string, atMs: number): EventFacts {
    return {
      ...{ kind: "Deployment", name: service.name, uid: random.uuid(`deployment ${service.name}`) },
      ...{ type: "Normal", reason: "ScalingReplicaSet", message, component: "deployment-controller" },
      ...{ firstMs: atMs, lastMs: atMs, count: 1 },
    };
  }

  /** What the controller says when it is asked for another number of replicas, in one step. */
  function scaleEvents({ replicaSet, scale, values }: Revision): EventFacts[] {
    if (scale === null || scale.to === values.replicaCount) return [];
    const way = scale.to > values.replicaCount ? "up" : "down";
    return [
      scaled(
        `Scaled ${way} replica set ${replicaSet} from ${values.replicaCount} to ${scale.to}`,
        scale.atMs,
      ),
    ];
  }

  function rolloutEvents(revision: Revision, previous: Revision | undefined): EventFacts[] {
    const total = revision.values.replicaCount;
    const planned = revision.pods.filter((pod) => Number.isFinite(pod.createdMs));
    return planned.flatMap((pod, i) => [
      ...(i < total
        ? [scaled(`Scaled up replica set ${revision.replicaSet} from ${i} to ${i + 1}`, pod.createdMs)]
        : []),
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
      ...(previous && i < total
        ? [
            scaled(
              `Scaled down replica set ${previous.replicaSet} from ${total - i} to ${total - i - 1}`,
              pod.readyMs + 1000,
            ),
          ]
        : []),
    ]);
  }

  function refusals(revision: Revision): EventFacts[] {
    const { notCreated } = revision;
    if (!notCreated || notCreated.fromMs > now) return [];
    return [
      {
        kind: "ReplicaSet",
        name: revision.replicaSet,
        uid: random.uuid(revision.replicaSet),
        type: "Warning",
        reason: "FailedCreate",
        message: `Error creating: ${fillNames(notCreated.message, { pod: `${revision.replicaSet}-x7k2p` })}`,
        component: "replicaset-controller",
        firstMs: notCreated.fromMs,
        lastMs: now,
        count: 1 + Math.floor((now - notCreated.fromMs) / 60_000),
      },
    ];
  }

  function declared(event: ScenarioEvent): EventFacts {
    const newest = revisions.at(-1);
    const pod = newest?.pods[0];
    const name =
      event.kind === "Pod"
        ? (pod?.name ?? "")
        : event.kind === "ReplicaSet"
          ? (newest?.replicaSet ?? "")
          : event.kind === "PersistentVolumeClaim"
            ? `${service.name}-data`
            : service.name;
    const firstMs = timeline.afterOnset(event.from);
    const untilMs = Math.min(now, event.until === undefined ? now : timeline.afterOnset(event.until));
    const everyMs = event.every === undefined ? Number.POSITIVE_INFINITY : event.every * 60_000;
    const repeats = Math.max(0, Math.floor((untilMs - firstMs) / everyMs));
    return {
      kind: event.kind,
      name,
      uid: random.uuid(event.kind === "Deployment" ? `deployment ${name}` : name),
      type: event.type,
      reason: event.reason,
      message: fillNames(event.message, { pod: pod?.name ?? "" }),
      component: event.component,
      firstMs,
      lastMs: repeats === 0 ? firstMs : firstMs + repeats * everyMs,
      count: 1 + repeats,
    };
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
        apiVersion:
          fact.kind === "Pod" || fact.kind === "PersistentVolumeClaim"
            ? "v1"
            : fact.kind === "HorizontalPodAutoscaler"
              ? "autoscaling/v2"
              : "apps/v1",
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
