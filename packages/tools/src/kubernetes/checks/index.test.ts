import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, crashed, node, now, object, owner, running, webPod } from "./objects.fixture.ts";

/** A public certificate for edge.acme.example, 2026-08-01 to 2026-11-14. */
const CERTIFICATE =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJaVENDQVF5Z0F3SUJBZ0lCQVRBS0JnZ3Foa2pPUFFRREFqQWNNUm93R0FZRFZRUUREQkZsWkdkbExtRmoKYldVdVpYaGhiWEJzWlRBZUZ3MHlOakE0TURFd01EQXdNREJhRncweU5qRXhNVFF5TXpVNU5UbGFNQnd4R2pBWQpCZ05WQkFNTUVXVmtaMlV1WVdOdFpTNWxlR0Z0Y0d4bE1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEClFnQUU5K0prNGlGYW9jckFNRmVOMTIvZEE4WHlrUWgxc2tXYVJjalRINGlYaXVlcjIrMVYwQ1RxUlQ4bnpNTVMKcXVkUkdaTENkUTRkNGNCekxFK3V3c1hiNUtNL01EMHdIQVlEVlIwUkJCVXdFNElSWldSblpTNWhZMjFsTG1WNApZVzF3YkdVd0hRWURWUjBPQkJZRUZLdFhEb2pxazZXZzI5czV3bTZBSVZzNHRESlFNQW9HQ0NxR1NNNDlCQU1DCkEwY0FNRVFDSUhvWFVEY2x1dVN3VDRKeE1QTW4wMlYxMldsSTY1TFB1aXRjd3FNcW5GcGJBaUJldGo1YTdPNy8KRERTMWRJZ3lDeDJuZWhqTU9jMW9TTDVoTVcyRmpIVFVBZz09Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K";
const secret = object("Secret", "edge-tls", { type: "kubernetes.io/tls", data: { "tls.crt": CERTIFICATE } });
const ingress = object("Ingress", "edge", {
  spec: { ingressClassName: "nginx", tls: [{ secretName: "edge-tls" }] },
  status: { loadBalancer: { ingress: [{ ip: "192.0.2.7" }] } },
});

test.each<[string, Date, readonly string[]]>([
  [
    "expired",
    now,
    ["critical", "expired on 2026-11-14T23:59:59.000Z", "edge.acme.example", "Ingress edge serves it"],
  ],
  [
    "near its end",
    new Date("2026-11-10T00:00:00Z"),
    ["warning", "expires on 2026-11-14T23:59:59.000Z, in 4 d 23 h"],
  ],
])("a certificate that is %s", (_, at, words) => {
  const [first] = checkObjects([secret, ingress], { now: at }).findings;
  expect(first).toMatchObject({
    code: "tls.certificate",
    subject: { kind: "Secret", namespace: "shop", name: "edge-tls" },
  });
  for (const word of words) expect(`${first?.severity} ${first?.summary}`).toContain(word);
});

test.each<[string, Date, readonly unknown[]]>([
  ["a certificate with weeks left", new Date("2026-09-01T00:00:00Z"), [secret, ingress]],
  [
    "a secret whose values are blanked",
    now,
    [object("Secret", "x", { type: "kubernetes.io/tls", data: { "tls.crt": "" } })],
  ],
  [
    "a secret that holds no certificate",
    now,
    [object("Secret", "x", { type: "kubernetes.io/tls", data: { "tls.crt": "bm9uZQ==" } })],
  ],
])("nothing on %s", (_, at, objects) => {
  expect(checkObjects(objects, { now: at }).findings).toEqual([]);
});

test("the workload is named also when only its pods are given, and all pods make one finding", () => {
  const pods = ["a", "b", "c"].map((name) => webPod(crashed(1), { metadata: { name: `web-7c9d-${name}` } }));
  const { findings } = checkObjects(
    [{ kind: "PodList", items: pods.map((pod) => ({ ...pod, kind: undefined })) }],
    { now },
  );
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    code: "k8s.crash_loop",
    severity: "critical",
    subject: { kind: "Deployment", namespace: "shop", name: "web" },
    container: "app",
    since: ago(60),
  });
  expect(findings[0]?.summary).toContain("The same in 2 more pods: web-7c9d-b, web-7c9d-c.");
  expect(findings[0]?.evidence).toContain(
    "Pod/shop/web-7c9d-a#/status/containerStatuses/0/lastState/terminated",
  );
});

test("the more serious and the more telling stand first, and the order of the objects does not matter", () => {
  const batch = object(
    "Pod",
    "batch-0",
    { status: { phase: "Running", containerStatuses: [{ name: "b", ...crashed(137, "OOMKilled") }] } },
    owner("StatefulSet", "batch"),
  );
  const objects = [
    webPod(crashed(1)),
    batch,
    node(),
    object("CronJob", "c", { spec: { schedule: "* * * * *", suspend: true } }),
  ];
  const { findings } = checkObjects(objects, { now });
  expect(findings.map(({ code }) => code)).toEqual([
    "k8s.oom_killed",
    "k8s.crash_loop",
    "k8s.cronjob_suspended",
  ]);
  expect(checkObjects([...objects].reverse(), { now }).findings).toEqual(findings);
});

test.each<[string, readonly unknown[]]>([
  ["no objects", [null, 1, "x", [], {}, { kind: "Pod" }]],
  [
    "objects without a body",
    ["Pod", "Deployment", "Service", "Ingress", "Node", "Job", "Secret", "Event"].map((kind) => ({
      kind,
      metadata: { name: "x" },
    })),
  ],
  [
    "bodies of the wrong shape",
    ["Pod", "Deployment", "HorizontalPodAutoscaler", "Service", "CronJob"].map((kind) => ({
      kind,
      metadata: { name: "x", labels: 7, ownerReferences: "y" },
      spec: [],
      status: "up",
    })),
  ],
  [
    "times that are none",
    [
      webPod(
        { ...running, state: { running: { startedAt: "NaN" } } },
        { metadata: { creationTimestamp: "soon", deletionTimestamp: "later" } },
      ),
    ],
  ],
  [
    "an unknown kind",
    [{ kind: "Widget", apiVersion: "acme.io/v1", metadata: { name: "w" }, status: { phase: 3 } }],
  ],
])("%s are passed over", (_, objects) => {
  expect(checkObjects(objects, { now }).findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});

test("a large cluster stays bounded and says what was cut", () => {
  const pods = Array.from({ length: 3_000 }, (_, i) =>
    webPod(crashed(1), {
      metadata: {
        name: `w${i}-7c9d-x`,
        ownerReferences: [{ kind: "ReplicaSet", name: `w${i}-7c9d`, controller: true }],
      },
    }),
  );
  const { findings, notes } = checkObjects(pods, { now });
  expect(findings).toHaveLength(500);
  expect(notes).toEqual(["2500 more findings, the least serious, are left out."]);
});
