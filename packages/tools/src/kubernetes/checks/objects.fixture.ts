/** Objects as `kubectl get -o json` prints them, cut to what matters; all times lie before `now`. */
export const now = new Date("2026-11-20T10:15:00Z");

export function ago(seconds: number): string {
  return new Date(now.getTime() - seconds * 1000).toISOString();
}

type Fields = Readonly<Record<string, unknown>>;

export function object(kind: string, name: string, rest: Fields = {}, metadata: Fields = {}): Fields {
  return {
    kind,
    apiVersion: "v1",
    metadata: { name, namespace: "shop", creationTimestamp: ago(600), ...metadata },
    ...rest,
  };
}

export function owner(kind: string, name: string): Fields {
  return { ownerReferences: [{ kind, name, controller: true }] };
}

/** A pod of Deployment `web` with one container, in this state. */
export function webPod(
  container: Fields,
  rest: { spec?: Fields; containerSpec?: Fields; status?: Fields; metadata?: Fields } = {},
): Fields {
  return object(
    "Pod",
    "web-7c9d-x1",
    {
      spec: {
        nodeName: "node-a",
        restartPolicy: "Always",
        containers: [{ name: "app", image: "registry.acme.example/web:1.4", ...rest.containerSpec }],
        ...rest.spec,
      },
      status: {
        phase: "Running",
        conditions: [
          { type: "PodScheduled", status: "True" },
          {
            type: "Ready",
            status: container.ready === true ? "True" : "False",
            lastTransitionTime: ago(300),
          },
        ],
        containerStatuses: [{ name: "app", restartCount: 0, ready: false, ...container }],
        ...rest.status,
      },
    },
    {
      labels: { app: "web", "pod-template-hash": "7c9d" },
      ...owner("ReplicaSet", "web-7c9d"),
      ...rest.metadata,
    },
  );
}

export const running = { ready: true, state: { running: { startedAt: ago(500) } } };

export function crashed(exitCode: number, reason = "Error", restartCount = 5): Fields {
  return {
    restartCount,
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 2m40s restarting failed container" } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(70), finishedAt: ago(60) } },
  };
}

export function waiting(reason: string, message: string): Fields {
  return { state: { waiting: { reason, message } } };
}

/** A warning about an object, `Kind/name`. */
export function event(about: string, reason: string, message: string, rest: Fields = {}): Fields {
  const [kind, name] = about.split("/");
  return {
    kind: "Event",
    metadata: { name: `${name}.${reason}`, namespace: "shop" },
    involvedObject: { kind, name, namespace: "shop" },
    type: "Warning",
    reason,
    message,
    count: 5,
    firstTimestamp: ago(300),
    lastTimestamp: ago(20),
    ...rest,
  };
}

export function node(
  conditions: readonly Fields[] = [{ type: "Ready", status: "True" }],
  spec: Fields = {},
): Fields {
  return {
    kind: "Node",
    metadata: { name: "node-a" },
    spec,
    status: { conditions, allocatable: { cpu: "4", memory: "16Gi" } },
  };
}

/** A pod that no node takes. */
export function pendingPod(message: string, spec: Fields = {}, since = 120): Fields {
  return webPod(
    {},
    {
      spec: { nodeName: "", ...spec },
      status: {
        phase: "Pending",
        containerStatuses: [],
        conditions: [
          {
            type: "PodScheduled",
            status: "False",
            reason: "Unschedulable",
            message,
            lastTransitionTime: ago(since),
          },
        ],
      },
    },
  );
}
