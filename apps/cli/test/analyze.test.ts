import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const oncall = fileURLToPath(new URL("../bin/oncall.js", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "analyze-"));
});
afterAll(() => rm(folder, { recursive: true }));

function run(
  args: readonly string[],
  input = "",
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [oncall, "analyze", ...args], {
    env: { PATH: process.env.PATH ?? "" },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}

const pod = {
  kind: "Pod",
  metadata: { name: "cart-0", namespace: "shop", creationTimestamp: "2026-11-20T10:00:00Z" },
  spec: { containers: [{ name: "cart", resources: { limits: { memory: "64Mi" } } }] },
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "cart",
        ready: false,
        restartCount: 4,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: "2026-11-20T10:14:00Z" } },
      },
    ],
  },
};
const list = JSON.stringify({ kind: "List", apiVersion: "v1", items: [pod] });

test("kubernetes: a list from standard input, logs from a file, one line of JSON", async () => {
  const logs = join(folder, "logs.json");
  await writeFile(
    logs,
    JSON.stringify({
      "cart-0/cart": { current: [], previous: ["fatal: required setting CART_URL is empty"] },
    }),
  );
  const { code, out, err } = await run(
    ["kubernetes", "-", "--logs", logs, "--at", "2026-11-20T10:15:00Z", "--json"],
    list,
  );
  expect(code, err).toBe(0);
  expect(out.trim().split("\n")).toHaveLength(1);
  expect(JSON.parse(out)).toMatchObject({
    findings: [
      {
        code: "app.config_missing",
        severity: "critical",
        subject: { kind: "Pod", namespace: "shop", name: "cart-0" },
        container: "cart",
        since: "2026-11-20T10:14:00.000Z",
        summary: expect.stringContaining("CART_URL is empty"),
        evidence: expect.arrayContaining([
          "Pod/shop/cart-0#/status/containerStatuses/0/lastState/terminated",
        ]),
      },
    ],
  });
});

test("kubernetes: for people, from a file", async () => {
  const file = join(folder, "pods.json");
  await writeFile(file, list);
  const { code, out } = await run(["kubernetes", file]);
  expect(code).toBe(0);
  expect(out).toContain("critical Pod shop/cart-0  k8s.crash_loop  since 2026-11-20T10:14:00.000Z");
});

test("alert: the Slack message that an event carries", async () => {
  const event = { type: "message", bot_id: "B1", text: "[FIRING:1] HighErrorRate order-service (critical)" };
  const { code, out } = await run(
    ["alert", "-", "--json"],
    JSON.stringify({ type: "event_callback", event }),
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    alert: { name: "HighErrorRate", status: "firing", severity: "critical" },
  });
});

test("alert: the body of a webhook, the one that fires first", async () => {
  const labels = { alertname: "CheckoutErrors", severity: "critical", service: "checkout" };
  const body = {
    version: "4",
    status: "firing",
    truncatedAlerts: 3,
    alerts: [
      { status: "resolved", labels: { alertname: "CheckoutSlow" }, startsAt: "2026-11-20T09:00:00Z" },
      { status: "firing", labels, startsAt: "2026-11-20T10:00:00Z" },
    ],
  };
  const { code, out } = await run(["alert", "-", "--json"], JSON.stringify(body));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    alert: {
      name: "CheckoutErrors",
      status: "firing",
      severity: "critical",
      service: "checkout",
      labels: { severity: "critical", service: "checkout" },
      started_at: "2026-11-20T10:00:00.000Z",
      source: "alertmanager",
    },
    others: [expect.objectContaining({ name: "CheckoutSlow", status: "resolved" })],
    notes: ["Alerts that the body or we left out: 3."],
  });
});

test.each<[string, unknown, string]>([
  ["chatter", { text: "lunch?" }, "read as a Slack message"],
  ["nothing that is known", { hello: "world" }, "Understood are"],
  ["a group without alerts", { alerts: [], version: "4" }, "alertmanager that tells of no alert"],
])("alert: %s is none", async (_, body, note) => {
  const { code, out } = await run(["alert", "-"], JSON.stringify(body));
  expect(code).toBe(0);
  expect(out).toContain("This is no alert.");
  expect(out).toContain(note);
});

