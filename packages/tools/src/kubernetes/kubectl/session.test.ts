import { expect, test } from "vitest";
import { about, checkObjects } from "../checks/index.ts";
import { readKubectl } from "./session.ts";

const now = new Date("2026-11-20T10:15:00Z");

function findingsOf(text: string, words = "") {
  const read = readKubectl(text);
  const { findings } = checkObjects(read.objects(now), { now, logs: read.logs });
  return about(findings, words).asked;
}

const describedPod = `Name:             cart-7f9dd8b6c4-x7gr9
Namespace:        shop
Priority:         0
Node:             node-a/10.0.0.4
Start Time:       Fri, 20 Nov 2026 10:00:00 +0000
Labels:           app=cart
                  pod-template-hash=7f9dd8b6c4
Annotations:      <none>
Status:           Running
Controlled By:    ReplicaSet/cart-7f9dd8b6c4
Containers:
  cart:
    Image:          registry.acme.example/cart:2.1
    Port:           8080/TCP
    Command:
      sh
      -c
    Args:
      until nc -z db 5432; do
        echo "State: waiting"
      done

    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Fri, 20 Nov 2026 10:10:00 +0000
      Finished:     Fri, 20 Nov 2026 10:12:00 +0000
    Ready:          False
    Restart Count:  6
    Limits:
      memory:  64Mi
    Liveness:   http-get http://:8080/healthz delay=5s timeout=1s period=10s #success=1 #failure=3
    Environment:  <none>
Conditions:
  Type              Status
  Initialized       True
  Ready             False
  PodScheduled      True
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  cart-data
QoS Class:                   Burstable
Node-Selectors:              <none>
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  16m                default-scheduler  Successfully assigned shop/cart-7f9dd8b6c4-x7gr9 to node-a
  Warning  BackOff    21s (x30 over 9m)  kubelet            Back-off restarting failed container cart
`;

test("a described pod is the object that the API would have answered", () => {
  const read = readKubectl(describedPod);
  const [pod, ...events] = read.objects(now);
  expect(pod).toMatchObject({
    kind: "Pod",
    metadata: {
      name: "cart-7f9dd8b6c4-x7gr9",
      namespace: "shop",
      labels: { app: "cart", "pod-template-hash": "7f9dd8b6c4" },
      creationTimestamp: "2026-11-20T10:00:00.000Z",
      ownerReferences: [{ kind: "ReplicaSet", name: "cart-7f9dd8b6c4" }],
    },
    spec: {
      nodeName: "node-a",
      containers: [
        {
          name: "cart",
          command: ["sh", "-c"],
          resources: { limits: { memory: "64Mi" } },
          livenessProbe: {
            httpGet: { port: 8080, path: "/healthz" },
            periodSeconds: 10,
            failureThreshold: 3,
          },
        },
      ],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "cart-data" } }],
    },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "cart",
          ready: false,
          restartCount: 6,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
        },
      ],
    },
  });
  expect(events).toMatchObject([
    { kind: "Event", reason: "Scheduled", count: 1, lastTimestamp: "2026-11-20T09:59:00.000Z" },
    {
      kind: "Event",
      reason: "BackOff",
      count: 30,
      firstTimestamp: "2026-11-20T10:06:00.000Z",
      lastTimestamp: "2026-11-20T10:14:39.000Z",
      involvedObject: { kind: "Pod", name: "cart-7f9dd8b6c4-x7gr9", namespace: "shop" },
    },
  ]);
  // Sixteen minutes after it began, whatever the clock says.
  expect(read.readAfter).toBe(Date.parse("2026-11-20T10:16:00Z"));
  expect(findingsOf(describedPod)).toMatchObject([{ code: "k8s.oom_killed", subject: { name: "cart" } }]);
});

test("a session of several commands: the first telling of an object counts, logs stand under their command", () => {
  const session = `me@laptop:~$ kubectl get pods -n shop -o wide
NAME                     READY   STATUS             RESTARTS      AGE   IP          NODE     LABELS
web-5d98ffcfd-tz4nc      0/1     CrashLoopBackOff   7 (32s ago)   11m   10.0.0.9    node-a   app=web,pod-template-hash=5d98ffcfd
cart-7f9dd8b6c4-x7gr9    0/1     CrashLoopBackOff   6 (21s ago)   15m   10.0.0.4    node-a   app=cart,pod-template-hash=7f9dd8b6c4
report-28hk8w            0/1     Error              0             15m   <none>      node-a   job-name=report
old-6c4ab5d9c4-old11     1/1     Terminating        0             2d    10.0.0.7    node-b   app=old
idle-7f9dd8b6c4-k2m4p    1/1     Running            0             5d    10.0.0.8    node-b   app=idle

$ kubectl describe pod cart-7f9dd8b6c4-x7gr9 -n shop
${describedPod}
$ kubectl logs web-5d98ffcfd-tz4nc -n shop --previous
starting
Name: not the start of a description
FATAL: required setting DATABASE_URL is not set
$ kubectl get events -n shop
LAST SEEN           TYPE      REASON      OBJECT                      MESSAGE
21s (x30 over 9m)   Warning   BackOff     pod/cart-7f9dd8b6c4-x7gr9   Back-off restarting failed container cart
$ kubectl get pods -n elsewhere
No resources found in elsewhere namespace.
$ psql -c 'select 1'
 1
`;
  const read = readKubectl(session);
  const objects = read.objects(now) as { kind: string; metadata: { name: string } }[];
  expect(objects.filter(({ kind }) => kind === "Event")).toHaveLength(2);
  expect(read.logs.get("web-5d98ffcfd-tz4nc")?.previous).toContain(
    "FATAL: required setting DATABASE_URL is not set",
  );
  const findings = findingsOf(session);
  expect(findings.map(({ code, subject }) => `${code} ${subject.name}`)).toEqual([
    "k8s.oom_killed cart",
    "app.config_missing web",
  ]);
  expect(findings[1]?.summary).toContain("DATABASE_URL is not set");
  expect(findingsOf(session, "why does web not start?")).toHaveLength(1);
  expect(read.notes).toHaveLength(1);
});

