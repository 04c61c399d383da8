import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, crashed, event, node, now, object, running, webPod } from "./objects.fixture.ts";

const service = (spec: object, name = "web") => object("Service", name, { spec });
const ingress = (backend: object, spec: object = {}) =>
  object("Ingress", "edge", {
    spec: {
      ingressClassName: "nginx",
      rules: [{ host: "acme.example", http: { paths: [{ path: "/", backend: { service: backend } }] } }],
      ...spec,
    },
  });
const scaler = (condition: object, spec: object = {}, status: object = {}) =>
  object("HorizontalPodAutoscaler", "web", {
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { kind: "Deployment", name: "web", apiVersion: "apps/v1" },
      ...spec,
    },
    status: {
      currentReplicas: 3,
      desiredReplicas: 3,
      conditions: [{ lastTransitionTime: ago(300), ...condition }],
      ...status,
    },
  });
const target = object("Deployment", "web", {
  spec: {
    replicas: 3,
    template: { spec: { containers: [{ name: "app", resources: { requests: { cpu: "1" } } }] } },
  },
  status: { availableReplicas: 3 },
});
const budget = (status: object = {}) =>
  object("PodDisruptionBudget", "web", {
    spec: { minAvailable: 2, selector: { matchLabels: { app: "web" } } },
    status: {
      currentHealthy: 2,
      desiredHealthy: 2,
      expectedPods: 2,
      conditions: [{ type: "DisruptionAllowed", status: "False", reason: "InsufficientPods" }],
      ...status,
    },
  });
const hook = (failurePolicy: string) => ({
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "policy" },
  webhooks: [
    { name: "policy.acme.io", failurePolicy, clientConfig: { service: { name: "gate", namespace: "shop" } } },
  ],
});
const well = { ports: [{ name: "http", containerPort: 8080 }] };

