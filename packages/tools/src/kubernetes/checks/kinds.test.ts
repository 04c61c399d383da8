import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, event, node, now, object, running, waiting, webPod } from "./objects.fixture.ts";

type Fields = Readonly<Record<string, unknown>>;

const cluster = (kind: string, name: string, rest: Fields = {}): Fields => ({
  ...object(kind, name, rest),
  metadata: { name, creationTimestamp: ago(7200) },
});
const old = { creationTimestamp: ago(7200) };
const claim = (status: Fields, spec: Fields = {}) =>
  object("PersistentVolumeClaim", "data", { spec, status }, old);
const late = cluster("StorageClass", "local", {
  volumeBindingMode: "WaitForFirstConsumer",
  provisioner: "p",
});
const web = object("Service", "web", { spec: { type: "LoadBalancer", selector: { app: "web" } } });
const slice = (...ready: boolean[]) =>
  object(
    "EndpointSlice",
    "web-x1",
    { endpoints: ready.map((one) => ({ addresses: ["10.0.0.1"], conditions: { ready: one } })) },
    { labels: { "kubernetes.io/service-name": "web" } },
  );
const cron = (spec: Fields) => object("CronJob", "tidy", { spec });
const job = (status: Fields, spec: Fields = { backoffLimit: 6 }) => object("Job", "import", { spec, status });
const ingress = (name: string) => object("Ingress", "edge", { spec: { ingressClassName: name } });
const untimed = { metadata: { namespace: "shop" }, involvedObject: undefined };
const creating = (name: string) =>
  object(
    "Pod",
    name,
    { status: { phase: "Pending", containerStatuses: [{ name: "c", ...waiting("ContainerCreating", "") }] } },
    { creationTimestamp: ago(120) },
  );
const left = (exitCode: number, seconds: number, policy = "Always") =>
  webPod(
    { state: { terminated: { exitCode, reason: "Error", finishedAt: ago(seconds) } } },
    { spec: { restartPolicy: policy }, status: { conditions: [] } },
  );

