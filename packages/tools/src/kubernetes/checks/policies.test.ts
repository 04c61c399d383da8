import { expect, test } from "vitest";
import { checkObjects } from "./index.ts";
import { ago, node, now, object, running, webPod } from "./objects.fixture.ts";

const anybody = { podSelector: { matchLabels: { app: "web" } } };
const policy = (spec: object, seconds = 120, name = "lock") =>
  object("NetworkPolicy", name, { spec: { ...anybody, ...spec } }, { creationTimestamp: ago(seconds) });
const web = webPod(running, { containerSpec: { ports: [{ name: "http", containerPort: 8080 }] } });
const withDatabase = webPod(running, {
  containerSpec: { env: [{ name: "DATABASE_URL", value: "postgresql://web:pw@db.acme.example:5432/web" }] },
});
const unready = webPod({ state: { running: { startedAt: ago(500) } } });
const service = object("Service", "web", {
  spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
});
const egress = (...rules: object[]) => ({ policyTypes: ["Egress"], egress: rules });
const ingress = (...rules: object[]) => ({ policyTypes: ["Ingress"], ingress: rules });
const port = (number: number | string, protocol = "TCP") => ({ ports: [{ port: number, protocol }] });

test.each<[string, readonly unknown[], string, string]>([
  ["nothing goes out", [policy(egress()), web], "warning", "not even to the cluster's DNS"],
  ["no name resolves", [policy(egress(port(5432))), web], "warning", "no egress rule opens port 53"],
  [
    "the database's port is closed",
    [policy(egress(port(53, "UDP"), port(443))), withDatabase],
    "warning",
    "configured to reach: db.acme.example:5432 (DATABASE_URL).",
  ],
  ["of pods that are not ready", [policy(egress(), 9_000), unready], "critical", "connect to nothing"],
  ["nobody comes in", [policy(ingress()), web, service], "warning", "behind Service web"],
  [
    "another port than the Service's",
    [policy(ingress(port(9090))), web, service],
    "warning",
    "opens no port that Service web sends to (8080, http)",
  ],
  [
    "two that together leave DNS out",
    [policy(egress(port(5432))), policy(egress(port(6379)), 9_000, "base"), web],
    "warning",
    "NetworkPolicy lock (with base) does not let",
  ],
])("a policy: %s", (_, objects, severity, words) => {
  const [first, ...others] = checkObjects(objects, { now }).findings;
  expect(first).toMatchObject({
    code: "k8s.network_policy_blocks",
    severity,
    subject: { kind: "NetworkPolicy", name: "lock" },
    summary: expect.stringContaining(words),
  });
  expect(others.filter((other) => other.severity === "critical" && severity !== "critical")).toEqual([]);
});

test.each<[string, readonly unknown[]]>([
  ["was there when its pods came up well", [policy(egress(), 9_000), web]],
  ["was applied together with its pods", [policy(egress(), 480), web]],
  ["opens DNS and what is needed", [policy(egress(port(53, "UDP"), port(5432))), web]],
  ["opens what its pods need", [policy(egress(port(53, "UDP"), port(5432))), withDatabase]],
  ["opens everything to some peers", [policy(egress({ to: [{ podSelector: {} }] })), web]],
  ["opens a range", [policy(egress({ ports: [{ port: 1, endPort: 1024 }] })), web]],
  ["opens the port by its name", [policy(ingress(port("http"))), web, service]],
  ["is opened by another", [policy(egress()), policy(egress(port(53), port(443)), 9_000, "base"), web]],
  ["guards a worker that no Service sends to", [policy(ingress()), web]],
  ["selects other pods", [policy({ podSelector: { matchLabels: { app: "cart" } }, ...egress() }), web]],
])("normal: a policy that %s", (_, objects) => {
  expect(checkObjects(objects, { now }).findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});

const certificate = (status: object) =>
  object("Certificate", "edge", { spec: { secretName: "edge-tls", dnsNames: ["acme.example"] }, status });
const inDays = (days: number) => ago(-days * 86_400);

test.each<[string, object, string | null]>([
  ["expired", { notBefore: inDays(-92), notAfter: inDays(-2) }, "critical expired on 2026-11-18"],
  ["is about to", { notBefore: inDays(-80), notAfter: inDays(10) }, "warning expires on 2026-11-30"],
  ["has weeks left", { notBefore: inDays(-60), notAfter: inDays(30) }, null],
  ["lives for six days and is young", { notBefore: inDays(-1), notAfter: inDays(5) }, null],
  [
    "lives for six days and was forgotten",
    { notBefore: inDays(-5.5), notAfter: inDays(0.5) },
    "warning expires",
  ],
])("a Certificate of cert-manager that %s", (_, status, expected) => {
  const [first] = checkObjects([certificate(status)], { now }).findings;
  if (expected === null) expect(first).toBeUndefined();
  else {
    const [severity, ...words] = expected.split(" ");
    expect(first).toMatchObject({
      code: "tls.certificate",
      severity,
      summary: expect.stringContaining(words.join(" ")),
    });
  }
});

test("pressure that several nodes share says so", () => {
  const pressed = [
    { type: "Ready", status: "True" },
    { type: "MemoryPressure", status: "True" },
  ];
  const nodes = ["a", "b", "c"].map((name, i) => ({
    ...node(i < 2 ? pressed : undefined),
    metadata: { name: `node-${name}` },
  }));
  const [first] = checkObjects(nodes, { now }).findings;
  expect(first).toMatchObject({
    code: "k8s.node_pressure",
    summary: expect.stringContaining("The same on 1 of 2 other nodes: node-b."),
  });
});