test.each<[string, readonly unknown[], string, string, readonly string[]]>([
  [
    "a selector that fits no pod",
    [service({ selector: { app: "wbe" } }), webPod(running)],
    "k8s.selector_mismatch",
    "Service/web",
    ["app=wbe", "app=web"],
  ],
  [
    "a named target port nobody has",
    [
      service({ selector: { app: "web" }, ports: [{ port: 80, targetPort: "web" }] }),
      webPod(running, { containerSpec: well }),
    ],
    "k8s.target_port",
    "Service/web",
    ["targetPort web", "http (8080)"],
  ],
  [
    "a numbered target port that does not fit",
    [
      service({ selector: { app: "web" }, ports: [{ port: 80, targetPort: 9090 }] }),
      webPod(running, { containerSpec: well }),
    ],
    "k8s.target_port",
    "Service/web",
    ["9090"],
  ],
  [
    "endpoints none of which is ready",
    [
      service({ selector: { app: "web" } }),
      object("Endpoints", "web", { subsets: [{ notReadyAddresses: [{ ip: "10.0.0.1" }] }] }),
    ],
    "k8s.no_endpoints",
    "Service/web",
    ["1 address is not ready"],
  ],
  [
    "pods that crash, and the service and ingress before them",
    [
      ingress({ name: "web", port: { number: 80 } }),
      service({ selector: { app: "web" }, ports: [{ port: 80 }] }),
      webPod(crashed(1)),
    ],
    "k8s.crash_loop",
    "Deployment/web",
    ["In consequence: Service shop/web"],
  ],
  [
    "an ingress to a service that is not there",
    [ingress({ name: "blog", port: { number: 80 } }), service({}, "blog-web")],
    "k8s.ingress_backend",
    "Ingress/edge",
    ["Service blog", "there: blog-web"],
  ],
  [
    "an ingress to a port that is not there",
    [ingress({ name: "web", port: { number: 8080 } }), service({ ports: [{ port: 9000, name: "http" }] })],
    "k8s.ingress_backend",
    "Ingress/edge",
    ["8080", "9000 (http)"],
  ],
  [
    "an ingress whose certificate is not there",
    [
      ingress({ name: "web", port: { number: 80 } }, { tls: [{ secretName: "edge-tls" }] }),
      service({ ports: [{ port: 80 }] }),
      object("Secret", "other", {}),
    ],
    "tls.certificate",
    "Ingress/edge",
    ["edge-tls"],
  ],
  [
    "an autoscaler at its maximum",
    [
      scaler({
        type: "ScalingLimited",
        status: "True",
        reason: "TooManyReplicas",
        message: "the desired replica count is more than the maximum replica count",
      }),
      target,
    ],
    "k8s.autoscaler_limit",
    "HorizontalPodAutoscaler/web",
    ["maxReplicas 3"],
  ],
  [
    "an autoscaler without metrics",
    [
      scaler({
        type: "ScalingActive",
        status: "False",
        reason: "FailedGetResourceMetric",
        message: "no metrics returned",
      }),
      target,
    ],
    "k8s.hpa_metrics",
    "HorizontalPodAutoscaler/web",
    ["no metrics returned"],
  ],
  [
    "an autoscaler without a target",
    [
      scaler({
        type: "AbleToScale",
        status: "False",
        reason: "FailedGetScale",
        message: 'deployments.apps "web" not found',
      }),
    ],
    "k8s.hpa_target",
    "HorizontalPodAutoscaler/web",
    ["not found"],
  ],
  [
    "an autoscaler of what requests nothing",
    [
      scaler({}),
      object("Deployment", "web", { spec: { template: { spec: { containers: [{ name: "app" }] } } } }),
    ],
    "k8s.hpa_metrics",
    "HorizontalPodAutoscaler/web",
    ["requests no resources"],
  ],
  [
    "a budget in the way of a drain",
    [budget(), webPod(running), node(undefined, { unschedulable: true })],
    "k8s.pdb_blocking",
    "PodDisruptionBudget/web",
    ["drain of node node-a", "minAvailable 2"],
  ],
  [
    "a webhook without a service",
    [hook("Fail"), service({}, "other")],
    "k8s.admission_webhook",
    "ValidatingWebhookConfiguration/policy",
    ["shop/gate does not exist"],
  ],
  [
    "a node that is gone, and its pods",
    [
      node([
        {
          type: "Ready",
          status: "Unknown",
          reason: "NodeStatusUnknown",
          message: "Kubelet stopped posting node status.",
          lastTransitionTime: ago(90),
        },
      ]),
      webPod({ ready: false, ...{ state: { running: { startedAt: ago(500) } } } }),
    ],
    "k8s.node_not_ready",
    "Node/node-a",
    ["Kubelet stopped", "In consequence: Deployment shop/web"],
  ],
  [
    "a node under pressure",
    [
      node([
        { type: "Ready", status: "True" },
        { type: "DiskPressure", status: "True", reason: "KubeletHasDiskPressure" },
      ]),
    ],
    "k8s.node_pressure",
    "Node/node-a",
    ["disk space"],
  ],
  [
    "an API that is not available",
    [
      {
        kind: "APIService",
        metadata: { name: "v1beta1.metrics.k8s.io" },
        status: {
          conditions: [
            { type: "Available", status: "False", reason: "MissingEndpoints", message: "no addresses" },
          ],
        },
      },
    ],
    "k8s.api_service",
    "APIService/v1beta1.metrics.k8s.io",
    ["MissingEndpoints"],
  ],
  [
    "a route to what is not there",
    [
      {
        kind: "HTTPRoute",
        metadata: { name: "r", namespace: "shop" },
        spec: { rules: [{ backendRefs: [{ name: "blog", port: 80 }] }] },
      },
      service({}, "blog-web"),
    ],
    "k8s.gateway",
    "HTTPRoute/r",
    ["Service shop/blog, which does not exist"],
  ],
])("%s", (_, objects, code, subject, words) => {
  const failures = checkObjects(objects, { now }).findings.filter(({ severity }) => severity !== "info");
  expect(
    failures.map((finding) => `${finding.code} ${finding.subject.kind}/${finding.subject.name}`),
  ).toEqual([`${code} ${subject}`]);
  for (const word of words) expect(failures[0]?.summary).toContain(word);
});

test.each<[string, readonly unknown[]]>([
  [
    "a service, its pods and an ingress",
    [
      ingress({ name: "web", port: { number: 80 } }),
      service({ selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] }),
      webPod(running, { containerSpec: well }),
    ],
  ],
  [
    "a service whose pods start",
    [
      service({ selector: { app: "web" } }),
      webPod({ state: { running: { startedAt: ago(3) } } }, { status: { conditions: [] } }),
    ],
  ],
  [
    "a headless or external service",
    [service({ type: "ExternalName", externalName: "db.example" }), service({}, "manual"), webPod(running)],
  ],
  [
    "an autoscaler at rest",
    [scaler({ type: "ScalingLimited", status: "True", reason: "TooFewReplicas" }), target],
  ],
  [
    "an autoscaler of what is scaled to zero",
    [scaler({ type: "ScalingActive", status: "False", reason: "ScalingDisabled" }), target],
  ],
  ["a budget while nobody drains", [budget(), webPod(running), node()]],
  [
    "a lock of leader election",
    [
      service({ selector: { app: "x" } }),
      object(
        "Endpoints",
        "web",
        { subsets: [] },
        { annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } },
      ),
    ],
  ],
  ["a webhook that may fail", [hook("Ignore"), service({}, "other")]],
  ["events of what is gone", [event("Pod/gone", "BackOff", "Back-off restarting failed container")]],
])("normal: %s", (_, objects) => {
  expect(checkObjects(objects, { now }).findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});
