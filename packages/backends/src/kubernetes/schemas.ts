import { checker } from "@oncall/core";
import { type TSchema, Type } from "typebox";

/** Only the fields that we read; the API's nulls are dropped before these apply. */
const text = Type.Optional(Type.String());
const integer = Type.Optional(Type.Integer());
const texts = Type.Optional(Type.Record(Type.String(), Type.String()));
const list = <S extends TSchema>(item: S) => Type.Optional(Type.Array(item));

const metaFields = {
  namespace: text,
  uid: text,
  creationTimestamp: text,
  deletionTimestamp: text,
  generation: integer,
  labels: texts,
  annotations: texts,
  ownerReferences: list(
    Type.Object({
      kind: Type.String(),
      name: Type.String(),
      uid: text,
      controller: Type.Optional(Type.Boolean()),
    }),
  ),
};
const meta = Type.Object({ name: Type.String(), ...metaFields });

const conditions = list(
  Type.Object({
    type: Type.String(),
    status: Type.String(),
    reason: text,
    message: text,
    lastTransitionTime: text,
  }),
);

const port = Type.Optional(Type.Union([Type.String(), Type.Integer()]));
const probe = Type.Optional(
  Type.Object({
    httpGet: Type.Optional(Type.Object({ path: text, port, scheme: text })),
    tcpSocket: Type.Optional(Type.Object({ port })),
    exec: Type.Optional(Type.Object({ command: list(Type.String()) })),
    grpc: Type.Optional(Type.Object({ port: integer, service: text })),
    initialDelaySeconds: integer,
    periodSeconds: integer,
    timeoutSeconds: integer,
    failureThreshold: integer,
  }),
);

const containers = list(
  Type.Object({
    name: Type.String(),
    image: text,
    env: list(Type.Object({ name: Type.String(), value: text, valueFrom: Type.Optional(Type.Unknown()) })),
    envFrom: list(Type.Unknown()),
    args: list(Type.String()),
    command: list(Type.String()),
    resources: Type.Optional(Type.Object({ limits: texts, requests: texts })),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
  }),
);

const volumes = list(
  Type.Object({
    name: Type.String(),
    configMap: Type.Optional(Type.Object({ name: text })),
    secret: Type.Optional(Type.Object({ secretName: text })),
  }),
);

const template = Type.Optional(
  Type.Object({
    metadata: Type.Optional(Type.Object({ name: text, ...metaFields })),
    spec: Type.Optional(Type.Object({ containers, initContainers: containers, volumes })),
  }),
);

const state = Type.Optional(
  Type.Object({
    waiting: Type.Optional(Type.Object({ reason: text, message: text })),
    running: Type.Optional(Type.Object({ startedAt: text })),
    terminated: Type.Optional(
      Type.Object({
        reason: text,
        exitCode: integer,
        signal: integer,
        message: text,
        startedAt: text,
        finishedAt: text,
      }),
    ),
  }),
);

const containerStatuses = list(
  Type.Object({
    name: Type.String(),
    ready: Type.Optional(Type.Boolean()),
    restartCount: integer,
    image: text,
    state,
    lastState: state,
  }),
);

export const pod = Type.Object({
  metadata: meta,
  spec: Type.Optional(Type.Object({ nodeName: text, containers })),
  status: Type.Optional(
    Type.Object({
      phase: text,
      reason: text,
      message: text,
      startTime: text,
      conditions,
      containerStatuses,
      initContainerStatuses: containerStatuses,
    }),
  ),
});

export const replicaSet = Type.Object({
  metadata: meta,
  spec: Type.Optional(Type.Object({ replicas: integer, template })),
  status: Type.Optional(
    Type.Object({ replicas: integer, readyReplicas: integer, availableReplicas: integer }),
  ),
});

/** Deployment and StatefulSet by their own fields; a DaemonSet counts under other names. */
export const workload = Type.Object({
  metadata: meta,
  spec: Type.Optional(
    Type.Object({
      replicas: integer,
      paused: Type.Optional(Type.Boolean()),
      selector: Type.Optional(Type.Unknown()),
      template,
    }),
  ),
  status: Type.Optional(
    Type.Object({
      observedGeneration: integer,
      replicas: integer,
      readyReplicas: integer,
      updatedReplicas: integer,
      availableReplicas: integer,
      unavailableReplicas: integer,
      desiredNumberScheduled: integer,
      numberReady: integer,
      updatedNumberScheduled: integer,
      numberAvailable: integer,
      numberUnavailable: integer,
      conditions,
    }),
  ),
});

export const event = Type.Object({
  metadata: Type.Object({ name: text, namespace: text, creationTimestamp: text }),
  reason: text,
  type: text,
  message: text,
  count: integer,
  firstTimestamp: text,
  lastTimestamp: text,
  eventTime: text,
  series: Type.Optional(Type.Object({ count: integer, lastObservedTime: text })),
  involvedObject: Type.Object({ kind: text, name: text, namespace: text, fieldPath: text }),
});

export const autoscaler = Type.Object({
  metadata: meta,
  spec: Type.Optional(
    Type.Object({
      minReplicas: integer,
      maxReplicas: integer,
      scaleTargetRef: Type.Optional(Type.Object({ kind: text, name: text })),
    }),
  ),
  status: Type.Optional(
    Type.Object({ currentReplicas: integer, desiredReplicas: integer, lastScaleTime: text, conditions }),
  ),
});

export const node = Type.Object({
  metadata: meta,
  spec: Type.Optional(
    Type.Object({
      unschedulable: Type.Optional(Type.Boolean()),
      taints: list(Type.Object({ key: Type.String(), effect: text })),
    }),
  ),
  status: Type.Optional(Type.Object({ conditions })),
});

/** An object of a kind whose fields the caller reads with care. */
export const anyObject = Type.Object({ metadata: meta });

export const tlsSecret = Type.Object({
  metadata: meta,
  type: text,
  data: Type.Optional(Type.Object({ "tls.crt": text })),
});

export const labelSelector = Type.Object({
  matchLabels: texts,
  matchExpressions: list(
    Type.Object({ key: Type.String(), operator: Type.String(), values: list(Type.String()) }),
  ),
});

/** A `Status`, which the API answers where something failed. */
export const verdict = checker(Type.Object({ message: text }));

/** A list's page, its items still unchecked. */
export const page = checker(
  Type.Object({
    metadata: Type.Optional(Type.Object({ continue: text })),
    items: Type.Optional(Type.Array(Type.Unknown())),
  }),
);
