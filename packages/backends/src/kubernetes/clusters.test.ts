import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { createHttp } from "../http/index.ts";
import { json, startServer } from "../http/test-server.ts";
import { testCertificate } from "../http/test-tls.ts";
import { createKubernetes } from "./client.ts";
import type { ClusterOptions } from "./clusters.ts";

const notFound = json({ kind: "Status", status: "Failure", reason: "NotFound", code: 404 }, 404);
const server = await startServer(notFound);
const http = createHttp({ baseDelayMs: 1 });
const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
afterAll(async () => {
  await http.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const signal = new AbortController().signal;
const kubernetes = (options: Omit<ClusterOptions, "http">) => createKubernetes({ ...options, http });
let asked = 0;
const ref = () => ({ cluster: "prod", namespace: `orders-${asked++}`, workload: "order-service" });

test("an unknown name says which are known", async () => {
  const named = kubernetes({
    clusters: [
      { name: "prod-us-east-1", url: server.url },
      { name: "prod-eu", url: server.url },
    ],
  });
  expect(named.clusters).toEqual(["prod-us-east-1", "prod-eu"]);
  await expect(named.workload({ ...ref(), cluster: "prod-us-east-2" }, signal)).rejects.toMatchObject({
    kind: "not_configured",
    message: expect.stringMatching(/known: prod-us-east-1, prod-eu\. Did you mean prod-us-east-1/),
  });
});

test("come from a kubeconfig's contexts, with each one's user", async () => {
  const path = join(folder, "config");
  await writeFile(path, kubeconfig(server.url));
  const configured = kubernetes({ kubeconfig: path });
  expect(configured.clusters).toEqual(["prod", "stage"]);
  for (const [cluster, authorization] of [
    ["prod", "Bearer static"],
    ["stage", "Bearer from-plugin"],
    ["arn:stage", "Bearer from-plugin"],
  ] as const) {
    server.answerWith(notFound);
    expect(await configured.workload({ ...ref(), cluster }, signal)).toBeNull();
    expect(server.received[0]?.headers.authorization).toBe(authorization);
  }
});

test.each<[string, Omit<ClusterOptions, "http">, RegExp]>([
  ["a missing kubeconfig", { kubeconfig: join(folder, "none") }, /correct KUBECONFIG/],
  ["no URL", { clusters: [{ url: "kubernetes" }] }, /not an http\(s\) URL/],
  [
    "one of several without a name",
    { clusters: [{ url: server.url }, { name: "b", url: server.url }] },
    /has no name/,
  ],
])("%s is reported at once", (_, options, says) => {
  expect(() => kubernetes(options)).toThrow(says);
});

test("a CA file that is not there", async () => {
  const broken = kubernetes({ clusters: [{ url: "https://127.0.0.1:1", caFile: join(folder, "ca.pem") }] });
  await expect(broken.workload(ref(), signal)).rejects.toMatchObject({ kind: "not_configured" });
});

test("each named cluster is asked at its own address, with its own token", async () => {
  const other = await startServer(notFound);
  const both = kubernetes({
    clusters: [
      { name: "prod-us", url: server.url, token: "us" },
      { name: "prod-eu", url: other.url, token: "eu" },
    ],
  });
  server.answerWith(notFound);
  await both.workload({ ...ref(), cluster: "prod-us" }, signal);
  await both.workload({ ...ref(), cluster: "prod-eu" }, signal);
  const asked = [server, other].map(({ received }) => received[0]?.headers.authorization);
  expect(asked).toEqual(["Bearer us", "Bearer eu"]);
  await other.close();
});

test.each([
  ["without a name, it answers for any", undefined, "prod"],
  ["by its name", "home", "home"],
])("the pod's own service account over its own CA: %s", async (_, name, cluster) => {
  const secured = await startServer(notFound, { tls: true });
  const account = join(folder, "var/run/secrets/kubernetes.io/serviceaccount");
  await mkdir(account, { recursive: true });
  await writeFile(join(account, "token"), "of-the-pod");
  await writeFile(join(account, "ca.crt"), testCertificate);
  vi.stubEnv("KUBERNETES_SERVICE_HOST", "127.0.0.1");
  vi.stubEnv("KUBERNETES_SERVICE_PORT", String(secured.port));
  try {
    const own = kubernetes({ inCluster: { name, root: folder } });
    expect(own.clusters).toEqual(name === undefined ? [] : [name]);
    expect(await own.workload({ ...ref(), cluster }, signal)).toBeNull();
    expect(secured.received[0]?.headers.authorization).toBe("Bearer of-the-pod");
  } finally {
    vi.unstubAllEnvs();
    await secured.close();
  }
});

test("outside of a pod there is no service account", () => {
  vi.stubEnv("KUBERNETES_SERVICE_HOST", undefined);
  expect(() => kubernetes({ inCluster: {} })).toThrow(/works in a pod only/);
  vi.unstubAllEnvs();
});

function kubeconfig(url: string): string {
  const credential = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token: "from-plugin" },
  });
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "prod",
    clusters: [
      { name: "arn:prod", cluster: { server: url } },
      { name: "arn:stage", cluster: { server: url } },
    ],
    users: [
      { name: "reader", user: { token: "static" } },
      {
        name: "plugin",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: process.execPath,
            args: ["-e", `console.log(${JSON.stringify(credential)})`],
          },
        },
      },
    ],
    contexts: [
      { name: "prod", context: { cluster: "arn:prod", user: "reader" } },
      { name: "stage", context: { cluster: "arn:stage", user: "plugin" } },
    ],
  });
}
