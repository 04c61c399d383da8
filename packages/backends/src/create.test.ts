import { expect, test } from "vitest";
import { type BackendsConfig, createBackends } from "./create.ts";

const url = "http://127.0.0.1:1";
const token = "t0ken";

test.each<[string, Partial<BackendsConfig>, string[]]>([
  ["nothing", {}, []],
  ["a GitHub without a token", { github: { apiUrl: url } }, []],
  ["a Kubernetes without an address", { kubernetes: { token } }, []],
  ["Loki alone", { loki: { url } }, ["logs"]],
  [
    "everything",
    {
      prometheus: { url },
      opensearch: { url },
      kubernetes: { apiUrl: url, token },
      github: { apiUrl: url, token },
      awsHealth: { accessKeyId: "A", secretAccessKey: "s" },
      handlerUrlAllow: [url],
      argocd: { url, token },
      alertmanager: { url },
      slack: { token, apiUrl: url },
    },
    ["metrics", "logs", "kubernetes", "github", "argocd", "alertmanager", "awsHealth", "resources", "slack"],
  ],
])("%s configured", async (_, config, present) => {
  const { backends, slack, close } = createBackends({ handlerUrlAllow: [], ...config });
  const made = Object.entries({ ...backends, slack }).filter(([, backend]) => backend !== undefined);
  expect(made.map(([name]) => name)).toEqual(present);
  await close();
});

const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
const stream = '{service_name="pay"}';
test.each<[string, Partial<BackendsConfig>, string | undefined, RegExp, string]>([
  ["by index", { opensearch: { url }, loki: { url } }, "prod-*", /\/prod-\*\/_search/, "prod-*"],
  ["without one, by service", { opensearch: { url }, loki: { url } }, undefined, /\/loki\/api/, stream],
  ["with an empty one, by service", { opensearch: { url }, loki: { url } }, " ", /\/loki\/api/, stream],
  ["in Loki alone", { loki: { url } }, "prod-*", /\/loki\/api/, stream],
  [
    "in Loki, seen in Grafana",
    { loki: { url }, grafana: { url: "https://grafana.example" } },
    undefined,
    /grafana.example\/explore/,
    stream,
  ],
])("logs are searched %s", async (_, config, index, link, place) => {
  const { backends, close } = createBackends({ handlerUrlAllow: [], ...config });
  const query = { index, service: "pay", window, limit: 10 };
  expect(backends.logs?.link(query)).toMatch(link);
  expect(backends.logs?.place(query)).toBe(place);
  await close();
});

test.each<[string, Partial<BackendsConfig>, boolean]>([
  ["OpenSearch", { opensearch: { url } }, true],
  ["Loki", { loki: { url } }, false],
  ["both", { opensearch: { url }, loki: { url } }, false],
])("with %s logs need an index: %s", async (_, config, needed) => {
  const { backends, close } = createBackends({ handlerUrlAllow: [], ...config });
  expect(backends.logs?.needsIndex).toBe(needed);
  await close();
});

test("requests are told to whoever counts them", async () => {
  const told: string[] = [];
  const { backends, close } = createBackends(
    { handlerUrlAllow: [], prometheus: { url } },
    { onRequest: ({ backend, attempt, errorKind }) => told.push(`${backend} ${attempt} ${errorKind}`) },
  );
  await backends.metrics?.instant("up", new Date(), new AbortController().signal).catch(() => undefined);
  expect(told[0]).toBe("Prometheus 1 unavailable");
  await close();
});
