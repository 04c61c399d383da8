import { count, dig, list, strings, text, time } from "./raw.ts";

/** Any Kubernetes object, its address read out; everything else is read from `raw` when it is needed. */
export interface Resource {
  readonly kind: string;
  /** "" for what lives in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly createdAt: number | undefined;
  /** When its grace period ends, which is what the API stores; undefined while nobody deletes it. */
  readonly deletionAt: number | undefined;
  readonly raw: unknown;
  /** False for an object that another one names but that is not among those given. */
  readonly given: boolean;
}

/** An event, core/v1 or events.k8s.io/v1. */
export interface ObjectEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly about: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly field: string;
  readonly resource: Resource;
}

/** Kinds that others name theirs after, too: a Service of Knative is none of Kubernetes. */
export const HOME: Readonly<Record<string, string>> = {
  Application: "argoproj.io",
  Certificate: "cert-manager.io",
};
const OF_KUBERNETES = /^(apps|autoscaling|batch|extensions|policy|)$|(^|\.)k8s\.io$/;
const CLAIMED = new Set([
  ...[
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Endpoints",
    "Event",
    "Gateway",
    "GatewayClass",
    "GRPCRoute",
  ],
  ...[
    "HorizontalPodAutoscaler",
    "HTTPRoute",
    "Ingress",
    "IngressClass",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "Node",
  ],
  ...[
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "ReplicaSet",
    "ReplicationController",
  ],
  ...[
    "ResourceQuota",
    "Secret",
    "Service",
    "StatefulSet",
    "StorageClass",
    "TCPRoute",
    "TLSRoute",
    "VolumeAttachment",
  ],
]);

/** The kind, with its group behind it (`Service.serving.knative.dev`) where the bare word means something else. */
export function kindOf(kind: string, apiVersion: string): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.lastIndexOf("/")) : "";
  if (apiVersion === "" || !(CLAIMED.has(kind) || kind in HOME)) return kind;
  const isHome = kind in HOME ? group === HOME[kind] || group === "" : OF_KUBERNETES.test(group);
  return isHome ? kind : `${kind}.${group || apiVersion}`;
}

export function toResource(raw: unknown, kind: string): Resource {
  const owners = list(raw, "metadata", "ownerReferences");
  const owner = owners.find((reference) => dig(reference, "controller") === true) ?? owners[0];
  return {
    kind,
    namespace: text(raw, "metadata", "namespace"),
    name: text(raw, "metadata", "name"),
    labels: strings(raw, "metadata", "labels"),
    owner:
      owner === undefined
        ? undefined
        : { kind: kindOf(text(owner, "kind"), text(owner, "apiVersion")), name: text(owner, "name") },
    createdAt: time(raw, "metadata", "creationTimestamp"),
    deletionAt: time(raw, "metadata", "deletionTimestamp"),
    raw,
    given: true,
  };
}

export function absent(kind: string, namespace: string, name: string): Resource {
  return { ...toResource({ metadata: { name, namespace } }, kind), given: false };
}

export function toEvent(resource: Resource): ObjectEvent {
  const { raw } = resource;
  const about = dig(raw, "involvedObject") ?? dig(raw, "regarding");
  const stamp =
    time(raw, "eventTime") ?? time(raw, "firstTimestamp") ?? time(raw, "deprecatedFirstTimestamp");
  return {
    type: text(raw, "type"),
    reason: text(raw, "reason"),
    message: text(raw, "message") || text(raw, "note"),
    count: count(raw, "series", "count") ?? count(raw, "count") ?? count(raw, "deprecatedCount") ?? 1,
    first: stamp,
    last:
      time(raw, "series", "lastObservedTime") ??
      time(raw, "lastTimestamp") ??
      time(raw, "deprecatedLastTimestamp") ??
      stamp,
    about: {
      kind: text(about, "kind"),
      namespace: text(about, "namespace") || resource.namespace,
      name: text(about, "name"),
    },
    field: text(about, "fieldPath"),
    resource,
  };
}

export function addressOf({ kind, namespace, name }: Pick<Resource, "kind" | "namespace" | "name">): string {
  return namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

const YOUNG_MS = 24 * 60 * 60_000;

/** Since when a fault of the object's own fields is there: with a young object; an older one was changed, who knows when. */
export function sinceMade({ createdAt }: Resource, now: number): number | undefined {
  return createdAt !== undefined && now - createdAt < YOUNG_MS ? createdAt : undefined;
}

/** `Pod cart/cart-api-1`, for a sentence. */
export function say({ kind, namespace, name }: Pick<Resource, "kind" | "namespace" | "name">): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** Where in an object something was read: the object's address and a JSON pointer. */
export function pointer(resource: Resource, ...path: readonly (string | number)[]): string {
  const steps = path.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1"));
  return steps.length === 0 ? addressOf(resource) : `${addressOf(resource)}#/${steps.join("/")}`;
}