test("metrics: a folder of series", async () => {
  const series = join(folder, "series");
  await mkdir(series);
  const rows = Array.from({ length: 60 }, (_, i) => `${1_700_000_000 + i * 60},${i < 40 ? 5 + (i % 3) : 90}`);
  await writeFile(join(series, "latency.csv"), `time,value\n${rows.join("\n")}`);
  const { code, out } = await run(["metrics", series]);
  expect(code).toBe(0);
  expect(out).toContain("2023-11-14T22:53:20Z  up    latency  6 → 90");
});

test("logs: what comes again is one row for people, what is fatal is told", async () => {
  const line = (order: number) =>
    `2026-11-20 10:00:00 ERROR order ${order}\njava.net.ConnectException: Connection refused\n\tat a.B.c(B.java:1)\n`;
  const { out } = await run(["logs", "-"], `${line(1)}${line(2)}FATAL cannot start\n`);
  expect(out.trim().split("\n")).toEqual([
    "1-3  network.refused  java.net.ConnectException: Connection refused  (2 times, last at line 6)",
    "7  error  FATAL cannot start",
  ]);
});

test("logs: known failures with their lines", async () => {
  const { code, out } = await run(
    ["logs", "-", "--json"],
    "started\nERROR dial tcp 10.0.0.1:5432: connect: connection refused\n",
  );
  expect(code).toBe(0);
  expect(JSON.parse(out).events).toMatchObject([{ code: "db.connection_refused", lines: [2, 2] }]);
});

test.each<[string, readonly string[], string, string]>([
  ["nothing asked", [], "", "Usage:"],
  ["a folder that is not there", ["metrics", "/nowhere"], "", "cannot be read"],
  ["what no kubectl prints", ["kubernetes", "-"], "all is well", "nothing that kubectl prints"],
  ["nothing at all", ["kubernetes", "-"], "", "is empty"],
  ["a file that is not there", ["kubernetes", "/nowhere.json"], "", "cannot be read"],
  ["a time that is none", ["kubernetes", "-", "--at", "noon"], list, "--at noon is no time"],
  ["an alert that is not JSON", ["alert", "-"], "alert: yes", "not JSON"],
])("bad usage: %s", async (_, args, input, words) => {
  const { code, err } = await run(args, input);
  expect(code).toBe(2);
  expect(err).toContain(words);
});

test("database: answers of the AWS CLI, a file each", async () => {
  const metrics = join(folder, "metrics.json");
  const events = join(folder, "events.json");
  const Timestamps = [0, 1, 2, 3].map((minute) => `2026-11-20T10:0${minute}:00Z`);
  await writeFile(
    metrics,
    JSON.stringify({
      MetricDataResults: [{ Label: "DatabaseConnections", Timestamps, Values: [300, 480, 490, 495] }],
    }),
  );
  await writeFile(
    events,
    JSON.stringify({
      Events: [
        {
          SourceIdentifier: "orders",
          Date: Timestamps[1],
          Message: "Approaching max_connections. Current connections: 480 of 500.",
        },
      ],
    }),
  );
  const { code, out } = await run(["database", metrics, events, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    findings: [{ code: "db.too_many_connections", subject: { kind: "DBInstance", name: "orders" } }],
  });
});

test("kubernetes: what a terminal shows, with logs from another file, about what is asked", async () => {
  const terminal = join(folder, "terminal.txt");
  const logs = join(folder, "logs.txt");
  await writeFile(
    terminal,
    `$ kubectl get pods -n shop
NAME                    READY   STATUS             RESTARTS      AGE
cart-7f9dd8b6c4-x7gr9   0/1     CrashLoopBackOff   7 (32s ago)   11m
web-5d98ffcfd-tz4nc     0/1     ImagePullBackOff   0             11m
`,
  );
  await writeFile(logs, "$ kubectl logs cart-7f9dd8b6c4-x7gr9\nfatal: required setting CART_URL is empty\n");
  const { code, out } = await run(["kubernetes", terminal, "--logs", logs, "--about", "what ails cart?"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^critical Pod shop\/cart-7f9dd8b6c4-x7gr9 {2}app\.config_missing/);
  expect(out).toContain("CART_URL is empty");
  expect(out).toContain("k8s.image_pull");
});

test("kubernetes: YAML from standard input", async () => {
  const { code, out } = await run(
    ["kubernetes", "-", "--at", "2026-11-20T10:15:00Z"],
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nstatus:\n  phase: Lost\n",
  );
  expect(code).toBe(0);
  expect(out).toContain("k8s.pvc_lost");
});
