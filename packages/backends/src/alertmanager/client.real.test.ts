import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createHttp } from "../http/index.ts";
import { type RealServer, startRealServer } from "../real-server.fixture.ts";
import { createAlertmanager } from "./client.ts";

const hostile = 'a"},b=~".*\n\\';
const startsAt = new Date(Date.now() - 60_000).toISOString();
const signal = new AbortController().signal;
const http = createHttp({ retries: 0 });
let real: RealServer;

beforeAll(async () => {
  real = await startRealServer({
    command: "prometheus-alertmanager",
    aptPackage: "prometheus-alertmanager",
    prepare: (folder) =>
      writeFile(join(folder, "alertmanager.yml"), "route: { receiver: none }\nreceivers: [{ name: none }]\n"),
    args: (address, folder) => [
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
      // Alone: no gossip with others of its kind.
      "--cluster.listen-address=",
    ],
  });
  await post("alerts", [
    {
      labels: { alertname: "HighErrorRate", service: "order-service", severity: "critical" },
      annotations: { summary: "errors at 5 %" },
      startsAt,
      generatorURL: "http://prometheus.example/graph?g0.expr=up",
    },
    { labels: { alertname: "HighErrorRate", service: "cart-service" }, startsAt },
    { labels: { alertname: "Named", service: hostile }, startsAt },
  ]);
  await post("silences", {
    matchers: [{ name: "service", value: "cart-service", isRegex: false, isEqual: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    createdBy: "test",
    comment: "known",
  });
}, 60_000);
afterAll(async () => {
  await http.close();
  await real?.stop();
});

async function post(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${real.url}/api/v2/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

const ask = (labels: Record<string, string>) =>
  createAlertmanager({ url: real.url, http }).alerts(labels, signal);

test("an alert that fires", async () => {
  const [alert, ...others] = await ask({ alertname: "HighErrorRate", service: "order-service" });
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    labels: { severity: "critical" },
    annotations: { summary: "errors at 5 %" },
    generatorUrl: "http://prometheus.example/graph?g0.expr=up",
    silencedBy: [],
  });
  expect(alert?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(Date.parse(alert?.startsAt ?? "")).toBe(Date.parse(startsAt));
});

test("one that is silenced says by what", async () => {
  await vi.waitFor(
    async () => {
      const fresh = createHttp({ retries: 0 });
      const [alert] = await createAlertmanager({ url: real.url, http: fresh }).alerts(
        { service: "cart-service" },
        signal,
      );
      await fresh.close();
      expect(alert?.state).toBe("suppressed");
      expect(alert?.silencedBy).toHaveLength(1);
    },
    { timeout: 15_000, interval: 100 },
  );
}, 20_000);

test.each([
  ["a value of quotes, braces, newlines and backslashes", { service: hostile }, ["Named"]],
  ["a label that none has", { team: "commerce" }, []],
  ["no labels", {}, ["HighErrorRate", "HighErrorRate", "Named"]],
])("matched exactly: %s", async (_, labels, names) => {
  const found = await ask(labels);
  expect(found.map((alert) => alert.labels.alertname).sort()).toEqual(names);
});

test("a label that it would not accept", async () => {
  await expect(ask({ "a-b": "x" })).rejects.toMatchObject({ kind: "invalid_input" });
});
