import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import {
  ago,
  crashed,
  event,
  node,
  now,
  object,
  pendingPod,
  running,
  waiting,
  webPod,
} from "./objects.fixture.ts";

const pod = "Pod/web-7c9d-x1";
const logs = (...current: string[]) => new Map([["web-7c9d-x1/app", { current, previous: [] }]]);
const cut = { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: ago(60) } };

test.each<[string, readonly unknown[], string, readonly string[], ReturnType<typeof logs>?]>([
  [
    "killed for memory, with its limit",
    [
      webPod(
        { ...crashed(137), lastState: cut },
        { containerSpec: { resources: { limits: { memory: "64Mi" } } } },
      ),
    ],
    "k8s.oom_killed",
    ["OOMKilled", "memory limit is 64Mi", "5 restarts"],
  ],
  [
    "a crash with its last words",
    [webPod(crashed(1))],
    "k8s.crash_loop",
    ["code 1", "ledger is not balanced, error"],
    logs("booting", "ledger is not balanced, error"),
  ],
  [
    "a crash without a log or an ending",
    [webPod(waiting("CrashLoopBackOff", "back-off"))],
    "k8s.crash_loop",
    ["CrashLoopBackOff"],
  ],
  [
    "a dependency refuses",
    [webPod(crashed(1))],
    "network.refused",
    ["Connection refused"],
    logs("wget: can't connect to remote host (10.0.0.9): Connection refused", "fatal: giving up"),
  ],
  [
    "a name does not resolve",
    [webPod(crashed(1))],
    "network.dns",
    ["bad address"],
    logs("wget: bad address 'store.ml.svc'", "fatal: giving up"),
  ],
  [
    "a setting is wrong",
    [webPod(crashed(1))],
    "app.config_invalid",
    ["half_evn"],
    logs('ERROR config: unknown rounding mode "half_evn" at app.yaml:2'),
  ],
  [
    "a setting is missing",
    [webPod(crashed(2))],
    "app.config_missing",
    ["RULES_URL"],
    logs("fatal: required setting RULES_URL is empty"),
  ],
  [
    "a file system is read-only",
    [webPod(crashed(1))],
    "disk.read_only",
    ["/var/cache"],
    logs("mkdir: can't create directory '/var/cache': Read-only file system"),
  ],
  [
    "finishes by itself",
    [webPod(crashed(0, "Completed"))],
    "k8s.exits_zero",
    ["exit code 0", "keep running"],
  ],
  [
    "a command that is not there",
    [
      webPod({
        ...crashed(128, "StartError"),
        lastState: {
          terminated: {
            exitCode: 128,
            reason: "StartError",
            finishedAt: ago(60),
            message: 'runc create failed: exec: "/app/webd": stat /app/webd: no such file or directory',
          },
        },
      }),
    ],
    "k8s.command_not_found",
    ['exec: "/app/webd"'],
  ],
  [
    "a shell that finds no command",
    [webPod(crashed(127))],
    "k8s.command_not_found",
    ["webd: not found"],
    logs("sh: webd: not found"),
  ],
  [
    "an image tag that is not there",
    [
      webPod(
        waiting("ImagePullBackOff", "failed to resolve image: registry.acme.example/web:1.4: not found"),
      ),
    ],
    "k8s.image_pull",
    ["web:1.4", "not found in the registry"],
  ],
  [
    "an image whose every layer of the runtime says its name again",
    [
      webPod(
        waiting(
          "ErrImagePull",
          'rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/web:1.4": failed to resolve reference "registry.acme.example/web:1.4": manifest unknown',
        ),
      ),
    ],
    "k8s.image_pull",
    ["not found in the registry. manifest unknown"],
  ],
  [
    "a registry that refuses",
    [
      webPod(
        waiting(
          "ImagePullBackOff",
          "pull access denied, repository does not exist or may require authorization",
        ),
      ),
    ],
    "k8s.image_pull",
    ["credentials", "no imagePullSecrets"],
  ],
  [
    "a registry out of reach",
    [webPod(waiting("ErrImagePull", "dial tcp: lookup registry.acme.example: no such host"))],
    "k8s.image_pull",
    ["cannot be reached"],
  ],
  [
    "an image name that is none",
    [webPod(waiting("InvalidImageName", 'couldn\'t parse image name "acme/Web"'))],
    "k8s.image_pull",
    ["invalid image name"],
  ],
  [
    "a missing ConfigMap",
    [webPod(waiting("CreateContainerConfigError", 'configmap "flags" not found'))],
    "k8s.config_error",
    ["ConfigMap flags does not exist"],
  ],
  [
    "a missing key",
    [webPod(waiting("CreateContainerConfigError", "couldn't find key api-key in Secret shop/tax"))],
    "k8s.config_error",
    ["key api-key is not in Secret shop/tax"],
  ],
  [
    "root is not allowed",
    [webPod(waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"))],
    "k8s.run_as_root",
    ["runAsNonRoot"],
  ],
  [
    "a missing Secret in a volume",
    [
      webPod(waiting("ContainerCreating", ""), { status: { phase: "Pending" } }),
      event(pod, "FailedMount", 'MountVolume.SetUp failed for volume "k" : secret "keys" not found'),
    ],
    "k8s.config_error",
    ["Secret keys does not exist"],
  ],
  [
    "a volume that cannot be mounted",
    [
      webPod(waiting("ContainerCreating", ""), { status: { phase: "Pending" } }),
      event(pod, "FailedMount", "hostPath type check failed: /srv/seed is not a directory"),
    ],
    "k8s.volume_mount",
    ["/srv/seed"],
  ],
  [
    "no network for the pod",
    [
      webPod(waiting("ContainerCreating", ""), { status: { phase: "Pending" } }),
      event(pod, "FailedCreatePodSandBox", "failed to assign an IP address to container"),
    ],
    "k8s.sandbox",
    ["failed to assign an IP address"],
  ],
  [
    "a liveness probe that kills",
    [
      webPod(
        { ...crashed(137) },
        { containerSpec: { livenessProbe: { httpGet: { path: "/livez", port: 8080 }, periodSeconds: 5 } } },
      ),
      event(pod, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404"),
      event(pod, "Killing", "Container app failed liveness probe, will be restarted", { type: "Normal" }),
    ],
    "k8s.probe_failing",
    ["liveness probe", "/livez", "404", "5 restarts"],
  ],
  [
    "a start that takes longer than its probe allows",
    [
      webPod(
        { restartCount: 3, state: { running: { startedAt: ago(10) } } },
        {
          containerSpec: {
            startupProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 5, failureThreshold: 4 },
          },
        },
      ),
      event(pod, "Killing", "Container app failed startup probe, will be restarted", { type: "Normal" }),
    ],
    "k8s.probe_failing",
    ["startup probe", "20 s to start"],
  ],
  [
    "a readiness probe that never passes",
    [
      webPod({ state: { running: { startedAt: ago(300) } } }),
      event(pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    ],
    "k8s.probe_failing",
    ["readiness probe", "503"],
  ],
  [
    "too little CPU",
    [
      pendingPod("0/1 nodes are available: 1 Insufficient cpu. preemption: not helpful", {
        containers: [{ name: "app", resources: { requests: { cpu: "16" } } }],
      }),
      node(),
    ],
    "k8s.unschedulable",
    ["Insufficient cpu", "request is 16", "offers 4"],
  ],
  [
    "a taint",
    [
      pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint(s)."),
      node(undefined, { taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }] }),
    ],
    "k8s.unschedulable",
    ["dedicated=gpu:NoSchedule"],
  ],
  [
    "a selector",
    [
      pendingPod("1 node(s) didn't match Pod's node affinity/selector.", {
        nodeSelector: { disktype: "nvme" },
      }),
    ],
    "k8s.unschedulable",
    ["disktype=nvme"],
  ],
  [
    "a cordoned node",
    [pendingPod("1 node(s) were unschedulable."), node(undefined, { unschedulable: true })],
    "k8s.unschedulable",
    ["node node-a"],
  ],
  [
    "a host port",
    [
      pendingPod("1 node(s) didn't have free ports for the requested pod ports.", {
        containers: [{ ports: [{ hostPort: 9125 }] }],
      }),
    ],
    "k8s.unschedulable",
    ["host port 9125"],
  ],
  [
    "a claim that is not there",
    [pendingPod('0/1 nodes are available: persistentvolumeclaim "data" not found.')],
    "k8s.pvc_missing",
    ["PersistentVolumeClaim data does not exist"],
  ],
  [
    "an init container that fails",
    [
      webPod(
        { ...waiting("PodInitializing", "") },
        {
          status: { phase: "Pending", initContainerStatuses: [{ name: "migrate", ...crashed(1) }] },
          spec: { initContainers: [{ name: "migrate" }] },
        },
      ),
    ],
    "k8s.init_failing",
    ["Init container migrate", "code 1"],
  ],
  [
    "an init container that waits and waits",
    [
      webPod(
        { ...waiting("PodInitializing", "") },
        {
          status: {
            phase: "Pending",
            initContainerStatuses: [{ name: "wait-for-db", state: { running: { startedAt: ago(150) } } }],
          },
          spec: { initContainers: [{ name: "wait-for-db" }] },
        },
      ),
    ],
    "k8s.init_stuck",
    ["wait-for-db", "2 m 30 s"],
  ],
  [
    "evicted",
    [
      webPod(
        {},
        {
          status: {
            phase: "Failed",
            reason: "Evicted",
            startTime: ago(90),
            message: 'Usage of EmptyDir volume "cache" exceeds the limit "32Mi".',
          },
        },
      ),
    ],
    "k8s.evicted",
    ["cache", "32Mi"],
  ],
  [
    "failed for good",
    [
      object("Pod", "once", {
        spec: { restartPolicy: "Never" },
        status: {
          phase: "Failed",
          containerStatuses: [
            { name: "app", state: { terminated: { exitCode: 3, reason: "Error", finishedAt: ago(60) } } },
          ],
        },
      }),
    ],
    "k8s.pod_failed",
    ["code 3"],
  ],
  [
    "a finalizer nobody removes",
    [
      webPod(
        {},
        {
          status: { phase: "Failed" },
          metadata: {
            deletionTimestamp: ago(150),
            deletionGracePeriodSeconds: 0,
            finalizers: ["acme.io/lease"],
          },
        },
      ),
    ],
    "k8s.terminating_stuck",
    ["acme.io/lease"],
  ],
  [
    "a stop hook without end",
    [
      webPod(running, {
        containerSpec: { lifecycle: { preStop: { exec: { command: ["drain"] } } } },
        metadata: { deletionTimestamp: ago(-1600), deletionGracePeriodSeconds: 1800 },
      }),
    ],
    "k8s.terminating_stuck",
    ["preStop", "1800 s"],
  ],
])("%s", (_, objects, code, words, withLogs) => {
  const { findings } = checkObjects(objects, { now, logs: withLogs });
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  for (const word of words) expect(findings[0]?.summary).toContain(word);
});

test.each<[string, readonly unknown[]]>([
  ["runs and is ready", [webPod(running)]],
  [
    "restarted once, well since",
    [
      webPod(
        {
          ...running,
          restartCount: 1,
          lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: ago(500) } },
        },
        {},
      ),
    ],
  ],
  [
    "killed for memory once, hours ago",
    [
      webPod({
        ...running,
        restartCount: 1,
        lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: ago(9000) } },
      }),
    ],
  ],
  [
    "unready for a moment after its start",
    [
      webPod(
        { state: { running: { startedAt: ago(5) } } },
        { status: { conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(5) }] } },
      ),
      event(pod, "Unhealthy", "Readiness probe failed: connection refused"),
    ],
  ],
  [
    "unready once, ready now",
    [webPod(running), event(pod, "Unhealthy", "Readiness probe failed: connection refused")],
  ],
  [
    "being created",
    [
      webPod(waiting("ContainerCreating", ""), {
        status: { phase: "Pending" },
        metadata: { creationTimestamp: ago(5) },
      }),
    ],
  ],
  [
    "a pull error of some seconds",
    [
      webPod(waiting("ErrImagePull", "429"), {
        metadata: { creationTimestamp: ago(5) },
        status: { conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(5) }] },
      }),
    ],
  ],
  ["pending for a moment", [pendingPod("0/1 nodes are available: 1 Insufficient cpu.", {}, 5)]],
  [
    "pending while the autoscaler adds a node",
    [
      pendingPod("0/1 nodes are available: 1 Insufficient cpu."),
      event(pod, "TriggeredScaleUp", "pod triggered scale-up: [{asg 3->4}]", { type: "Normal" }),
    ],
  ],
  [
    "an init container at work",
    [
      webPod(waiting("PodInitializing", ""), {
        status: {
          phase: "Pending",
          initContainerStatuses: [{ name: "migrate", state: { running: { startedAt: ago(20) } } }],
        },
        spec: { initContainers: [{ name: "migrate" }] },
      }),
    ],
  ],
  [
    "terminating within its grace",
    [webPod(running, { metadata: { deletionTimestamp: ago(-24), deletionGracePeriodSeconds: 30 } })],
  ],
  [
    "failing while it is being deleted",
    [webPod(crashed(1), { metadata: { deletionTimestamp: ago(-20), deletionGracePeriodSeconds: 30 } })],
  ],
  [
    "crashed three times a week ago",
    [
      webPod({
        ...running,
        restartCount: 3,
        lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: ago(600_000) } },
      }),
    ],
  ],
  [
    "crashed once just now",
    [
      webPod({
        ...running,
        restartCount: 1,
        lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: ago(40) } },
      }),
    ],
  ],
  [
    "what is left of an eviction days ago",
    [
      webPod(
        {},
        { status: { phase: "Failed", reason: "Evicted", containerStatuses: [], startTime: ago(300_000) } },
      ),
    ],
  ],
  [
    "probes of a pod that is gone",
    [webPod(running), event("Pod/web-7c9d-gone", "Unhealthy", "Liveness probe failed: timeout")],
  ],
  [
    "succeeded",
    [
      webPod(
        { state: { terminated: { exitCode: 0, reason: "Completed" } } },
        { status: { phase: "Succeeded" }, spec: { restartPolicy: "Never" } },
      ),
    ],
  ],
])("normal: %s", (_, objects) => {
  expect(checkObjects(objects, { now }).findings).toEqual([]);
});
