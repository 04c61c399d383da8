import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, crashed, event, now, object, owner, running, waiting, webPod } from "./objects.fixture.ts";

const refused = (message: string) => [
  object(
    "ReplicaSet",
    "web-7c9d",
    {
      spec: { replicas: 2 },
      status: {
        replicas: 0,
        conditions: [
          {
            type: "ReplicaFailure",
            status: "True",
            reason: "FailedCreate",
            message,
            lastTransitionTime: ago(200),
          },
        ],
      },
    },
    owner("Deployment", "web"),
  ),
];
const deployment = (status: object, spec: object = {}) =>
  object("Deployment", "web", {
    spec: { replicas: 2, template: { metadata: { labels: { app: "web" } } }, ...spec },
    status,
  });
const job = (name: string, status: object, metadata: Record<string, unknown> = {}, spec: object = {}) =>
  object("Job", name, { spec, status }, { ...metadata });
const failedJob = {
  failed: 3,
  conditions: [
    {
      type: "Failed",
      status: "True",
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
      lastTransitionTime: ago(100),
    },
  ],
};
const completeJob = { succeeded: 1, failed: 1, conditions: [{ type: "Complete", status: "True" }] };
const cron = (spec: object, status: object = {}, metadata: Record<string, unknown> = {}) =>
  object("CronJob", "rollup", { spec: { schedule: "* * * * *", ...spec }, status }, metadata);
const stuck = {
  availableReplicas: 2,
  conditions: [
    {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: 'ReplicaSet "web-7c9d" has timed out progressing.',
      lastTransitionTime: ago(50),
    },
  ],
};
const newSet = object(
  "ReplicaSet",
  "web-7c9d",
  {
    spec: { replicas: 1, template: { spec: { containers: [{ image: "web:2.0" }] } } },
    status: { replicas: 1 },
  },
  owner("Deployment", "web"),
);
const oldSet = object(
  "ReplicaSet",
  "web-1111",
  {
    spec: { replicas: 2, template: { spec: { containers: [{ image: "web:1.9" }] } } },
    status: { replicas: 2, readyReplicas: 2 },
  },
  owner("Deployment", "web"),
);
const claim = (spec: object = {}) =>
  object("PersistentVolumeClaim", "data-db-0", { spec, status: { phase: "Pending" } });
const db = (replicas: number, status: object) => object("StatefulSet", "db", { spec: { replicas }, status });
const dbPod = (rest: Record<string, unknown>) =>
  object(
    "Pod",
    "db-0",
    { spec: { volumes: [{ persistentVolumeClaim: { claimName: "data-db-0" } }] }, ...rest },
    owner("StatefulSet", "db"),
  );

