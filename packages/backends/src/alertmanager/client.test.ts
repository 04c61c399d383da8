import { afterAll, expect, test } from "vitest";
import { createHttp } from "../http/index.ts";
import { type FailureCase, failures, json, startServer } from "../http/test-server.ts";
import { createAlertmanager } from "./client.ts";

const server = await startServer(json([]));
const http = createHttp({ baseDelayMs: 1, breakAfter: 1_000 });
const alertmanager = createAlertmanager({ url: server.url, token: "t0ken", http });
afterAll(async () => {
  await http.close();
  await server.close();
});

const signal = new AbortController().signal;
let asked = 0;
const labels = () => ({ alertname: `Slow${asked++}` });
// In the shape that Alertmanager 0.25 answers.
const alert = (more: object = {}) => ({
  annotations: { summary: "p95 is 2.5 s" },
  endsAt: "2026-11-20T10:28:13.917Z",
  fingerprint: "1a6cba479dd30f20",
  receivers: [{ name: "oncall" }],
  startsAt: "2026-11-20T10:22:09.917Z",
  status: { inhibitedBy: [], silencedBy: [], state: "active" },
  updatedAt: "2026-11-20T10:24:13.920Z",
  generatorURL: "https://prometheus.example/graph?g0.expr=up",
  labels: { alertname: "Slow", service: "checkout" },
  ...more,
});
const read = {
  fingerprint: "1a6cba479dd30f20",
  labels: { alertname: "Slow", service: "checkout" },
  annotations: { summary: "p95 is 2.5 s" },
  startsAt: "2026-11-20T10:22:09.917Z",
  endsAt: "2026-11-20T10:28:13.917Z",
  state: "active",
  silencedBy: [],
  generatorUrl: "https://prometheus.example/graph?g0.expr=up",
};

test.each([
  ["active", alert(), read],
  [
    "silenced",
    alert({ status: { inhibitedBy: [], silencedBy: ["8aa79c1e"], state: "suppressed" } }),
    { ...read, state: "suppressed", silencedBy: ["8aa79c1e"] },
  ],
  [
    "bare",
    alert({
      annotations: {},
      generatorURL: "",
      endsAt: null,
      status: { state: "unprocessed", silencedBy: null },
    }),
    { ...read, annotations: {}, generatorUrl: null, endsAt: null, state: "unprocessed" },
  ],
])("%s", async (_, answered, expected) => {
  server.answerWith(json([answered]));
  expect(await alertmanager.alerts(labels(), signal)).toEqual([expected]);
  expect(server.received[0]?.headers.authorization).toBe("Bearer t0ken");
});

test("at most 1,000", async () => {
  server.answerWith(json(Array.from({ length: 1_200 }, () => alert())));
  expect(await alertmanager.alerts(labels(), signal)).toHaveLength(1_000);
});

test.each([
  ["plain", "pay", 'service="pay"'],
  ["quotes and braces", 'a"} or {b="', 'service="a\\"} or {b=\\""'],
  ["backslashes and newlines", 'a\\"\nb', 'service="a\\\\\\"\\nb"'],
  ["URL syntax", "a&silenced=false#", 'service="a&silenced=false#"'],
])("a value cannot leave its matcher: %s", async (_, service, filter) => {
  server.answerWith(json([]));
  await alertmanager.alerts({ service, severity: "critical" }, signal);
  const { searchParams } = new URL(server.received[0]?.path ?? "", server.url);
  expect([...searchParams]).toEqual([
    ["filter", filter],
    ["filter", 'severity="critical"'],
  ]);
});

test.each(["", "a b", 'a="b",c', "a-b"])("the label %j is refused", async (label) => {
  await expect(alertmanager.alerts({ [label]: "x" }, signal)).rejects.toMatchObject({
    kind: "invalid_input",
  });
});

test.each<FailureCase>(failures)("reports %s", async (_, answer, kind, says) => {
  server.answerWith(answer);
  await expect(alertmanager.alerts(labels(), signal)).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(says),
  });
});