test.each<[string, readonly unknown[], string, string, string]>([
  [
    "a class that is not there",
    [claim({ phase: "Pending" }, { storageClassName: "fast" }), late],
    "k8s.pvc_pending",
    "PersistentVolumeClaim/data",
    "fast does not exist (there: local)",
  ],
  [
    "a claim that cannot grow",
    [claim({ phase: "Bound", allocatedResourceStatuses: { storage: "ControllerResizeInfeasible" } })],
    "k8s.pvc_pending",
    "PersistentVolumeClaim/data",
    "ControllerResizeInfeasible",
  ],
  [
    "a volume that failed",
    [cluster("PersistentVolume", "pv-1", { status: { phase: "Failed", message: "disk is in use" } })],
    "k8s.volume",
    "PersistentVolume/pv-1",
    "disk is in use",
  ],
  [
    "a volume that a node does not get",
    [
      cluster("VolumeAttachment", "va", {
        spec: { nodeName: "node-a", source: { persistentVolumeName: "pv-1" } },
        status: { attachError: { message: "still attached to node-b", time: ago(300) } },
      }),
      cluster("PersistentVolume", "pv-1", {
        spec: { claimRef: { namespace: "shop", name: "data" } },
        status: { phase: "Bound" },
      }),
    ],
    "k8s.volume_mount",
    "VolumeAttachment/va",
    "Volume pv-1 (claim shop/data) cannot be attached to node node-a: still attached",
  ],
  ["slices without an endpoint", [web, slice()], "k8s.no_endpoints", "Service/web", "no ready endpoints"],
  [
    "slices whose endpoints are not ready",
    [web, slice(false, false)],
    "k8s.no_endpoints",
    "Service/web",
    "2 addresses are not ready",
  ],
  [
    "a load balancer that cannot be made",
    [web, event("Service/web", "SyncLoadBalancerFailed", "no subnet is left")],
    "k8s.service_setup",
    "Service/web",
    "no subnet is left",
  ],
  [
    "an ingress class that is not there",
    [ingress("ngnix"), cluster("IngressClass", "nginx")],
    "k8s.ingress_class",
    "Ingress/edge",
    "ngnix, which does not exist (there: nginx)",
  ],
  [
    "hours counted backwards",
    [cron({ schedule: "0 17-9 * * *" })],
    "k8s.cronjob_invalid",
    "CronJob/tidy",
    "no cron expression",
  ],
  [
    "an empty schedule",
    [cron({ schedule: "" })],
    "k8s.cronjob_invalid",
    "CronJob/tidy",
    "no cron expression",
  ],
  [
    "a time zone that is none",
    [cron({ schedule: "0 9 * * *", timeZone: "Europe/Atlantis" })],
    "k8s.cronjob_invalid",
    "CronJob/tidy",
    "Europe/Atlantis",
  ],
  [
    "a job that is about to fail",
    [
      job({
        active: 1,
        failed: 3,
        conditions: [{ type: "FailureTarget", status: "True", reason: "PodFailurePolicy" }],
      }),
    ],
    "k8s.job_failed",
    "Job/import",
    "PodFailurePolicy",
  ],
  [
    "a job that only its event says to have failed",
    [job({}), event("Job/import", "BackoffLimitExceeded", "Job has reached the specified backoff limit")],
    "k8s.job_failed",
    "Job/import",
    "backoff limit",
  ],
  [
    "a refusal that only the deployment tells of",
    [
      object("Deployment", "web", {
        spec: { replicas: 1 },
        status: {
          conditions: [
            { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: q" },
          ],
        },
      }),
    ],
    "k8s.quota",
    "Deployment/web",
    "exceeded quota",
  ],
  [
    "a replica set of nobody",
    [object("ReplicaSet", "web", { spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 1 } }, old)],
    "k8s.not_ready",
    "ReplicaSet/web",
    "1 of 3",
  ],
  [
    "a trouble that a node's own checks found",
    [
      node([
        { type: "Ready", status: "True" },
        { type: "ContainerRuntimeUnhealthy", status: "True", reason: "Hung" },
      ]),
    ],
    "k8s.node_pressure",
    "Node/node-a",
    "ContainerRuntimeUnhealthy",
  ],
  [
    "a pressure that nobody knows",
    [
      node([
        { type: "Ready", status: "True" },
        { type: "DiskPressure", status: "Unknown" },
      ]),
    ],
    "k8s.node_pressure",
    "Node/node-a",
    "does not know its DiskPressure",
  ],
  [
    "a device class that is not there",
    [
      object("ResourceClaim", "gpu", {
        spec: { devices: { requests: [{ exactly: { deviceClassName: "gpu.a" } }] } },
      }),
      cluster("DeviceClass", "gpu.b"),
    ],
    "k8s.device_class",
    "ResourceClaim/gpu",
    "gpu.a, which does not exist",
  ],
  [
    "a part of the control plane",
    [
      {
        ...cluster("ComponentStatus", "scheduler"),
        conditions: [{ type: "Healthy", status: "False", message: "connection refused" }],
      },
    ],
    "k8s.api_service",
    "ComponentStatus/scheduler",
    "connection refused",
  ],
  [
    "an event that does not say what it is about",
    [creating("a-1"), { ...event("Pod/x", "FailedMount", "MountVolume.SetUp failed"), ...untimed }],
    "k8s.volume_mount",
    "Pod/a-1",
    "MountVolume.SetUp failed",
  ],
  [
    "a container that ended and was not started again",
    [left(3, 120)],
    "k8s.crash_loop",
    "Deployment/web",
    "code 3",
  ],
  [
    "one that may not be started again, beside others",
    [{ ...left(3, 120, "Never"), metadata: { name: "solo", namespace: "shop" } }],
    "k8s.not_ready",
    "Pod/solo",
    "exited with code 3 (Error) and is not started again",
  ],
  [
    "a pod that fell and of which no times are known",
    [
      webPod(
        { state: { running: {} }, lastState: { terminated: { exitCode: 1, reason: "Error" } } },
        { status: { conditions: [{ type: "Ready", status: "False" }] } },
      ),
    ],
    "k8s.not_ready",
    "Deployment/web",
    "exited with code 1",
  ],
  [
    "a probe that fails in other words",
    [
      webPod({ state: { running: { startedAt: ago(500) } } }),
      event("Pod/web-7c9d-x1", "Unhealthy", "Get http://10.0.0.1/ready: connection refused"),
    ],
    "k8s.probe_failing",
    "Deployment/web",
    "connection refused",
  ],
])("found: %s", (_, objects, code, subject, words) => {
  const [first] = checkObjects(objects, { now }).findings;
  expect(first).toMatchObject({ code, severity: expect.stringMatching(/warning|critical/) });
  expect(`${first?.subject.kind}/${first?.subject.name}`).toBe(subject);
  expect(first?.summary).toContain(words);
});

