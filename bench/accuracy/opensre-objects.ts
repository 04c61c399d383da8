import type { ContainerLogs } from "@oncall/tools";

/** What the collectors' EKS tools answer: summaries of what the Kubernetes API and Datadog hold. */
export interface EksEvidence {
  readonly eks_pods?: { readonly pods?: readonly Pod[] };
  readonly eks_events?: { readonly warning_events?: readonly Event[] };
  readonly eks_deployments?: { readonly deployments?: readonly Deployment[] };
  readonly eks_node_health?: { readonly nodes?: readonly Node[] };
  readonly eks_pod_logs?: { readonly pod_name?: string; readonly logs?: string };
  readonly datadog_logs?: { readonly logs?: readonly DatadogLog[] };
}

interface ContainerState {
  readonly running?: boolean;
  readonly waiting?: boolean;
  readonly terminated?: boolean;
  readonly reason?: string;
  readonly message?: string;
  readonly exit_code?: number;
  readonly started_at?: string;
  readonly finished_at?: string;
}

interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly node_name?: string;
  readonly start_time?: string;
  readonly deletion_timestamp?: string;
  readonly conditions?: readonly object[];
  readonly containers?: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly restart_count: number;
    readonly state: ContainerState;
    readonly last_state?: ContainerState;
  }[];
}

interface Event {
  readonly namespace: string;
  readonly involved_object: string;
  readonly first_time: string;
  readonly last_time: string;
}

interface Deployment {
  readonly name: string;
  readonly namespace: string;
  readonly desired: number;
  readonly ready: number;
  readonly available: number;
  readonly unavailable: number;
}

interface Node {
  readonly name: string;
  readonly [condition: string]: string;
}

interface DatadogLog {
  readonly timestamp: string;
  readonly message: string;
  readonly status: string;
  readonly service: string;
  readonly host: string;
  readonly tags: readonly string[];
}

/** The same facts in the API's own shape. */
export function objectsOf(evidence: EksEvidence): unknown[] {
  return [
    ...(evidence.eks_pods?.pods ?? []).map(pod),
    ...(evidence.eks_events?.warning_events ?? []).map(event),
    ...(evidence.eks_deployments?.deployments ?? []).map(deployment),
    ...(evidence.eks_node_health?.nodes ?? []).map(node),
  ];
}

function pod({ name, namespace, phase, node_name, start_time, deletion_timestamp, ...rest }: Pod) {
  const containers = rest.containers ?? [];
  return {
    kind: "Pod",
    metadata: {
      name,
      namespace,
      creationTimestamp: start_time,
      ...(deletion_timestamp === undefined ? {} : { deletionTimestamp: deletion_timestamp }),
    },
    spec: { nodeName: node_name ?? "", restartPolicy: "Always" },
    status: {
      phase,
      startTime: start_time,
      conditions: rest.conditions ?? [],
      containerStatuses: containers.map(({ name, ready, restart_count, state, last_state }) => ({
        name,
        ready,
        restartCount: restart_count,
        state: stateOf(state),
        // The summary puts the exit code of the run before beside the state that runs now.
        lastState: stateOf(
          last_state ?? (state.terminated ? {} : { ...state, running: false, waiting: false }),
        ),
      })),
    },
  };
}

function stateOf(state: ContainerState): object {
  const { reason = "", message = "" } = state;
  if (state.running) return { running: { startedAt: state.started_at } };
  if (state.waiting) return { waiting: { reason, message } };
  if (state.exit_code === undefined) return {};
  return {
    terminated: {
      exitCode: state.exit_code,
      reason: state.terminated ? reason : "",
      ...(state.terminated ? { message } : {}),
      finishedAt: state.finished_at,
    },
  };
}

function event({ namespace, involved_object, first_time, last_time, ...rest }: Event) {
  const [kind = "", name = ""] = involved_object.split("/");
  return {
    ...rest,
    kind: "Event",
    metadata: { namespace },
    involvedObject: { kind, name, namespace },
    firstTimestamp: first_time,
    lastTimestamp: last_time,
  };
}

function deployment({ name, namespace, desired, ready, available, unavailable }: Deployment) {
  return {
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas: desired },
    status: {
      readyReplicas: ready,
      availableReplicas: available,
      unavailableReplicas: unavailable,
    },
  };
}

function node({ name, ready, memory_pressure, disk_pressure, pid_pressure, ...rest }: Node) {
  return {
    kind: "Node",
    metadata: { name },
    status: {
      conditions: [
        { type: "Ready", status: ready },
        { type: "MemoryPressure", status: memory_pressure },
        { type: "DiskPressure", status: disk_pressure },
        { type: "PIDPressure", status: pid_pressure },
      ],
      capacity: { cpu: rest.capacity_cpu, memory: rest.capacity_memory },
      allocatable: { cpu: rest.allocatable_cpu, memory: rest.allocatable_memory },
    },
  };
}

/** What the service's own containers wrote, by `pod/container`; the control plane's lines are nobody's output. */
export function logsOf(evidence: EksEvidence, service: string): ReadonlyMap<string, ContainerLogs> {
  const pods = evidence.eks_pods?.pods ?? [];
  const lines = (podName: string): string[] => [
    ...(evidence.datadog_logs?.logs ?? [])
      .filter((log) => log.service === service && podOf(log) === podName)
      .map(({ timestamp, status, message }) => `${timestamp} ${status.toUpperCase()} ${message}`),
    ...(evidence.eks_pod_logs?.pod_name === podName ? (evidence.eks_pod_logs.logs ?? "").split("\n") : []),
  ];
  return new Map(
    pods.flatMap((entry) =>
      (entry.containers ?? []).map((container) => [
        `${entry.name}/${container.name}`,
        { current: lines(entry.name), previous: [] },
      ]),
    ),
  );
}

function podOf({ host, tags }: DatadogLog): string {
  const tag = tags.find((entry) => /^(kube_pod|pod_name):/.test(entry));
  return tag === undefined ? host : tag.slice(tag.indexOf(":") + 1);
}
