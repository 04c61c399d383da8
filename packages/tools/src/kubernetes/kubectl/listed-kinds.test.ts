import { expect, test } from "vitest";
import { checkObjects } from "../checks/index.ts";
import { readKubectl } from "./session.ts";

const now = new Date("2026-11-20T10:15:00Z");

function findingsOf(text: string) {
  const objects = readKubectl(text).objects(now);
  return checkObjects(objects, { now, whole: new Set() }).findings.filter(
    ({ severity }) => severity !== "info",
  );
}

test.each<[string, string, string, string]>([
  [
    "an autoscaler above its target",
    `$ kubectl get hpa -n shop
NAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE
api    Deployment/api   cpu: 97%/80%    2         5         5          40d`,
    "k8s.autoscaler_limit HorizontalPodAutoscaler/api",
    "cpu is at 97 % of its request, the target is 80 %",
  ],
  [
    "an autoscaler without metrics",
    `NAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE
api    Deployment/api   <unknown>/80%   2         5         2          40d`,
    "k8s.hpa_metrics HorizontalPodAutoscaler/api",
    "TARGETS: <unknown>/80%",
  ],
  [
    "a volume that failed",
    `NAME   CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS   CLAIM       STORAGECLASS   REASON   AGE
pv-1   10Gi       RWO            Delete           Failed   shop/data   gp3                     40d`,
    "k8s.volume PersistentVolume/pv-1",
    "is Failed",
  ],
  [
    "an API that does not answer",
    `NAME                     SERVICE                      AVAILABLE                      AGE
v1.                      Local                        True                           40d
v1beta1.metrics.k8s.io   kube-system/metrics-server   False (FailedDiscoveryCheck)   40d`,
    "k8s.api_service APIService/v1beta1.metrics.k8s.io",
    "is not available (FailedDiscoveryCheck).",
  ],
  [
    "a load balancer that is awaited",
    `$ kubectl get svc -n shop
NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
api    LoadBalancer   10.2.0.1     <pending>     80:30123/TCP   3d
web    LoadBalancer   10.2.0.2     192.0.2.7     80:30124/TCP   3d`,
    "k8s.service_setup Service/api",
    "has waited for 3 d for its load balancer",
  ],
  [
    "an operator's object that is not ready",
    `$ kubectl get kustomizations.kustomize.toolkit.fluxcd.io -A
NAMESPACE     NAME   AGE   READY   STATUS
flux-system   apps   40d   False   kustomize build failed
flux-system   base   40d   True    Applied revision`,
    "k8s.custom_resource Kustomization/apps",
    "reports Ready=False: kustomize build failed",
  ],
  [
    "an application that is degraded",
    `$ kubectl get applications -n argocd
NAME   SYNC STATUS   HEALTH STATUS
shop   OutOfSync     Degraded`,
    "k8s.custom_resource Application/shop",
    "reports healthStatus Degraded",
  ],
  [
    "a row whose cells were moved",
    `NAME   READY   STATUS   RESTARTS   AGE
ec-1   0/1     CreateContainerConfigError      0         5m`,
    "k8s.create_failed Pod/ec-1",
    "CreateContainerConfigError",
  ],
])("a table: %s", (_, text, what, words) => {
  const found = findingsOf(text);
  expect(found.map(({ code, subject }) => `${code} ${subject.kind}/${subject.name}`)).toEqual([what]);
  expect(found[0]?.summary).toContain(words);
});

test.each<[string, string]>([
  [
    "a cron job and a budget",
    `NAME   SCHEDULE      TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE
tidy   */5 * * * *   <none>     False     0        3m              40d

NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
api    N/A             1                 1                     40d`,
  ],
  [
    "a job as older versions list it",
    `NAME   COMPLETIONS   DURATION   AGE
imp    1/1           40s        40m
exp    0/1           10s        10s`,
  ],
  [
    "an operator's object that is new",
    `$ kubectl get certificates -n shop
NAME   READY   SECRET     AGE
edge   False   edge-tls   20s`,
  ],
])("a table of what is well: %s", (_, text) => {
  expect(findingsOf(text)).toEqual([]);
});

test("warnings and the libraries' own log lines stand between nothing", () => {
  const text = `Warning: v1 ComponentStatus is deprecated in v1.19+
E1120 10:14:59.000001   12 memcache.go:265] couldn't get current server API group list
{"kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "shop"}, "status": {"phase": "Lost"}}`;
  expect(findingsOf(text)).toMatchObject([{ code: "k8s.pvc_lost" }]);
  expect(readKubectl(text).notes).toEqual([]);
});

test("of YAML that is broken it is said where", () => {
  const [note] = readKubectl("kind: Pod\nmetadata:\n  name: x\n bad: [\n").notes;
  expect(note).toContain('"kind: Pod" (');
  expect(note).toMatch(/line 4/);
});