test.each([
  ["Running", "1/1", 0, undefined],
  ["Completed", "0/1", 0, undefined],
  ["ContainerCreating", "0/1", 0, undefined],
  ["Terminating", "0/1", 0, undefined],
  ["CrashLoopBackOff", "0/1", 9, "k8s.crash_loop"],
  ["ImagePullBackOff", "0/1", 0, "k8s.image_pull"],
  ["Init:CrashLoopBackOff", "0/1", 9, "k8s.init_failing"],
  ["OOMKilled", "0/1", 9, "k8s.oom_killed"],
  ["Evicted", "0/1", 0, "k8s.evicted"],
  ["CreateContainerConfigError", "0/1", 0, "k8s.create_failed"],
])("a row of a pod that is %s, with a head and cut out by grep", (status, ready, restarts, code) => {
  const row = `web-5d98ffcfd-tz4nc   ${ready}     ${status.padEnd(26)} ${String(restarts).padEnd(10)} 5m`;
  const head = `NAME                  READY   STATUS                     RESTARTS   AGE`;
  for (const text of [`${head}\n${row}`, `$ kubectl get pods | grep web\n${row}`]) {
    expect(findingsOf(text).map((finding) => finding.code)).toEqual(code === undefined ? [] : [code]);
  }
});

test("deployments, nodes, claims and jobs by their tables, and kinds that tables tell too little of", () => {
  const text = `NAME                   READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/cart   3/3     3            3           5d

NAME           STATUS                     ROLES    AGE   VERSION
node-a         Ready                      <none>   35d   v1.30.4
node-b         NotReady                   <none>   35d   v1.30.4

NAME        STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
cart-data   Pending                                      fast           20m

NAME   DATA   AGE
cart   2      5d
`;
  expect(findingsOf(text).map(({ code, subject }) => `${code} ${subject.name}`)).toEqual([
    "k8s.node_not_ready node-b",
    "k8s.pvc_pending cart-data",
  ]);
  expect(readKubectl(text).notes).toEqual([
    '1 stretch of the text could not be read as objects and was passed over: "NAME DATA AGE".',
  ]);
});

test("a pod of a table that no node takes says what its workload asks for", () => {
  const text = `$ kubectl get deploy train -n ml -o yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: train
  namespace: ml
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: train
          resources:
            requests:
              nvidia.com/gpu: "5"
$ kubectl get pods -n ml
NAME                     READY   STATUS    RESTARTS   AGE
train-659d4dd659-cq4kq   0/1     Pending   0          34m
`;
  const [finding] = findingsOf(text);
  expect(finding).toMatchObject({
    code: "k8s.unschedulable",
    subject: { kind: "Deployment", name: "train" },
  });
  expect(finding?.summary).toContain("It requests nvidia.com/gpu 5.");
});

test("a node with as many pods as it may hold", () => {
  const text = `Name:               node-a
Roles:              <none>
CreationTimestamp:  Fri, 20 Nov 2026 08:00:00 +0000
Taints:             <none>
Unschedulable:      false
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason        Message
  ----    ------  -----------------                 ------------------                ------        -------
  Ready   True    Fri, 20 Nov 2026 10:14:00 +0000   Fri, 20 Nov 2026 08:00:30 +0000   KubeletReady  kubelet is posting ready status
Allocatable:
  cpu:     2
  pods:    3
Non-terminated Pods:          (3 in total)
  Namespace   Name    CPU Requests  Age
  ---------   ----    ------------  ---
  shop        cart-0  0 (0%)        5d
  shop        cart-1  0 (0%)        5d
  shop        cart-2  0 (0%)        5d
Events:       <none>
`;
  expect(findingsOf(text)).toMatchObject([{ code: "k8s.node_full", subject: { name: "node-a" } }]);
});

test("argocd app get: a sync that failed", () => {
  const [finding] = findingsOf(`Name:               argocd/shop
Sync Status:        OutOfSync from HEAD (b882d15)
Health Status:      Missing

Operation:          Sync
Phase:              Failed
Finished:           2026-11-20 10:00:00 +0000 UTC
Message:            one or more objects failed to apply, reason: namespaces "shop" not found
`);
  expect(finding).toMatchObject({ code: "k8s.sync_failed", subject: { kind: "Application", name: "shop" } });
  expect(finding?.summary).toContain('namespaces "shop" not found');
});

test.each([
  ["nothing", ""],
  ["prose", "The pods look fine to me.\nBut do they?"],
  ["a cut description", "Name:   web\nNamespace:  shop\nContainers:\n  web:\n    State:   Wai"],
  ["a head alone", "NAME   READY   STATUS   RESTARTS   AGE"],
  ["broken YAML", "apiVersion: v1\nkind: [Pod\n  name: }"],
  ["a very long line", `NAME   READY   STATUS   RESTARTS   AGE\n${"x".repeat(200_000)}`],
])("%s is no crash and no failure", (_, text) => {
  expect(findingsOf(text).filter(({ severity }) => severity !== "info")).toEqual([]);
});
