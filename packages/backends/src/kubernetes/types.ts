import type { TimeWindow } from "@oncall/core";

/** Where a workload lives, as `deployment.kubernetes` of service.yaml says it. */
export interface WorkloadRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
}

/** The fields of a Kubernetes object that we read; whatever the API leaves out is absent here too. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly uid?: string;
    readonly controller?: boolean;
  }[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** What the kubelet asks of a container: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe. */
export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port?: string | number; readonly scheme?: string };
  readonly tcpSocket?: { readonly port?: string | number };
  readonly exec?: { readonly command?: readonly string[] };
  readonly grpc?: { readonly port?: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

/** A volume, the part that says which configuration it holds. */
export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name?: string };
  readonly secret?: { readonly secretName?: string };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: readonly unknown[];
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}

export interface PodTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode?: number;
    readonly signal?: number;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly image?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface Pod {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface Workload {
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector?: unknown;
    readonly template?: PodTemplate;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface ReplicaSet {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly replicas?: number; readonly template?: PodTemplate };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** A core/v1 Event, repeats already counted by the API server. */
export interface KubernetesEvent {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly reason?: string;
  readonly type?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly involvedObject: {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    /** `spec.containers{app}`, where one container is meant. */
    readonly fieldPath?: string;
  };
}

/** A HorizontalPodAutoscaler (autoscaling/v2), the fields that say whether it is at its limit. */
export interface Autoscaler {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly lastScaleTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface Node {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect?: string }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Kinds that are read whole, for what their objects say of a workload among them. */
export type ObjectKind =
  | "Certificate"
  | "CronJob"
  | "DaemonSet"
  | "Deployment"
  | "Gateway"
  | "HTTPRoute"
  | "Ingress"
  | "Job"
  | "NetworkPolicy"
  | "Node"
  | "PersistentVolumeClaim"
  | "PodDisruptionBudget"
  | "ReplicaSet"
  | "ResourceQuota"
  | "Service"
  | "StatefulSet";

/** An object of any kind; what is below `spec` and `status` is the kind's own. */
export interface KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** The public half of a `kubernetes.io/tls` Secret: its certificates as base64 of PEM, the leaf first. */
export interface TlsSecret {
  readonly metadata: ObjectMeta;
  readonly type: string;
  readonly data: { readonly "tls.crt": string };
}

/** Lines of one container, oldest first. */
export interface ContainerLog {
  readonly container: string;
  /** True when these are of the container's previous run. */
  readonly previous: boolean;
  readonly lines: readonly { readonly at: string | null; readonly text: string }[];
  /** Why there are none, in the API's words (garbage-collected, waiting to start); null when they were read. */
  readonly missing: string | null;
}

export interface PodLogQuery {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string | undefined;
  readonly previous: boolean;
  /** At most 2,000. */
  readonly tailLines: number;
  readonly since?: Date | undefined;
}

/**
 * Reads of the Kubernetes API, over one or more clusters known by name; bounds are `KUBERNETES_LIMITS`. Objects come
 * whole, as the API gives them (without managedFields and nulls): the types name the fields that callers read.
 */
export interface KubernetesBackend {
  /** Names of the configured clusters. A single unnamed cluster answers for any name. */
  readonly clusters: readonly string[];
  /** The Deployment, StatefulSet or DaemonSet of that name; null when there is none. */
  workload(ref: WorkloadRef, signal: AbortSignal): Promise<Workload | null>;
  /** Pods selected by the workload's own selector; every page is read, up to 2,000 pods. */
  podsOf(ref: WorkloadRef, workload: Workload, signal: AbortSignal): Promise<readonly Pod[]>;
  /** Pods of a namespace that carry all of these labels, the first 500. Throws invalid_input for no labels. */
  podsWith(
    ref: { cluster: string; namespace: string },
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly Pod[]>;
  /** All pods of a namespace, whoever made them; every page is read, up to 2,000 pods. */
  podsIn(ref: { cluster: string; namespace: string }, signal: AbortSignal): Promise<readonly Pod[]>;
  /** ReplicaSets owned by the Deployment, newest revision first; empty for other kinds. Of up to 500 that match. */
  replicaSetsOf(ref: WorkloadRef, workload: Workload, signal: AbortSignal): Promise<readonly ReplicaSet[]>;
  /** Events of the namespace, newest first, up to 1,000 (of the 10,000 that the API lists first). */
  events(
    ref: { cluster: string; namespace: string },
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<readonly KubernetesEvent[]>;
  /** All autoscalers of the namespace, up to 500. */
  autoscalersIn(
    ref: { cluster: string; namespace: string },
    signal: AbortSignal,
  ): Promise<readonly Autoscaler[]>;
  /**
   * Objects of one kind in the namespace (nodes: of the cluster), the first 500 (nodes: 100); null where the cluster
   * does not serve the kind.
   */
  objectsIn(
    ref: { cluster: string; namespace: string },
    kind: ObjectKind,
    signal: AbortSignal,
  ): Promise<readonly KubernetesObject[] | null>;
  /** The certificate in a TLS Secret, the key left out; null when there is no such Secret or it holds no certificate. */
  certificateIn(
    ref: { cluster: string; namespace: string },
    secret: string,
    signal: AbortSignal,
  ): Promise<TlsSecret | null>;
  /** These nodes, by name; unknown ones are left out. */
  nodes(cluster: string, names: readonly string[], signal: AbortSignal): Promise<readonly Node[]>;
  /** Logs of one container straight from the kubelet; at most 1 MiB, the newest kept. */
  podLog(query: PodLogQuery, signal: AbortSignal): Promise<ContainerLog>;
}