test.each<[string, readonly unknown[]]>([
  ["a claim of a class that binds late", [claim({ phase: "Pending" }, { storageClassName: "local" }), late]],
  [
    "a class that volumes made by hand bear",
    [claim({ phase: "Bound" }, { storageClassName: "manual" }), late],
  ],
  ["a volume that is bound", [cluster("PersistentVolume", "pv-1", { status: { phase: "Bound" } })]],
  [
    "an attachment that has not been tried for long",
    [
      {
        ...object("VolumeAttachment", "va", { status: { attachError: { message: "busy", time: ago(20) } } }),
        metadata: { name: "va", creationTimestamp: ago(40) },
      },
    ],
  ],
  ["a slice with ready endpoints", [web, slice(true, true)]],
  [
    "a load balancer that was made in the end",
    [
      web,
      slice(true),
      event("Service/web", "SyncLoadBalancerFailed", "throttled", { lastTimestamp: ago(300) }),
      event("Service/web", "EnsuredLoadBalancer", "ok", { type: "Normal" }),
    ],
  ],
  ["an ingress class that is there", [ingress("nginx"), cluster("IngressClass", "nginx")]],
  [
    "a schedule in a time zone",
    [cron({ schedule: "0 9-17/2 * jan-mar mon-fri", timeZone: "Europe/Berlin" })],
  ],
  ["a schedule with a seven for Sunday", [cron({ schedule: "CRON_TZ=UTC 5 4 * * 5-7" })]],
  ["a job between two tries", [job({ failed: 2, startTime: ago(90) })]],
  ["a container that ended a moment ago", [left(3, 5)]],
  [
    "a deployment of which only its ready pods are told",
    [object("Deployment", "web", { spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 3 } })],
  ],
  [
    "a rollout with a pod more than wanted",
    [
      object("Deployment", "web", {
        spec: { replicas: 2 },
        status: {
          replicas: 3,
          readyReplicas: 2,
          availableReplicas: 2,
          conditions: [{ type: "Progressing", status: "True", reason: "ReplicaSetUpdated" }],
        },
      }),
    ],
  ],
  [
    "a vote that a node has",
    [
      node([
        { type: "Ready", status: "True" },
        { type: "EtcdIsVoter", status: "True" },
      ]),
    ],
  ],
  [
    "an autoscaler at its minimum",
    [
      object("HorizontalPodAutoscaler", "web", {
        spec: {
          scaleTargetRef: { kind: "Deployment", name: "web" },
          minReplicas: 2,
          metrics: [{ type: "External" }],
        },
        status: {
          currentReplicas: 2,
          conditions: [{ type: "ScalingLimited", status: "True", reason: "TooFewReplicas" }],
        },
      }),
      object("Deployment", "web"),
    ],
  ],
  [
    "an ingress to a service of which the ports are not told",
    [
      object("Ingress", "edge", {
        spec: {
          ingressClassName: "gce",
          rules: [{ http: { paths: [{ backend: { service: { name: "web", port: { number: 80 } } } }] } }],
        },
      }),
      object("Service", "web", { spec: {} }),
    ],
  ],
  [
    "a device class that is there",
    [
      object("ResourceClaim", "gpu", { spec: { devices: { requests: [{ deviceClassName: "gpu.a" }] } } }),
      cluster("DeviceClass", "gpu.a"),
    ],
  ],
  [
    "two pods, one of which an event may be about",
    [
      creating("a-1"),
      creating("a-2"),
      { ...event("Pod/x", "FailedMount", "MountVolume.SetUp failed"), ...untimed },
    ],
  ],
  [
    "a pod that is ready again",
    [webPod({ ...running, lastState: { terminated: { exitCode: 1, finishedAt: ago(7200) } } })],
  ],
])("silent: %s", (_, objects) => {
  expect(checkObjects(objects, { now }).findings).toEqual([]);
});

test.each<[string, readonly unknown[], string]>([
  [
    "a volume kept after its claim",
    [
      cluster("PersistentVolume", "pv-1", {
        spec: { claimRef: { namespace: "shop", name: "data" }, persistentVolumeReclaimPolicy: "Retain" },
        status: { phase: "Released" },
      }),
    ],
    "claim shop/data is gone, its data is kept (Retain)",
  ],
  [
    "a file system that grows with the next start",
    [
      claim({
        phase: "Bound",
        conditions: [{ type: "FileSystemResizePending", status: "True", message: "waiting for a restart" }],
      }),
    ],
    "its file system is not yet",
  ],
  [
    "pods that go",
    [
      object("Deployment", "web", {
        spec: { replicas: 1 },
        status: { replicas: 3, readyReplicas: 3, availableReplicas: 3 },
      }),
    ],
    "is being scaled down",
  ],
  ["an endpoint of several", [web, slice(true, false)], "1 ready endpoint; 1 address is not ready"],
  [
    "an autoscaler at its maximum, from a table",
    [
      object("HorizontalPodAutoscaler", "web", {
        spec: {
          scaleTargetRef: { kind: "Deployment", name: "web" },
          minReplicas: 2,
          maxReplicas: 5,
          metrics: [{ type: "External" }],
        },
        status: { currentReplicas: 5 },
      }),
      object("Deployment", "web"),
    ],
    "at its maximum of 5",
  ],
  [
    "a quota in other units",
    [
      object("ResourceQuota", "q", {
        status: { hard: { "requests.cpu": "1" }, used: { "requests.cpu": "1000m" } },
      }),
    ],
    "1000m of 1",
  ],
])("worth knowing: %s", (_, objects, words) => {
  const { findings } = checkObjects(objects, { now });
  expect(findings).toMatchObject([{ severity: "info", summary: expect.stringContaining(words) }]);
});
