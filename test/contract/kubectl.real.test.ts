import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../packages/sandbox/src/index.ts";
import { CLUSTERS, startAcme } from "./acme.ts";

let sandbox: Sandbox;
let cache: string;
beforeAll(async () => {
  await kubectl("version", "--client");
  sandbox = await startAcme();
  cache = await mkdtemp(join(tmpdir(), "kubectl-"));
});
afterAll(async () => {
  await sandbox?.close();
  if (cache !== undefined) await rm(cache, { recursive: true, force: true });
});

function kubectl(...args: string[]): Promise<string> {
  const place = sandbox === undefined ? [] : ["--kubeconfig", sandbox.kubeconfig, "--cache-dir", cache];
  return new Promise((resolve, reject) => {
    execFile("kubectl", [...place, ...args], { timeout: 15_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT")
        reject(new Error("kubectl is missing: apt-get install kubernetes-client"));
      else reject(new Error(`kubectl ${args.join(" ")}: ${stderr}`));
    });
  });
}

describe.each(CLUSTERS)("%s", (cluster) => {
  test("kubectl get pods,deploy,events -A", async () => {
    const tables = (await kubectl("--context", cluster, "get", "pods,deploy,events", "-A"))
      .trim()
      .split("\n\n");
    const heads = tables.map((table) => table.split("\n")[0]?.trim().split(/ {2,}/).join(" "));
    expect(heads.slice(0, 2)).toEqual([
      "NAMESPACE NAME READY STATUS RESTARTS AGE",
      "NAMESPACE NAME READY UP-TO-DATE AVAILABLE AGE",
    ]);
    expect(tables[0]).toMatch(/^\S+ +pod\/\S+ +1\/1 +Running +0 +\d+d/m);
    expect(tables[1]).toMatch(/^\S+ +deployment\.apps\/\S+ +\d\/\d +\d +\d +\d+d/m);
  });
});

test("events tell when, what and about whom", async () => {
  expect(await kubectl("get", "events", "-n", "payments")).toMatch(
    /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n(?:.*\n)*?\S+ +Warning +BackOff +pod\/payment-service-\S+ +Back-off/,
  );
});

test.each([
  [["get", "all", "-n", "payments"], /replicaset\.apps\/payment-service-/],
  [["get", "hpa,nodes", "-A", "-o", "wide"], /Deployment\/cart-service +\S*.*%\/\d+%/],
  [["get", "pods", "-n", "payments", "-o", "jsonpath={.items[*].metadata.namespace}"], /^payments payments/],
  [["describe", "pod", "-n", "payments"], /Reason: +OOMKilled/],
  [["logs", "-n", "orders", "deploy/order-service", "--tail", "2"], /\n.*\n$/],
  [["top", "pods", "-n", "payments"], /payment-service-\S+ +\d+m +\d+Mi/],
  [["wait", "--for=condition=Available", "deploy/order-service", "-n", "orders"], /condition met/],
])("kubectl %j", async (args, shows) => {
  expect(await kubectl(...args)).toMatch(shows);
});