test.each<[string, readonly unknown[], string, string, readonly string[]]>([
  [
    "a rollout that stands beside the old version",
    [deployment(stuck), newSet, oldSet, webPod(crashed(1))],
    "k8s.rollout_stuck",
    "Deployment/web",
    ["web:2.0", "web-1111 (web:1.9) keep serving", "exited with code 1"],
  ],
  [
    "a first rollout that times out for its image",
    [deployment(stuck), newSet, webPod(waiting("ImagePullBackOff", "not found"))],
    "k8s.image_pull",
    "Deployment/web",
    ["web:1.4"],
  ],
  [
    "short of replicas with no reason given",
    [deployment({ replicas: 2, availableReplicas: 1 })],
    "k8s.not_ready",
    "Deployment/web",
    ["1 of 2 replicas"],
  ],
  [
    "over quota",
    refused(
      'pods "web-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=3, limited: pods=3',
    ),
    "k8s.quota",
    "Deployment/web",
    ["quota", "team"],
  ],
  [
    "outside the limit range",
    refused("forbidden: maximum memory usage per Container is 256Mi, but limit is 512Mi"),
    "k8s.limit_range",
    "Deployment/web",
    ["256Mi", "512Mi"],
  ],
  [
    "against Pod Security",
    refused('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'),
    "k8s.pod_security",
    "Deployment/web",
    ["restricted"],
  ],
  [
    "without its service account",
    refused('error looking up service account shop/writer: serviceaccount "writer" not found'),
    "k8s.service_account",
    "Deployment/web",
    ["writer"],
  ],
  [
    "past a webhook that cannot be called",
    refused('failed calling webhook "policy.acme.io": service "gate" not found'),
    "k8s.admission_webhook",
    "Deployment/web",
    ["policy.acme.io", "gate"],
  ],
  [
    "denied by a policy",
    refused('admission webhook "policy.acme.io" denied the request: no latest tags'),
    "k8s.admission_denied",
    "Deployment/web",
    ["no latest tags"],
  ],
  [
    "a job that gave up",
    [job("close", failedJob, {}, { backoffLimit: 2 })],
    "k8s.job_failed",
    "Job/close",
    ["backoff limit of 2", "3 failed pods"],
  ],
  [
    "a job at its deadline",
    [
      job(
        "close",
        { conditions: [{ type: "Failed", status: "True", reason: "DeadlineExceeded" }] },
        {},
        { activeDeadlineSeconds: 45 },
      ),
    ],
    "k8s.job_deadline",
    "Job/close",
    ["activeDeadlineSeconds 45"],
  ],
  [
    "a cron job whose runs fail",
    [
      cron({}),
      job("rollup-1", failedJob, { ...owner("CronJob", "rollup"), creationTimestamp: ago(120) }),
      job("rollup-2", failedJob, { ...owner("CronJob", "rollup"), creationTimestamp: ago(60) }),
    ],
    "k8s.cronjob_failing",
    "CronJob/rollup",
    ["last 2 runs", "rollup-2"],
  ],
  [
    "a cron job held up by its last run",
    [
      cron({ concurrencyPolicy: "Forbid" }, { active: [{ name: "rollup-1" }] }),
      job("rollup-1", { active: 1, startTime: ago(200) }, owner("CronJob", "rollup")),
    ],
    "k8s.cronjob_blocked",
    "CronJob/rollup",
    ["rollup-1", "Forbid"],
  ],
  [
    "a cron job suspended without a word",
    [cron({ suspend: true }, { lastScheduleTime: ago(120) })],
    "k8s.cronjob_suspended",
    "CronJob/rollup",
    ["suspended", "No reason"],
  ],
  [
    "a schedule that is none",
    [cron({ schedule: "every day" })],
    "k8s.cronjob_invalid",
    "CronJob/rollup",
    ["every day"],
  ],
  [
    "a daemon set that is down",
    [
      object("DaemonSet", "agent", {
        status: { desiredNumberScheduled: 3, numberReady: 2, numberAvailable: 2, updatedNumberScheduled: 3 },
      }),
    ],
    "k8s.daemonset_unavailable",
    "DaemonSet/agent",
    ["1 of 3 nodes"],
  ],
  [
    "a stateful set that waits for its first pod",
    [
      db(3, { replicas: 1 }),
      dbPod({
        status: {
          phase: "Running",
          conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(400) }],
        },
      }),
    ],
    "k8s.statefulset_blocked",
    "StatefulSet/db",
    ["db-0", "db-1, db-2 were never created"],
  ],
  [
    "a claim nobody provides for, and what waits for it",
    [
      claim(),
      event("PersistentVolumeClaim/data-db-0", "FailedBinding", "no storage class is set", {
        type: "Normal",
      }),
      db(1, { replicas: 1 }),
      dbPod({
        status: {
          phase: "Pending",
          conditions: [
            {
              type: "PodScheduled",
              status: "False",
              reason: "Unschedulable",
              message: "pod has unbound immediate PersistentVolumeClaims",
              lastTransitionTime: ago(90),
            },
          ],
        },
      }),
    ],
    "k8s.pvc_pending",
    "PersistentVolumeClaim/data-db-0",
    ["no storage class", "In consequence: StatefulSet shop/db"],
  ],
  [
    "a claim that lost its volume",
    [object("PersistentVolumeClaim", "data", { spec: { volumeName: "pv-7" }, status: { phase: "Lost" } })],
    "k8s.pvc_lost",
    "PersistentVolumeClaim/data",
    ["pv-7"],
  ],
  [
    "an operator's object that failed",
    [
      {
        ...object("Workflow", "nightly", { status: { phase: "Failed", message: "step 3 exited 1" } }),
        apiVersion: "argoproj.io/v1alpha1",
      },
    ],
    "k8s.custom_resource",
    "Workflow/nightly",
    ["step 3"],
  ],
])("%s", (_, objects, code, subject, words) => {
  const [first, ...others] = checkObjects(objects, { now }).findings;
  expect(first).toMatchObject({ code });
  expect(`${first?.subject.kind}/${first?.subject.name}`).toBe(subject);
  expect(others).toEqual([]);
  for (const word of words) expect(first?.summary).toContain(word);
});

test.each<[string, readonly unknown[]]>([
  [
    "a rollout under way",
    [
      deployment({
        availableReplicas: 1,
        conditions: [
          { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" },
          { type: "Available", status: "False", lastTransitionTime: ago(30) },
        ],
      }),
    ],
  ],
  [
    "just scaled up",
    [
      deployment({
        availableReplicas: 1,
        conditions: [
          { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
          { type: "Available", status: "False", lastTransitionTime: ago(5) },
        ],
      }),
    ],
  ],
  [
    "scaled to zero",
    [deployment({}, { replicas: 0 }), object("Service", "web", { spec: { selector: { app: "web" } } })],
  ],
  ["paused", [deployment({ availableReplicas: 1 }, { paused: true })]],
  [
    "rolled back",
    [
      deployment({ availableReplicas: 2 }),
      oldSet,
      object(
        "ReplicaSet",
        "web-7c9d",
        { spec: { replicas: 0 }, status: { replicas: 0 } },
        owner("Deployment", "web"),
      ),
      event("Pod/web-7c9d-x9", "Failed", "Error: ErrImagePull"),
    ],
  ],
  [
    "a completed job that had to try twice",
    [
      job("import", completeJob),
      object(
        "Pod",
        "import-1",
        {
          status: {
            phase: "Failed",
            containerStatuses: [{ name: "x", state: { terminated: { exitCode: 1 } } }],
          },
        },
        owner("Job", "import"),
      ),
    ],
  ],
  [
    "a cron job that failed once and ran well since",
    [
      cron({}),
      job("rollup-1", failedJob, { ...owner("CronJob", "rollup"), creationTimestamp: ago(120) }),
      job("rollup-2", completeJob, { ...owner("CronJob", "rollup"), creationTimestamp: ago(60) }),
    ],
  ],
  [
    "a claim that waits for its first consumer",
    [
      claim(),
      event("PersistentVolumeClaim/data-db-0", "WaitForFirstConsumer", "waiting for first consumer", {
        type: "Normal",
      }),
    ],
  ],
  [
    "a daemon set just created",
    [
      object(
        "DaemonSet",
        "agent",
        { status: { desiredNumberScheduled: 3, numberReady: 0 } },
        { creationTimestamp: ago(10) },
      ),
    ],
  ],
  ["pods all ready", [deployment({ availableReplicas: 2 }), webPod(running)]],
])("normal: %s", (_, objects) => {
  expect(checkObjects(objects, { now }).findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});
